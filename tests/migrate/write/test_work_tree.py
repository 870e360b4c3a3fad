from __future__ import annotations

import os
from pathlib import Path

import pytest

from asyncshim.migrate.read import files
from asyncshim.migrate.write import work_tree
from repositories import write_tree


@pytest.fixture(params=["descriptors", "paths"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, on a platform with ``dir_fd`` and on one without."""
    if request.param == "paths":
        monkeypatch.setattr(work_tree, "_HAS_DIR_FD", False)
    return write_tree(tmp_path / "p", {"d/e/a.py": "old"})


def test_a_file_is_read_created_replaced_and_removed_by_its_path(root: Path) -> None:
    assert work_tree.read(root, "d/e/a.py").data == b"old"
    assert not work_tree.create_like(root, "d/e/a.py", "d/e/b.py", b"new", 0o640)
    assert work_tree.digest_of(root, "d/e/b.py") == files.digest(b"new")
    work_tree.replace(root, "d/e/b.py", "d/e/a.py")
    assert [path.name for path in (root / "d/e").iterdir()] == ["a.py"]
    assert (root / "d/e/a.py").read_bytes() == b"new"
    work_tree.remove(root, "d/e/a.py")
    work_tree.remove(root, "d/e/a.py")
    assert work_tree.digest_of(root, "d/e/a.py") is None


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
@pytest.mark.parametrize("link", ["d", "d/e"])
def test_a_symbolic_link_in_the_path_is_an_error(root: Path, link: str, tmp_path: Path) -> None:
    (root / link).rename(tmp_path / "elsewhere")
    (root / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"Not a directory|its folder is reached through a link"):
        work_tree.read(root, "d/e/a.py")
    with pytest.raises(OSError, match=r"Not a directory|its folder is reached through a link"):
        work_tree.create_like(root, "d/e/a.py", "d/e/b.py", b"new", 0o640)
    work_tree.remove(root, "d/e/a.py")
    assert [path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*.py")] == [b"old"]
