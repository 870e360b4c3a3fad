from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate.doctor.configuration import PytestConfiguration
from asyncshim.migrate.doctor.conflicts import conflicts
from asyncshim.migrate.doctor.executor import executor, plugin_loading
from asyncshim.migrate.doctor.model import ConfigurationFile, Environment, InstalledPlugin, Level
from diagnosing import AIOHTTP, ASYNCSHIM, REAL, environment, told

ALT = InstalledPlugin("alt_pytest_asyncio", "alt_pytest_asyncio", "alt-pytest-asyncio", "0.9.0")
TORNASYNC = InstalledPlugin("tornasync", "pytest_tornasync.plugin", "pytest-tornasync", "0.6.0")
PLAIN = "import pytest\n\n\n@pytest.fixture\ndef thing():\n    return 1\n"


def ids(where: Environment, **given: object) -> list[str]:
    return [each.id for each in told(where, **given)[1]]  # type: ignore[arg-type]


def test_a_plain_environment_has_no_conflict(tmp_path: Path) -> None:
    assert ids(environment(ASYNCSHIM), files={"conftest.py": PLAIN}, root=tmp_path) == []


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (environment(ASYNCSHIM, REAL), "pytest-asyncio-installed"),
        (environment(ASYNCSHIM, ALT), "alt-pytest-asyncio-installed"),
        (environment(ASYNCSHIM, TORNASYNC), "other-runner"),
        (environment(ASYNCSHIM, AIOHTTP), "requires-pytest-asyncio"),
        (environment(ASYNCSHIM, looptime="0.2"), "looptime"),
        (environment(ASYNCSHIM, other="/p/.venv/bin/python"), "other-environment"),
        (environment(ASYNCSHIM, pytest="7.2.0"), "old-pytest"),
        (environment(ASYNCSHIM, pytest=""), "no-pytest"),
        (environment(REAL), "asyncshim-not-loaded"),
        (environment(), "nobody"),
    ],
)
def test_a_conflict_of_the_environment_is_named(where: Environment, expected: str) -> None:
    assert ids(where) == [expected]


def test_the_release_of_looptime_decides_what_it_does() -> None:
    messages = [told(environment(ASYNCSHIM, looptime=version))[1][0].message for version in ("0.2", "0.3", "0.10")]
    assert messages[0].endswith("each async test has a loop of its own")
    assert all(each.endswith("all others share one") for each in messages[1:])


@pytest.mark.parametrize(
    ("plugins", "finder", "addopts", "is_problem"),
    [
        ((AIOHTTP, ASYNCSHIM), True, (), False),
        ((ASYNCSHIM, AIOHTTP), False, (), False),
        ((AIOHTTP, ASYNCSHIM), False, ("-p", "asyncshim"), False),
        ((AIOHTTP, ASYNCSHIM, REAL), False, (), False),
        ((AIOHTTP, ASYNCSHIM), False, (), True),
    ],
)
def test_a_plugin_that_is_loaded_before_asyncshim_needs_the_finder(
    plugins: tuple[InstalledPlugin, ...], *, finder: bool, addopts: tuple[str, ...], is_problem: bool
) -> None:
    _, found = told(environment(*plugins, finder=finder), PytestConfiguration(addopts=addopts))
    assert ("load-order" in [each.id for each in found]) is is_problem


HOOKS = {
    "runner": "import asyncio\n\n\ndef pytest_pyfunc_call(pyfuncitem):\n    with asyncio.Runner() as r: r.run()\n",
    "loop": "def pytest_runtest_call(item):\n    loop.run_until_complete(item.obj())\n",
    "wraps": "import inspect\n\n\ndef pytest_fixture_setup(fixturedef):\n    inspect.isasyncgenfunction(fixturedef)\n",
    "helper": (
        "def _run(item):\n    _go(item)\n\n\ndef _go(item):\n    loop.run_until_complete(item)\n\n\n"
        "def pytest_pyfunc_call(pyfuncitem):\n    _run(pyfuncitem)\n"
    ),
    "method": "import asyncio\n\n\nclass P:\n    def pytest_pyfunc_call(self, pyfuncitem):\n        asyncio.run(1)\n",
}


