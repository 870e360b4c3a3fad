from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.write import state_folder
from repositories import asyncshim, read_tree, repository

OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"


def test_each_project_has_a_folder_of_its_own_below_xdg_state_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    one, other = state_folder.folder_for(tmp_path / "one"), state_folder.folder_for(tmp_path / "other")
    assert one != other
    assert one.parent == other.parent == tmp_path / "state/asyncshim"
    assert list(tmp_path.iterdir()) == []


def test_a_project_reached_through_a_link_has_the_folder_of_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "link").symlink_to("one")
    assert state_folder.folder_for(tmp_path / "link") == state_folder.folder_for(tmp_path / "one")


@pytest.mark.skipif(sys.platform != "linux", reason="the folder of Linux")
@pytest.mark.parametrize("value", [None, "", "relative/state"])
def test_without_an_absolute_xdg_state_home_it_is_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("XDG_STATE_HOME", value)
    assert state_folder.folder_for(tmp_path / "p").parent == tmp_path / ".local/state/asyncshim"


def test_a_state_folder_that_cannot_be_created_is_one_error_before_anything_is_written(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD})
    (tmp_path / "file").write_bytes(b"")
    done = asyncshim(root, "migrate", XDG_STATE_HOME=str(tmp_path / "file"))
    assert done.code == 2
    assert done.stderr.startswith(f"error: {tmp_path}/file/asyncshim/")
    assert done.stderr.endswith(
        ": the data for `undo` cannot be kept there (File exists), so nothing was written: "
        "set XDG_STATE_HOME to a folder that you own and may write to\n"
    )
    assert read_tree(root) == {"tests/test_a.py": OLD}


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_a_folder_that_others_may_use_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "asyncshim/key"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(UsageError, match=r"key: can be used by other users, .* remove it, or set XDG_STATE_HOME"):
        state_folder.create(folder)
