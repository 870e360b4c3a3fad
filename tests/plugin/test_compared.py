"""What the README's comparison says: one suite, run with each plugin, and with a Runner in a conftest."""

from __future__ import annotations

import re
from importlib.metadata import distributions, version

import pytest
from packaging.requirements import Requirement

from house.foreign import Installer
from house.tree import ROOT

ALONE = "async def test_async(): pass\n"
SUITE = """
import anyio, asyncio, pytest, time, trio

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
    time.sleep(1)

async def test_forgotten():
    wait()

async def test_trio():
    await trio.sleep(0)
"""
PLUGINS = ("asyncshim", "pytest-asyncio", "alt-pytest-asyncio", "anyio", "a Runner in conftest.py")
NO_TRIO = "no: use its own plugin"
PYTHONS = "no: Python's warning"
# The rows of the README, each with what shows it: a test of the suite, another suite, or the metadata.
CELLS = {
    "`async def test_…` runs without configuration": (
        "ALONE",
        ("yes", "auto mode only", "with `-p alt_pytest_asyncio.enable`", "auto mode only", "as you write it"),
    ),
    "one loop for tests and fixtures of all scopes": (
        "test_one_loop",
        ("yes, by default", "when both default loop scopes are set", "yes", "per backend fixture scope", "yes"),
    ),
    "`import pytest_asyncio`, its fixture decorator and marker": (
        "test_import_pytest_asyncio",
        ("yes", "yes", "no", "no", "no"),
    ),
    "`import alt_pytest_asyncio`, `async_timeout`, its `Loop`": (
        "test_import_alt_pytest_asyncio",
        ("yes", "no", "yes", "no", "no"),
    ),
    "the `event_loop` fixture and overrides of it": (
        "test_event_loop",
        ("yes", "until 0.26", "no", "no", "as you write it"),
    ),
    "anyio task group across the `yield` of a fixture": (
        "test_task_group",
        ("yes", "no: exits in another task", "no: exits in another task", "yes", "as you write it"),
    ),
    "an expired time limit shows what each task waits for": (
        "test_late",
        ("yes", "no time limit", "no", "no time limit", "no"),
    ),
    "a report of leaked tasks, timers and servers, and a baseline of accepted ones": (
        "test_leak",
        ("yes", "no", "no", "no", "no"),
    ),
    "code that holds the loop too long is named with its test and lines": (
        "test_blocking",
        (
            "yes, [if asked for](docs/how-to/blocking-calls.md)",
            "asyncio's debug log",
            "no",
            "no",
            "asyncio's debug log",
        ),
    ),
    "a coroutine that is never awaited fails the test that created it": (
        "test_forgotten",
        ("yes, if asked for", PYTHONS, PYTHONS, PYTHONS, PYTHONS),
    ),
    "trio": ("test_trio", (NO_TRIO, NO_TRIO, NO_TRIO, "yes", "no")),
    "rewrites a suite": ("metadata", ("yes", "no", "no", "no", "no")),
    "dependencies besides pytest": (
        "metadata",
        (
            "four, only the command line imports them",
            "typing-extensions before Python 3.13",
            "none",
            "anyio",
            "none",
        ),
    ),
}
ANYIO_HAS_AUTO_MODE = tuple(map(int, version("anyio").split(".")[:2])) >= (4, 12)
NEEDS_PYTEST_8 = pytest.mark.skipif(pytest.version_tuple < (8, 4), reason="the releases compared need pytest 8.4")


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
    assert tuple(rows[0][1:]) == PLUGINS
    assert {row[0]: tuple(row[1:]) for row in rows[2:]} == {name: cells for name, (_, cells) in CELLS.items()}


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
    checks = ("--asyncshim-slow-callback=0.5", "--asyncshim-blocking=error", "--asyncshim-never-awaited=error")
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


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytest.importorskip("anyio")
    pytest.importorskip("trio")
    pytester.makepyfile(test_suite=SUITE)
    return pytester


ARGUMENTS = ("-p", "no:asyncshim", "-p", "no:randomly", "--tb=short", "-rA")


def by_outcome(result: pytest.RunResult) -> dict[str, set[str]]:
    """Return the names of the tests of the suite by what the summary says of them."""
    found: dict[str, set[str]] = {}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) .*::(?:test_)?(\w+)", result.stdout.str(), re.MULTILINE):
        found.setdefault(outcome, set()).add(name)
    return found


