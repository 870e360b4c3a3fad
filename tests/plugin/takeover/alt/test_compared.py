"""What the README's comparison says of alt-pytest-asyncio and of asyncshim: one suite, run with each of them."""

from __future__ import annotations

import re
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement

from house.foreign import Installer
from house.tree import ROOT

ALONE = "async def test_async(): pass\n"
SUITE = """
import asyncio, pytest, time

@pytest.fixture(scope="session")
async def loop_of_session():
    return asyncio.get_running_loop()

@pytest.fixture
async def loop_of_function():
    return asyncio.get_running_loop()

async def test_one_loop(loop_of_session, loop_of_function):
    assert loop_of_session is loop_of_function is asyncio.get_running_loop()

def test_import_pytest_asyncio():
    import pytest_asyncio

def test_import_alt_pytest_asyncio(async_timeout):
    from alt_pytest_asyncio import Loop

def test_event_loop(event_loop): pass

@pytest.fixture
async def task_group():
    import anyio
    async with anyio.create_task_group() as group:
        yield group

async def test_task_group(task_group): pass

async def wait():
    await asyncio.Event().wait()

async def test_late(async_timeout):
    async_timeout.set_timeout_seconds(0.1)
    await asyncio.create_task(wait(), name=" ".join(["waits", "in", "vain"]))

async def test_leak():
    test_leak.kept = asyncio.create_task(wait(), name=" ".join(["left", "over"]))
    await asyncio.sleep(0)

async def test_blocking():
    time.sleep(0.5)

async def test_forgotten():
    wait()

async def test_trio():
    import trio
    await trio.sleep(0)
"""
# The rows of the README, each with the cell of alt-pytest-asyncio and what shows it.
CELLS = {
    "`async def test_…` runs without configuration": ("with `-p alt_pytest_asyncio.enable`", "test_alone.py"),
    "one loop for tests and fixtures of all scopes": ("yes", "test_one_loop"),
    "`import pytest_asyncio`, its fixture decorator and marker": ("no", "test_import_pytest_asyncio"),
    "`import alt_pytest_asyncio`, `async_timeout`, its `Loop`": ("yes", "test_import_alt_pytest_asyncio"),
    "the `event_loop` fixture and overrides of it": ("no", "test_event_loop"),
    "anyio task group across the `yield` of a fixture": ("no: exits in another task", "test_task_group"),
    "an expired time limit shows what each task waits for": ("no", "test_late"),
    "a report of leaked tasks, timers and servers, and a baseline of accepted ones": ("no", "test_leak"),
    "code that holds the loop too long is named with its test and lines": ("no", "test_blocking"),
    "a coroutine that is never awaited fails the test that created it": ("no: Python's warning", "test_forgotten"),
    "trio": ("no: use its own plugin", "test_trio"),
    "rewrites a suite": ("no", "its metadata"),
    "dependencies besides pytest": ("none", "its metadata"),
}


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, installer: Installer) -> str:
    if pytest.version_tuple < (8,):
        pytest.skip("alt-pytest-asyncio 0.9 needs pytest 8")
    place = str(installer.place("alt-pytest-asyncio"))
    monkeypatch.setenv("PYTHONPATH", place)
    return place


def test_the_readme_compares_what_is_tested_here() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("\n## Compared\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|"]
    column = rows[0].index("alt-pytest-asyncio")
    assert {row[0]: row[column] for row in rows[2:]} == {name: cell for name, (cell, _) in CELLS.items()}


def test_alt_pytest_asyncio_lacks_what_the_readme_says(pytester: pytest.Pytester, real: str) -> None:
    pytest.importorskip("anyio")
    pytest.importorskip("trio")
    pytester.makepyfile(test_suite=SUITE)
    arguments = ("-p", "no:asyncshim", "-p", "alt_pytest_asyncio.enable", "-p", "no:randomly", "--tb=short", "-rA")
    result = pytester.runpytest_subprocess(*arguments)
    result.assert_outcomes(passed=6, failed=3, errors=2)  # the test with the task group passes, its fixture does not
    result.stdout.re_match_lines_random(
        [
            r"PASSED .*::test_one_loop",
            r"PASSED .*::test_import_alt_pytest_asyncio",
            r"PASSED .*::test_leak",
            r"PASSED .*::test_blocking",
            r"PASSED .*::test_forgotten",
            r".*RuntimeWarning: coroutine 'wait' was never awaited",
            r"FAILED .*::test_import_pytest_asyncio",
            r"E +ModuleNotFoundError: No module named 'pytest_asyncio'",
            r"ERROR .*::test_event_loop",
            r"E +fixture 'event_loop' not found",
            r"ERROR .*::test_task_group",
            r"E +RuntimeError: Attempted to exit cancel scope in a different task .*",
            r"FAILED .*::test_late",
            r"E +AssertionError: Took too long to complete.*",
            r"FAILED .*::test_trio",
        ]
    )
    assert "waits in vain" not in result.stdout.str()
    assert "left over" not in result.stdout.str()


def test_asyncshim_has_what_alt_pytest_asyncio_lacks(pytester: pytest.Pytester) -> None:
    pytest.importorskip("anyio")
    pytest.importorskip("trio")
    pytester.makepyfile(test_suite=SUITE)
    (pytester.path / "baseline.json").write_text('{"version": 1, "accepted": {}, "runtime": {}}')
    arguments = ("-p", "alt_pytest_asyncio.enable", "-p", "no:randomly", "--tb=short")
    result = pytester.runpytest_subprocess(*arguments, "--asyncshim-baseline=baseline.json")
    result.stdout.fnmatch_lines(["not accepted by asyncshim_baseline: task 'left over' running wait, created at *"])
    checks = ("--asyncshim-slow-callback=0.1", "--asyncshim-blocking=error", "--asyncshim-never-awaited=error")
    result = pytester.runpytest_subprocess(*arguments, *checks)
    result.assert_outcomes(passed=6, failed=4)
    assert "waits in vain" in result.stdout.str()
    failed = set(re.findall(r"^FAILED .*::(\w+)", result.stdout.str(), re.MULTILINE))
    assert failed == {"test_late", "test_trio", "test_blocking", "test_forgotten"}


@pytest.mark.parametrize(("arguments", "passed"), [((), 0), (("-p", "alt_pytest_asyncio.enable"), 1)])
def test_alt_pytest_asyncio_runs_async_tests_only_where_it_is_enabled(
    pytester: pytest.Pytester, real: str, arguments: tuple[str, ...], passed: int
) -> None:
    pytester.makepyfile(test_alone=ALONE)
    result = pytester.runpytest_subprocess("-p", "no:asyncshim", *arguments)
    assert result.parseoutcomes().get("passed", 0) == passed


def test_alt_pytest_asyncio_has_no_command_and_needs_only_pytest(real: str) -> None:
    (found,) = [each for each in distributions(path=[real]) if each.name == "alt-pytest-asyncio"]
    assert not [each for each in found.entry_points if each.group != "pytest11"]
    needed = [Requirement(each) for each in found.requires or ()]
    assert {each.name for each in needed if "extra" not in str(each.marker)} == {"pytest"}
