"""Options, ini values and environment: what is accepted, where it may be set, what wins, what is refused and how."""

from __future__ import annotations

import pytest

from asyncshim.plugin.suite.options import Settings, read_settings
from house.nested import run, run_source

SCOPES = ("function", "class", "module", "package", "session")
MIXED = """
import asyncio, pytest, pytest_asyncio

@pytest.fixture
async def plain():
    return 1

@pytest_asyncio.fixture
async def claimed():
    return 1

async def test_unmarked(plain, claimed):
    assert plain == claimed == 1

@pytest.mark.asyncio
async def test_marked(claimed):
    assert claimed == 1
"""


def set_option(pytester: pytest.Pytester, place: str, name: str, value: str) -> list[str]:
    """Set *name* at one of the places where pytest looks; return the command line."""
    if place == "option":
        return [f"--{name.replace('_', '-')}={value}"]
    if place == "-o":
        return ["-o", f"{name}={value}"]
    if place == "ini":
        pytester.makeini(f"[pytest]\n{name} = {value}\n")
    elif place == "toml":
        pytester.makepyprojecttoml(f'[tool.pytest.ini_options]\n{name} = "{value}"\n')
    elif place == "conftest":
        pytester.makeconftest(f"def pytest_configure(config):\n    config.option.{name} = {value!r}\n")
    return []


# The mode


@pytest.mark.parametrize("place", ["option", "-o", "ini", "toml", "conftest"])
def test_strict_mode_runs_only_what_is_marked(pytester: pytest.Pytester, place: str) -> None:
    arguments = set_option(pytester, place, "asyncio_mode", "strict")
    pytester.makepyfile(MIXED)
    result = pytester.runpytest("-Wignore", *arguments)
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 1
    assert sum(outcomes.get(outcome, 0) for outcome in ("failed", "skipped", "errors", "error")) == 1
    result.stdout.fnmatch_lines(["asyncshim *: one loop, mode strict"])


@pytest.mark.parametrize("place", ["option", "-o", "ini", "toml", "conftest"])
@pytest.mark.parametrize("value", ["auto", "legacy"])
def test_auto_and_legacy_mode_run_everything(pytester: pytest.Pytester, place: str, value: str) -> None:
    result = run_source(
        pytester, MIXED, *set_option(pytester, place, "asyncio_mode", value), "--strict-config", passed=2
    )
    result.stdout.fnmatch_lines(["asyncshim *: one loop, mode auto"])


def test_without_a_mode_everything_runs(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, MIXED, "--strict-config", "--strict-markers", "-v", passed=2)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, mode auto", "asyncshim: asyncio_mode=unset, *"])


def test_the_command_line_wins_over_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    run_source(pytester, MIXED, "--asyncio-mode=auto", passed=2)


def test_a_conftest_may_set_the_enumeration_of_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    pytester.makeconftest(
        """
        from pytest_asyncio.plugin import Mode

        def pytest_configure(config):
            config.option.asyncio_mode = Mode.AUTO
        """
    )
    run_source(pytester, MIXED, passed=2)