@NEEDS_PYTEST_8
def test_pytest_asyncio_is_as_the_readme_says(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    place = str(installer.place("pytest-asyncio"))
    monkeypatch.setenv("PYTHONPATH", place)
    wide = [f"--override-ini=asyncio_default_{each}_loop_scope=session" for each in ("fixture", "test")]
    logged = ("--override-ini=log_cli=true", "--asyncio-debug", "--asyncio-mode=auto")
    result = suite.runpytest_subprocess(*ARGUMENTS, *wide, *logged)
    assert by_outcome(result) == {
        "PASSED": {"one_loop", "import_pytest_asyncio", "task_group", "leak", "blocking", "forgotten"},
        "FAILED": {"trio"},
        "ERROR": {"import_alt_pytest_asyncio", "event_loop", "late", "task_group"},
    }
    result.stdout.re_match_lines_random(
        [
            r"E +RuntimeError: Attempted to exit cancel scope in a different task .*",
            r".*Executing <Task .* took \d+\.\d+ seconds.*",
            r".*RuntimeWarning: coroutine 'wait' was never awaited",
        ]
    )
    assert "left over" not in result.stdout.str()
    result = suite.runpytest_subprocess(*ARGUMENTS, "--asyncio-mode=auto", "-k", "one_loop")
    assert by_outcome(result) == {"FAILED": {"one_loop"}}
    suite.makepyfile(test_suite=ALONE)
    for arguments, passed in (((), 0), (("--asyncio-mode=auto",), 1)):
        outcomes = suite.runpytest_subprocess("-p", "no:asyncshim", *arguments).parseoutcomes()
        assert outcomes.get("passed", 0) == passed
    (found,) = [each for each in distributions(path=[place]) if each.name == "pytest-asyncio"]
    assert not [each for each in found.entry_points if each.group != "pytest11"]
    needed = [Requirement(each) for each in found.requires or ()]
    newer = {"python_version": "3.11", "extra": ""}
    assert {each.name for each in needed if each.marker is None or each.marker.evaluate(newer)} == {
        "pytest",
        "typing-extensions",
    }


@pytest.mark.skipif(not ANYIO_HAS_AUTO_MODE, reason="anyio has an auto mode since 4.12")
def test_anyio_is_as_the_readme_says(suite: pytest.Pytester) -> None:
    backend = "import pytest\n@pytest.fixture(scope='session')\ndef anyio_backend(): return 'asyncio'\n"
    suite.makeconftest(backend)
    auto = ("-p", "anyio", "--override-ini=anyio_mode=auto")
    result = suite.runpytest_subprocess(*ARGUMENTS, *auto)
    assert by_outcome(result) == {
        "PASSED": {"one_loop", "task_group", "leak", "blocking", "forgotten"},
        "FAILED": {"import_pytest_asyncio", "trio"},
        "ERROR": {"import_alt_pytest_asyncio", "event_loop", "late"},
    }
    result.stdout.fnmatch_lines(["*RuntimeWarning: coroutine 'wait' was never awaited"])
    assert not re.search("left over|time.sleep", result.stdout.str())
    suite.makeconftest(backend.replace("asyncio", "trio"))
    result = suite.runpytest_subprocess(*ARGUMENTS, *auto, "-k", "trio")
    assert by_outcome(result) == {"PASSED": {"trio"}}
    suite.makeconftest("")
    suite.makepyfile(test_suite=ALONE)
    for arguments, passed in ((auto[:2], 0), ((*auto, "-k", "asyncio"), 1)):
        outcomes = suite.runpytest_subprocess("-p", "no:asyncshim", *arguments).parseoutcomes()
        assert outcomes.get("passed", 0) == passed


def test_a_runner_in_a_conftest_is_as_the_readme_says(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    template = ROOT / "src" / "asyncshim" / "migrate" / "conftest.template"
    suite.makeconftest(template.read_text("utf-8"))
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    result = suite.runpytest_subprocess(*ARGUMENTS, "--override-ini=log_cli=true")
    assert by_outcome(result) == {
        "PASSED": {"one_loop", "task_group", "leak", "blocking", "forgotten"},
        "FAILED": {"import_pytest_asyncio", "trio"},
        "ERROR": {"import_alt_pytest_asyncio", "event_loop", "late"},
    }
    result.stdout.re_match_lines_random(
        [
            r".*Executing <Task .* took \d+\.\d+ seconds.*",
            r".*RuntimeWarning: coroutine 'wait' was never awaited",
        ]
    )
    assert "left over" not in result.stdout.str()
