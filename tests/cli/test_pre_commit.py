"""The entries of ``.pre-commit-hooks.yaml``, run as pre-commit would: with the names of changed files."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from house.tree import ROOT
from repositories import NEW, OLD, Done, asyncshim, read_tree, repository


def entries() -> dict[str, list[str]]:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    hooks = re.findall(r"(?m)^- id: (\S+)\n(?:  .*\n)*?  entry: (.+)\n", text)
    return {name: shlex.split(entry) for name, entry in hooks}


def hook(name: str, folder: Path, *files: str) -> Done:
    command, *arguments = entries()[name]
    assert command == "asyncshim"
    return asyncshim(folder, *arguments, *files)


def test_pre_commit_has_two_hooks() -> None:
    assert set(entries()) == {"asyncshim-check", "asyncshim-migrate"}


def test_the_check_hook_fails_for_a_changed_file_with_a_use(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": NEW, "tests/test_c.py": OLD})
    done = hook("asyncshim-check", root, "tests/test_a.py", "tests/test_b.py")
    assert done.code == 1
    assert "tests/test_a.py:4:2: ASH101" in done.stdout
    assert "test_c" not in done.stdout
    assert hook("asyncshim-check", root, "tests/test_b.py").code == 0


def test_the_migrate_hook_rewrites_only_changed_files(tmp_path: Path) -> None:
    root = repository(tmp_path / "p", {"tests/test_a.py": NEW, "tests/test_c.py": OLD, "pytest.ini": "[pytest]\n"})
    (root / "tests/test_a.py").write_bytes(OLD)
    assert hook("asyncshim-migrate", root, "tests/test_a.py").code == 0
    assert read_tree(root) == {"tests/test_a.py": NEW, "tests/test_c.py": OLD, "pytest.ini": b"[pytest]\n"}


def test_the_migrate_hook_says_how_to_finish_a_project_in_strict_mode(tmp_path: Path) -> None:
    settings = "[pytest]\nasyncio_mode = strict\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": OLD, "pytest.ini": settings})
    before = read_tree(root)
    done = hook("asyncshim-migrate", root, "tests/test_a.py", "tests/test_b.py")
    assert done.code == 1
    assert "Next: python -m asyncshim migrate   # once for the whole project, without --no-config:\n" in done.stderr
    assert "--unsafe --dry-run" not in done.stderr
    assert read_tree(root) == before
    assert asyncshim(root, "migrate").code == 0
    (root / "tests/test_c.py").write_bytes(OLD)
    done = hook("asyncshim-migrate", root, "tests/test_a.py", "tests/test_b.py", "tests/test_c.py")
    assert done.code == 0, done.stdout + done.stderr
    assert (root / "tests/test_c.py").read_bytes() == NEW
