from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncshim import whole_files


def test_a_new_file_is_written_and_no_other_file_is_left(tmp_path: Path) -> None:
    whole_files.replace(tmp_path / "a b.json", "caf\u00e9\n")
    assert whole_files.read_text(tmp_path / "a b.json") == "caf\u00e9\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a b.json"]


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    whole_files.replace(link, "new")
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


def test_after_a_failure_the_former_content_is_there_and_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old")

    def fail(_descriptor: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="the disk is full"):
        whole_files.replace(tmp_path / "a", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


@pytest.mark.parametrize("kind", ["folder", "fifo", "missing folder"])
def test_what_cannot_be_replaced_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "it"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path = tmp_path / "missing" / "it"
    for function in (whole_files.check_replaceable, lambda path: whole_files.replace(path, "")):
        with pytest.raises(OSError, match=r"not a regular file|No such file"):
            function(path)
    with pytest.raises(OSError, match=r"not a regular file|directory"):
        whole_files.read_text(path)


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    whole_files.check_replaceable(tmp_path / "a")
    assert not [*tmp_path.iterdir()]


def test_a_file_that_no_baseline_can_have_the_size_of_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.touch()
    os.truncate(path, 64 * 2**20)  # without any block on the disk
    with pytest.raises(OSError, match="too large"):
        whole_files.read_text(path)