@pytest.mark.parametrize("name", HOOKS)
@pytest.mark.parametrize("file", ["conftest.py", "tests/conftest.py", "tests/plugin.py"])
def test_a_hook_that_runs_coroutines_is_named_with_its_line(name: str, file: str, tmp_path: Path) -> None:
    _, found = told(environment(ASYNCSHIM), files={file: HOOKS[name]}, root=tmp_path)
    (one,) = found
    line = 1 + [*HOOKS[name].split("\n")].index(next(row for row in HOOKS[name].split("\n") if "def pytest_" in row))
    assert (one.id, one.level, one.place) == ("conftest-runner", Level.NOTE, f"{file}:{line}")


@pytest.mark.parametrize(
    "code",
    [
        "def pytest_runtest_call(item):\n    log(item)\n",
        "def pytest_pyfunc_call(pyfuncitem):\n    subprocess.run(['x'])\n",
        "# def pytest_pyfunc_call: asyncio.Runner()\n",
        'TEXT = """\ndef pytest_pyfunc_call(p):\n    asyncio.run(p)\n"""\n',
        "import asyncio\n\n\ndef helper():\n    asyncio.run(1)\n",
        "class Runner: ...\n\n\nx = Runner()\n",
        "def event_loop():\n    pass\n",
        "from other import event_loop\n",
    ],
)
def test_other_code_is_no_conflict(code: str, tmp_path: Path) -> None:
    assert ids(environment(ASYNCSHIM), files={"conftest.py": code}, root=tmp_path) == []


def test_a_test_module_has_no_hooks(tmp_path: Path) -> None:
    assert ids(environment(ASYNCSHIM), files={"tests/test_hooks.py": HOOKS["runner"]}, root=tmp_path) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("@pytest.fixture\ndef event_loop():\n    yield\n", "event_loop"),
        ("@pytest.fixture(scope='session')\ndef event_loop_policy():\n    pass\n", "event_loop_policy"),
        ("@fixture(name='event_loop')\nasync def other():\n    pass\n", "event_loop"),
    ],
)
def test_an_override_of_the_loop_is_named(code: str, name: str, tmp_path: Path) -> None:
    _, (found,) = told(environment(ASYNCSHIM), files={"conftest.py": code}, root=tmp_path)
    assert (found.id, found.message, found.place) == (
        "loop-override",
        f"overrides the fixture `{name}`",
        "conftest.py:2",
    )


@pytest.mark.parametrize(
    "code", ["import asyncio\n\nR = asyncio.Runner()\n", "from asyncio import Runner as R\n\nX = R()\n"]
)
def test_a_runner_that_is_made_by_hand_is_named(code: str, tmp_path: Path) -> None:
    _, (found,) = told(environment(ASYNCSHIM), files={"conftest.py": code}, root=tmp_path)
    assert (found.id, found.place) == ("own-runner", "conftest.py:3")


def test_the_block_of_eject_and_asyncshim_are_too_much(tmp_path: Path) -> None:
    from asyncshim.migrate import eject

    files = {"conftest.py": eject.template()}
    assert ids(environment(ASYNCSHIM), files=files, root=tmp_path) == ["ejected"]
    assert ids(environment(), files=files, root=tmp_path) == []


def test_a_conftest_that_cannot_be_parsed_is_a_note(tmp_path: Path) -> None:
    _, found = told(environment(ASYNCSHIM), files={"conftest.py": "def broken(:\n"}, root=tmp_path)
    assert [(each.id, each.level) for each in found] == [("not-read", Level.NOTE)]


def test_an_unknown_mode_is_a_problem() -> None:
    _, found = told(environment(ASYNCSHIM), PytestConfiguration("tox.ini", {}, (), "autoo"))
    assert [(each.id, each.level, each.place) for each in found] == [("unknown-mode", Level.PROBLEM, "tox.ini")]


def test_options_in_a_file_that_pytest_does_not_read_are_named() -> None:
    file = ConfigurationFile(
        "tox.ini", "pytest does not read it: pytest.ini comes first", False, (("asyncio_mode", "auto"),)
    )
    options = PytestConfiguration("pytest.ini")
    loading = plugin_loading(environment(ASYNCSHIM), options, (), {})
    runs = executor(loading, options, ())
    (found,) = conflicts(loading, options, (), (file,), runs)
    assert found.message == "asyncio_mode in tox.ini have no effect: pytest does not read it: pytest.ini comes first"


def test_problems_come_before_notes() -> None:
    _, found = told(environment(REAL, looptime="0.3", pytest="7.0"))
    levels = [each.level for each in found]
    assert levels == sorted(levels, key=lambda level: level is Level.NOTE)
    assert set(levels) == {Level.PROBLEM, Level.NOTE}
