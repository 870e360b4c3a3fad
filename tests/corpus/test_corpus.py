"""Runs every corpus case: before, migrated, after, and with the pytest-asyncio that it was written for."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from house.corpus import (
    Case,
    Run,
    cases,
    copy,
    files,
    load,
    make_environment,
    missing,
    of_its_time,
    program,
    run_tests,
)
from house.processes import run_python

CASES = [pytest.param(case, id=case.name) for case in cases()]


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    if reason := missing(chosen):
        pytest.skip(reason)
    return chosen


def migrate(case: Case, tree: Path, *flags: str) -> tuple[int, str]:
    result = run_python("-m", "asyncshim", "migrate", ".", *case.migrate, *flags, cwd=tree)
    return result.returncode, result.stdout


def under_asyncshim(case: Case, source: Path, tmp_path: Path) -> Run:
    tree = copy(source, tmp_path / "tree")
    (tmp_path / "report").mkdir()
    return run_tests(sys.executable, tree, tmp_path / "report/outcomes.json", *case.arguments)


every_case = pytest.mark.parametrize("case", CASES, indirect=True)


AGAIN = "If this is right, make `after` again: see `Add a corpus case` in CONTRIBUTING.md"


def difference(expected: Path, found: Path) -> str:
    """Return a diff of two trees."""
    before, after = files(expected), files(found)
    lines: list[str] = []
    for path in sorted(before.keys() | after.keys()):
        old, new = (tree.get(path, b"").decode("utf-8", "backslashreplace") for tree in (before, after))
        lines += difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), f"after/{path}", f"found/{path}"
        )
        if (path in before) is not (path in after):
            lines.append(f"{path} is only in {'after' if path in before else 'what migrate wrote'}\n")
    return "".join(lines) or ("" if before == after else "the trees differ in bytes that the diff does not show")


@every_case
def test_before_gives_the_recorded_outcomes(case: Case, tmp_path: Path) -> None:
    ran = under_asyncshim(case, case.before, tmp_path)
    assert ran.tests == case.outcomes, ran.output


@every_case
def test_after_gives_the_recorded_outcomes(case: Case, tmp_path: Path) -> None:
    ran = under_asyncshim(case, case.after, tmp_path)
    assert ran.tests == case.outcomes, ran.output


@pytest.mark.any_python
@every_case
def test_migrate_turns_before_into_after(case: Case, tmp_path: Path) -> None:
    tree = copy(case.before, tmp_path / "tree")
    code, output = migrate(case, tree)
    assert not (text := difference(case.after, tree)), f"{text}\n{AGAIN}\n{output}"
    assert code == case.exit_code, output
    assert set(re.findall(r"\bASH\d{3}\b", output)) == set(case.rules), output


@pytest.mark.any_python
@every_case
def test_a_second_migrate_changes_nothing(case: Case, tmp_path: Path) -> None:
    tree = copy(case.after, tmp_path / "tree")
    code, output = migrate(case, tree)
    assert not (text := difference(case.after, tree)), f"{text}\n{output}"
    assert code in {0, case.exit_code, case.second_exit_code}, output


@pytest.mark.real_pytest_asyncio
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases()])
def test_before_gives_the_recorded_outcomes_with_its_pytest_asyncio_release(case: Case, tmp_path: Path) -> None:
    if absent := [name for name in case.programs if program(name) is None]:
        pytest.skip(f"needs {', '.join(absent)}, not installed here")
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        pytest.skip("needs uv, to make an environment with the releases of that time")
    python = make_environment(tmp_path / "environment", uv, case.python, *of_its_time(case))
    tree = copy(case.before, tmp_path / "tree")
    (tmp_path / "report").mkdir()
    ran = run_tests(python, tree, tmp_path / "report/outcomes.json", *case.arguments)
    assert ran.tests == case.outcomes, ran.output


@pytest.mark.parametrize("case", CASES)
def test_a_case_has_a_title_an_origin_and_passing_tests(case: Case) -> None:
    assert case.title
    assert case.origin
    assert "passed" in case.outcomes.values()
    assert bool(case.rules) is (files(case.before) != files(case.after) or case.exit_code != 0)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('title = "x"\nrequires = []\n', r"case\.toml: unknown keys \['requires'\]"),
        ('title = "x"\npytest = "8"\n[outcomes]\n', r"case\.toml: missing keys \['origin', 'written_for'\]"),
    ],
)
def test_a_case_with_unknown_or_missing_keys_is_refused(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=error):
        load(tmp_path)


def test_the_reporter_tells_every_outcome_apart(tmp_path: Path) -> None:
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.fixture\ndef broken(): 1 / 0\n"
        "@pytest.fixture\ndef breaks_late():\n    yield\n    1 / 0\n"
        "def test_passed(): pass\n"
        "def test_failed(): 1 / 0\n"
        "def test_error(broken): pass\n"
        "def test_late(breaks_late): pass\n"
        "def test_skipped(): pytest.skip('no')\n"
        "@pytest.mark.skip\ndef test_marked(): pass\n"
        "@pytest.mark.xfail\ndef test_xfailed(): 1 / 0\n"
        "@pytest.mark.xfail\ndef test_xpassed(): pass\n",
        encoding="utf-8",
    )
    (suite / "test_not_importable.py").write_text("1 / 0\n", encoding="utf-8")
    ran = run_tests(sys.executable, suite, tmp_path / "outcomes.json", "--continue-on-collection-errors")
    assert ran.exit_code == 1, ran.output
    assert ran.tests == {
        "test_it.py::test_passed": "passed",
        "test_it.py::test_failed": "failed",
        "test_it.py::test_error": "error",
        "test_it.py::test_late": "error",
        "test_it.py::test_skipped": "skipped",
        "test_it.py::test_marked": "skipped",
        "test_it.py::test_xfailed": "xfailed",
        "test_it.py::test_xpassed": "xpassed",
        "test_not_importable.py": "collection error",
    }