@pytest.mark.parametrize("place", ["option", "ini"])
def test_an_unknown_mode_is_a_usage_error(pytester: pytest.Pytester, place: str) -> None:
    arguments = set_option(pytester, place, "asyncio_mode", "automatic")
    result = pytester.runpytest(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: 'automatic' is not a valid asyncio_mode. Valid modes: auto, strict."])


# Debugging


@pytest.mark.parametrize("place", ["option", "ini", "toml", "-o"])
def test_debug_mode_reaches_the_loop(pytester: pytest.Pytester, place: str) -> None:
    arguments = ["--asyncio-debug"] if place == "option" else set_option(pytester, place, "asyncio_debug", "true")
    result = run_source(
        pytester,
        """
        import asyncio

        async def test_it():
            assert asyncio.get_running_loop().get_debug()
        """,
        "-v",
        *arguments,
        passed=1,
    )
    result.stdout.fnmatch_lines(["asyncshim: *debug=True*"])


@pytest.mark.parametrize("value", ["false", None])
def test_debug_mode_is_off_unless_asked_for(pytester: pytest.Pytester, value: str | None) -> None:
    if value is not None:
        pytester.makeini(f"[pytest]\nasyncio_debug = {value}\n")
    result = run_source(
        pytester,
        "import asyncio\n\nasync def test_it():\n    assert not asyncio.get_running_loop().get_debug()\n",
        "-v",
        passed=1,
    )
    result.stdout.fnmatch_lines(["asyncshim: *debug=False*"])


# Default loop scopes


@pytest.mark.parametrize("option", ["asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope"])
@pytest.mark.parametrize("scope", SCOPES)
def test_every_default_loop_scope_is_accepted(pytester: pytest.Pytester, option: str, scope: str) -> None:
    pytester.makeini(f"[pytest]\n{option} = {scope}\n")
    result = run_source(pytester, MIXED, "--strict-config", "-v", passed=2)
    result.stdout.fnmatch_lines([f"asyncshim: *{option}={scope}*"])


def test_fixture_scope_is_a_default_for_fixtures_only(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = fixture-scope\n")
    run_source(pytester, MIXED, "--strict-config", passed=2)
    pytester.makeini("[pytest]\nasyncio_default_test_loop_scope = fixture-scope\n")
    assert pytester.runpytest().ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize("option", ["asyncio_default_fixture_loop_scope", "asyncio_default_test_loop_scope"])
def test_an_unknown_loop_scope_is_a_usage_error(pytester: pytest.Pytester, option: str) -> None:
    pytester.makeini(f"[pytest]\n{option} = modul\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    valid = ", ".join(SCOPES)
    result.stderr.fnmatch_lines([f"ERROR: 'modul' is not a valid {option}. Valid scopes are: {valid}."])


def test_the_default_scope_of_tests_decides_how_long_their_tasks_live(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_test_loop_scope = module\n")
    run_source(
        pytester,
        """
        import asyncio

        tasks = []

        async def test_one():
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        async def test_two():
            assert not tasks[0].done()
        """,
        passed=2,
    )


@pytest.mark.parametrize(("scope", "alive"), [("function", False), ("module", True), ("fixture-scope", False)])
def test_the_default_scope_of_fixtures_decides_how_long_their_tasks_live(
    pytester: pytest.Pytester, scope: str, *, alive: bool
) -> None:
    pytester.makeini(f"[pytest]\nasyncio_default_fixture_loop_scope = {scope}\n")
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        tasks = []

        @pytest.fixture
        async def starts():
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        async def test_one(starts):
            assert not tasks[0].done()

        async def test_two():
            assert tasks[0].done() is not {alive}
        """,
        passed=2,
    )


NARROWER = """
import asyncio, pytest, pytest_asyncio
tasks = []
@pytest_asyncio.fixture(scope="module"{argument})
async def starts():
    tasks.append(asyncio.create_task(asyncio.sleep(3600)))
    yield
    assert not tasks[0].done()
async def test_one(starts): assert not tasks[0].done()
async def test_two(starts): assert not tasks[0].done()
"""


@pytest.mark.parametrize(("option", "argument"), [("function", ""), ("", ', loop_scope="function"')])
def test_a_loop_scope_narrower_than_the_fixture_does_not_end_what_it_starts(
    pytester: pytest.Pytester, option: str, argument: str
) -> None:
    """pytest-asyncio refuses such a fixture; so do we, where each loop scope has a loop of its own."""
    pytester.makeini(f"[pytest]\nasyncio_default_fixture_loop_scope = {option}\n")
    pytester.makepyfile(NARROWER.format(argument=argument))
    run(pytester, passed=2)
    result = run(pytester, "--asyncshim-runner=loop_scope", errors=2)
    result.stdout.fnmatch_lines(["ScopeMismatch: *function scoped*module scoped*starts: its loop scope is narrower*"])


# asyncshim's own


def test_each_runner_value_may_come_from_three_places(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        import asyncio

        loops = []

        async def test_one():
            loops.append(asyncio.get_running_loop())

        async def test_two():
            assert asyncio.get_running_loop() in loops
        """
    )
    run(pytester, passed=2)
    run(pytester, "--asyncshim-runner=loop_scope", passed=1, failed=1)
    run(pytester, "-o", "asyncshim_runner=loop_scope", passed=1, failed=1)
    monkeypatch.setenv("ASYNCSHIM_RUNNER", "loop_scope")
    run(pytester, passed=1, failed=1)
    run(pytester, "-o", "asyncshim_runner=session", passed=1, failed=1)
    run(pytester, "--asyncshim-runner=session", passed=2)


CHOICES = {
    "asyncshim_runner": "session, loop_scope",
    "asyncshim_leaks": "cancel, warn, error",
    "asyncshim_legacy": "allow, warn, error",
}


@pytest.mark.parametrize(("name", "valid"), CHOICES.items())
def test_a_wrong_value_of_an_own_option_is_a_usage_error(pytester: pytest.Pytester, name: str, valid: str) -> None:
    pytester.makeini(f"[pytest]\n{name} = nonsense\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: 'nonsense' is not a valid {name}. Valid values: {valid}."])
    result = pytester.runpytest_subprocess(f"--{name.replace('_', '-')}=nonsense")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*invalid choice: 'nonsense'*"])


def test_a_wrong_value_in_the_environment_is_a_usage_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASYNCSHIM_RUNNER", "nonsense")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: 'nonsense' is not a valid asyncshim_runner. Valid values: session, loop_scope."]
    )


