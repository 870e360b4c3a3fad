from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncshim.migrate.read import files


def test_bytes_and_permission_bits_are_read_together(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb")
    path.chmod(0o640)
    assert files.read(path) == files.Snapshot(b"\xef\xbb\xbfa\r\nb", 0o640)


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="no O_NOFOLLOW here")
def test_a_symbolic_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    (tmp_path / "link.py").symlink_to("a.py")
    with pytest.raises(OSError, match="symbolic links"):
        files.read(tmp_path / "link.py")
    assert files.digest_of(tmp_path / "link.py") is None


def test_a_digest_identifies_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a")
    assert files.digest_of(tmp_path / "a.py") == files.digest(b"a")
    assert files.digest(b"a") != files.digest(b"b")
    assert files.digest_of(tmp_path / "missing.py") is None


def test_a_failed_write_removes_the_file(tmp_path: Path) -> None:
    class Failing:
        def __iter__(self) -> object:
            yield b"first"
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        files.write_synced(tmp_path / "a", Failing())
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_can_be_read(tmp_path: Path) -> None:
    files.write_synced(tmp_path / "a", [b"one", b"two"])
    files.sync_folder(tmp_path)
    assert (tmp_path / "a").read_bytes() == b"onetwo"
