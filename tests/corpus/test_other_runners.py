"""Migrated suites are plain async tests: they also pass with other runners and with the ejected conftest.py."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from house.corpus import Case, cases, copy, missing, run_tests
from house.processes import run, run_python

SESSION_LOOPS = (
    "--asyncio-mode=auto",
    "--override-ini=asyncio_default_fixture_loop_scope=session",
    "--override-ini=asyncio_default_test_loop_scope=session",
)
# What to install, and the arguments that users of the runner set in their configuration.
RUNNERS = {
    "alt-pytest-asyncio": ("alt-pytest-asyncio==0.9.6", ("-p", "alt_pytest_asyncio.enable")),
    "pytest-asyncio": ("pytest-asyncio==1.5.0", SESSION_LOOPS),
    "anyio": ("anyio==4.16.0", ("--override-ini=anyio_mode=auto", "--confcutdir=..")),
}
# Users of anyio name the backend in a conftest; otherwise each test runs on every backend.
CONFTESTS = {
    "anyio": 'import pytest\n\n\n@pytest.fixture(scope="session")\ndef anyio_backend():\n    return "asyncio"\n'
}
HARD = ("hand-driven-servers", "hypothesis-properties", "task-groups", "unittest-beside")


def claiming(runner: str) -> list[Case]:
    return [case for case in cases() if runner in case.also_under]


ELSEWHERE = [pytest.param(each, case, id=f"{each}-{case.name}") for each in RUNNERS for case in claiming(each)]
EJECTED = [pytest.param(case, id=case.name) for case in claiming("conftest") if case.name not in HARD]


def check_ejected(case: Case, tmp_path: Path) -> None:
    if reason := missing(case):
        pytest.skip(reason)
    tree = copy(case.after, tmp_path / "tree")
    ejected = run_python("-m", "asyncshim", "eject", ".", cwd=tree)
    assert ejected.returncode == 0, ejected.stdout
    (tmp_path / "report").mkdir()
    report = tmp_path / "report/outcomes.json"
    ran = run_tests(sys.executable, tree, report, "-p", "no:asyncshim", *case.arguments)
    assert ran.tests == case.outcomes, ran.output


@pytest.mark.parametrize("name", HARD)
def test_the_ejected_conftest_runs_the_hard_cases(name: str, tmp_path: Path) -> None:
    (case,) = [case for case in claiming("conftest") if case.name == name]
    check_ejected(case, tmp_path)


@pytest.mark.real_pytest_asyncio
@pytest.mark.parametrize("case", EJECTED)
def test_the_ejected_conftest_gives_the_recorded_outcomes(case: Case, tmp_path: Path) -> None:
    check_ejected(case, tmp_path)


@pytest.fixture(scope="module")
def interpreters(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that makes an interpreter with a runner and the newest releases of what its cases need."""

    @functools.cache
    def make(runner: str) -> Path:
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            pytest.skip("needs uv, to make an environment with other runners")
        needs = {str(without_version(need)) for case in claiming(runner) for need in case.needs}
        folder = tmp_path_factory.mktemp("runner") / "environment"
        python = folder / "bin/python"
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, folder],
            [uv, "pip", "install", "--quiet", "--python", python, "pytest", RUNNERS[runner][0], *sorted(needs)],
        ):
            made = run(command, cwd=folder.parent)
            assert made.returncode == 0, made.stdout
        return python

    return make


def without_version(need: str) -> Requirement:
    requirement = Requirement(need)
    return Requirement(
        f"{requirement.name}[{','.join(requirement.extras)}]" if requirement.extras else requirement.name
    )


@pytest.mark.real_pytest_asyncio
@pytest.mark.parametrize(("runner", "case"), ELSEWHERE)
def test_another_runner_gives_the_recorded_outcomes(
    runner: str, case: Case, interpreters: Callable[[str], Path], tmp_path: Path
) -> None:
    if case.programs and (reason := missing(case)):
        pytest.skip(reason)
    tree = copy(case.after, tmp_path / "tree")
    (tmp_path / "report").mkdir()
    if runner in CONFTESTS:
        (tmp_path / "conftest.py").write_text(CONFTESTS[runner], encoding="utf-8")
    report = tmp_path / "report/outcomes.json"
    ran = run_tests(interpreters(runner), tree, report, *RUNNERS[runner][1], *case.arguments)
    assert ran.tests == case.outcomes, ran.output


def test_cases_claim_only_known_runners() -> None:
    unknown = {case.name: set(case.also_under) - {"conftest", *RUNNERS} for case in cases()}
    assert not any(unknown.values()), unknown


def test_a_case_names_other_runners_or_the_reason_why_not() -> None:
    silent = [case.name for case in cases() if bool(case.also_under) is bool(case.only_here)]
    assert silent == []
