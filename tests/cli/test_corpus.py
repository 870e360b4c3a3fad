"""For every corpus case: git applies the diff of the dry run, `migrate` writes the same, and `undo` reverts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.cli import main
from house.corpus import Case, cases, copy
from repositories import git, read_tree


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_dry_run_diff_equals_the_changes_of_migrate_and_undo_reverts_them(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    root = copy(case.before, tmp_path / "case")
    git(root, "init", "-q")
    git(root, "add", "-A", "-f")
    git(root, "commit", "-q", "-m", "before")
    monkeypatch.chdir(root)
    before = read_tree(root)
    assert main(["migrate", ".", *case.migrate, "--dry-run", "--jobs", "1"]) == 0
    patch = capfdbinary.readouterr().out
    assert read_tree(root) == before
    if patch:
        git(root, "apply", "--whitespace=nowarn", "-", stdin=patch)
    patched = read_tree(root)
    assert (patched != before) == bool(patch)
    git(root, "checkout", "-q", ".")
    assert main(["migrate", ".", *case.migrate, "--jobs", "1"]) in {0, 1}
    assert read_tree(root) == patched
    assert main(["undo"]) == 0
    assert read_tree(root) == before
    assert git(root, "status", "--porcelain") == b""
