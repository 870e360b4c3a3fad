from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.guard import check_committed
from asyncshim.migrate.read.project import find_project
from repositories import repository, write_tree


def test_committed_files_are_accepted_and_edited_ones_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "p", {"a.py": "1\n", "b.py": "1\n"})
    monkeypatch.chdir(root)
    write_tree(root, {"b.py": "2\n"})
    project = find_project(["."])
    check_committed(project, ["a.py"])
    with pytest.raises(UsageError, match=r"a file to be changed has uncommitted changes.*\n  b.py\ncommit or"):
        check_committed(project, ["a.py", "b.py"])


def test_without_git_nothing_is_checked(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a.py": "1\n"})
    check_committed(find_project([str(tmp_path)]), ["a.py"])