@pytest.mark.parametrize("name", ["asyncshim_timeout", "asyncshim_cancel_timeout"])
@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan"])
def test_invalid_numbers_of_seconds_are_a_usage_error(pytester: pytest.Pytester, name: str, value: str) -> None:
    pytester.makeini(f"[pytest]\n{name} = {value}\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = f"ERROR: '{value}' is not a valid {name}: a number of seconds, 0 or more, is expected."
    result.stderr.fnmatch_lines([text])


def test_every_option_is_known_to_strict_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        asyncio_mode = auto
        asyncio_debug = false
        asyncio_default_fixture_loop_scope = function
        asyncio_default_test_loop_scope = function
        asyncshim_runner = session
        asyncshim_leaks = cancel
        asyncshim_legacy = allow
        asyncshim_timeout = 0
        asyncshim_cancel_timeout = 1.5
        asyncshim_loop_factory = asyncio:SelectorEventLoop
        """
    )
    run_source(pytester, MIXED, "--strict-config", "--strict-markers", passed=2)


def test_without_configuration_the_settings_have_their_defaults(pytester: pytest.Pytester) -> None:
    assert read_settings(pytester.parseconfig()) == Settings(
        mode=None,
        debug=None,
        test_loop_scope="function",
        fixture_loop_scope=None,
        runner="session",
        leaks="cancel",
        legacy="allow",
        unawaited="error",
        cancel_timeout=5.0,
        timeout=0.0,
        loop_factory=None,
        dump_on_interrupt=False,
        slow_callback=0.0,
        blocking="warn",
        blocking_calls=False,
        blocking_allowed=(),
        never_awaited="warn",
    )


def test_help_and_markers_list_the_options(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest("--help").stdout.str()
    for name in (
        "asyncio-mode",
        "asyncio-debug",
        "asyncshim-runner",
        "asyncshim-leaks",
        "asyncshim-unawaited",
        "asyncshim-fixture-marks",
        "asyncshim-legacy",
    ):
        assert f"--{name}" in text
        assert f"{name.replace('-', '_')} (" in text
    markers = pytester.runpytest("--markers").stdout
    markers.fnmatch_lines(
        ["@pytest.mark.asyncio:*", "@pytest.mark.own_runner:*", "@pytest.mark.asyncshim_timeout(*):*"]
    )


# The loop factory of the configuration


@pytest.mark.parametrize("value", ["no_such_module:Loop", "asyncio:no_such_name", "asyncio"])
def test_a_loop_factory_that_cannot_be_imported_is_an_error(pytester: pytest.Pytester, value: str) -> None:
    pytester.makepyfile("async def test_it(): pass")
    result = pytester.runpytest("-o", f"asyncshim_loop_factory={value}")
    text = result.stdout.str() + result.stderr.str()
    assert f"asyncshim_loop_factory = {value}: " in text
    assert "module:callable is expected" in text
    assert result.ret != 0
    assert "INTERNALERROR" not in text
