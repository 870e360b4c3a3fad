from __future__ import annotations

from pathlib import Path

import pytest

from repositories import OLD, asyncshim, read_tree, repository


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_plain.py": b"def test():\n    pass\n"})


def test_check_prints_a_line_for_each_use_and_exits_1(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "check")
    assert done.code == 1
    assert "tests/test_a.py:4:2: ASH101 " in done.stdout
    assert all(line.startswith("tests/test_a.py:") for line in done.stdout.splitlines())
    assert "`python -m asyncshim migrate` rewrites" in done.stderr
    assert read_tree(project) == before


def test_check_exits_0_for_a_clean_tree(project: Path) -> None:
    assert asyncshim(project, "migrate").code == 0
    done = asyncshim(project, "check")
    assert (done.code, done.stdout, done.stderr) == (0, "", "No uses found in 2 files.\n")


def test_check_exits_2_for_a_file_that_cannot_be_parsed(project: Path) -> None:
    (project / "tests/test_x.py").write_bytes(b"@pytest.mark.asyncio\ndef (:\n")
    done = asyncshim(project, "check")
    assert done.code == 2
    assert "error: tests/test_x.py:" in done.stderr
    assert "tests/test_a.py:4:2: ASH101 " in done.stdout


class TestBaseline:
    def test_uses_in_the_baseline_pass_and_new_uses_fail(self, project: Path) -> None:
        accepted = asyncshim(project, "check", "--baseline", "accepted.json", "--update-baseline")
        assert accepted.code == 0
        assert "uses accepted in accepted.json." in accepted.stderr
        done = asyncshim(project, "check", "--baseline", "accepted.json")
        assert (done.code, done.stdout) == (0, "")
        assert "No new uses found in 2 files.\n" in done.stderr
        (project / "tests/test_new.py").write_bytes(OLD)
        done = asyncshim(project, "check", "--baseline", "accepted.json")
        assert done.code == 1
        assert done.stdout
        assert all(line.startswith("tests/test_new.py:") for line in done.stdout.splitlines())

    def test_the_baseline_file_can_be_set_in_pyproject_toml(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.asyncshim]\nbaseline = "accepted.json"\n')
        assert asyncshim(project, "check", "--update-baseline").code == 0
        assert asyncshim(project / "tests", "check", "..").code == 0

    def test_check_reports_baseline_uses_that_no_longer_exist(self, project: Path) -> None:
        asyncshim(project, "check", "--baseline", "accepted.json", "--update-baseline")
        asyncshim(project, "migrate")
        done = asyncshim(project, "check", "--baseline", "accepted.json")
        assert done.code == 0
        assert "; --update-baseline removes them from the baseline." in done.stderr

    def test_a_missing_baseline_file_is_explained(self, project: Path) -> None:
        done = asyncshim(project, "check", "--baseline", "nowhere.json")
        assert (done.code, done.stderr) == (
            2,
            "error: nowhere.json: the baseline does not exist; --update-baseline writes it\n",
        )
        done = asyncshim(project, "check", "--update-baseline")
        assert done.code == 2
        assert done.stderr.startswith("error: --update-baseline: give the file with --baseline FILE")


def test_uses_are_accepted_although_a_file_cannot_be_parsed(tmp_path: Path) -> None:
    broken = "import pytest\n@pytest.mark.asyncio\nasync def test_(:\n"
    root = repository(tmp_path / "p", {"tests/test_a.py": OLD, "tests/test_b.py": broken})
    done = asyncshim(root, "check", "--baseline", "accepted.json", "--update-baseline")
    assert done.code == 2
    assert "accepted in accepted.json" in done.stderr
    assert "error: tests/test_b.py" in done.stderr
    assert (root / "accepted.json").exists()
