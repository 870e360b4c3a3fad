from __future__ import annotations

from pathlib import Path

import pytest

from repositories import asyncshim, read_tree, repository

OLD = b"import pytest\n\n\n@pytest.mark.asyncio\nasync def test_it():\n    pass\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_plain.py": b"def test():\n    pass\n"})


def test_every_use_is_a_line_and_the_exit_code_is_1(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "check")
    assert done.code == 1
    assert "tests/test_a.py:4:2: ASH101 " in done.stdout
    assert all(line.startswith("tests/test_a.py:") for line in done.stdout.splitlines())
    assert "`python -m asyncshim migrate` rewrites" in done.stderr
    assert read_tree(project) == before


def test_a_clean_tree_is_exit_0(project: Path) -> None:
    assert asyncshim(project, "migrate").code == 0
    done = asyncshim(project, "check")
    assert (done.code, done.stdout, done.stderr) == (0, "", "Nothing found in 2 files.\n")


def test_a_rule_that_is_ignored_finds_nothing(project: Path) -> None:
    assert asyncshim(project, "check", "--ignore", "ASH1,ASH2").code == 0


def test_an_unparsable_file_is_exit_2(project: Path) -> None:
    (project / "tests/test_x.py").write_bytes(b"@pytest.mark.asyncio\ndef (:\n")
    done = asyncshim(project, "check")
    assert done.code == 2
    assert "error: tests/test_x.py:" in done.stderr
    assert "tests/test_a.py:4:2: ASH101 " in done.stdout
