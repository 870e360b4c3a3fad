"""pytest-asyncio's names and places go on to mean what they meant, in every kind of process."""

from __future__ import annotations

import sys

import pytest

from house.nested import run, run_source


def test_a_suite_may_ask_for_pytest_asyncio_by_every_name(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrequired_plugins = pytest-asyncio>=0.21\nasyncio_mode = auto\n")
    pytester.makeconftest(
        """
        pytest_plugins = ["pytest_asyncio"]

        def pytest_configure(config):
            assert config.pluginmanager.hasplugin("asyncio")
            assert config.pluginmanager.get_plugin("asyncio") is not None
        """
    )
    run_source(pytester, "async def test_it(): pass", "--strict-config", "--strict-markers", passed=1)


@pytest.mark.parametrize("arguments", [["-p", "no:asyncio"], ["-p", "no:asyncshim"]])
def test_no_asyncio_and_no_asyncshim_both_mean_no_async_tests(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makepyfile("async def test_async(): pass\n\ndef test_sync(): pass\n")
    result = pytester.runpytest_subprocess(*arguments)
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.no_fnmatch_line("asyncshim *: *")


def test_naming_asyncshim_runs_it_where_asyncio_is_blocked(pytester: pytest.Pytester) -> None:
    """A team that blocked pytest-asyncio's plugin for good may still choose ours."""
    pytester.makepyfile("async def test_async(): pass")
    run(pytester, "-p", "no:asyncio", "-p", "asyncshim", passed=1)


@pytest.mark.parametrize("how", ["variable", "option"])
def test_it_can_be_the_only_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    arguments = ["-p", "asyncshim"]
    if how == "variable":
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    elif pytest.version_tuple < (8, 4):
        pytest.skip("pytest has --disable-plugin-autoload since 8.4")
    else:
        arguments.insert(0, "--disable-plugin-autoload")
    result = run_source(
        pytester, "import pytest_asyncio\n\nasync def test_it(event_loop): pass\n", *arguments, passed=1
    )
    assert "plugins: asyncshim-" in result.stdout.str()
    assert "timeout" not in result.stdout.str()


def test_the_environment_may_name_it(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", "asyncshim,pytest_asyncio")
    run_source(pytester, "import pytest_asyncio\n\nasync def test_it(event_loop): pass\n", passed=1)


@pytest.mark.parametrize(("scope", "alive"), [("function", False), ("module", True)])
def test_fixtures_marked_by_pytest_asyncio_keep_their_loop_scope(
    pytester: pytest.Pytester, scope: str, *, alive: bool
) -> None:
    """What pytest-asyncio's decorator leaves on a function: these two attributes."""
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        tasks = []

        async def starts():
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        starts._force_asyncio_fixture = True
        starts._loop_scope = {scope!r}
        starts = pytest.fixture(starts)

        @pytest.mark.asyncio
        async def test_one(starts):
            assert not tasks[0].done()

        def test_two():
            assert tasks[0].done() is not {alive}
        """,
        "--asyncio-mode=strict",
        passed=2,
    )


def test_two_sessions_in_one_process_are_independent(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import asyncio, pytest, pytest_asyncio

        @pytest.fixture
        @pytest.mark.asyncio
        async def loop():
            return asyncio.get_running_loop()

        def test_sync():
            assert not asyncio.get_event_loop().is_closed()

        async def test_async(loop, event_loop):
            assert asyncio.get_running_loop() is loop is event_loop
        """
    )
    script = pytester.makepyfile(
        main="""
        import gc, sys, pytest

        for _ in range(2):
            assert pytest.main(["-q", "-W", "error", "test_it.py"]) == 0
            assert "pytest_asyncio" not in sys.modules
            sys.modules.pop("test_it", None)
            gc.collect()
        """
    )
    result = pytester.run(sys.executable, "-W", "error", script)
    assert result.ret == 0, result.stderr.str()
    assert result.stdout.str().count("2 passed") == 2
    assert result.stdout.str().count("1 asyncio marker on a fixture") == 2


def test_the_loop_of_a_program_that_calls_pytest_is_used_and_left_open(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import asyncio, main

        async def test_async(): assert asyncio.get_running_loop() is main.loop
        def test_sync(): assert asyncio.get_event_loop() is main.loop
        """
    )
    script = pytester.makepyfile(
        main="""
        import asyncio, pytest, sys

        sys.modules["main"] = sys.modules[__name__]
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        assert pytest.main(["-q", "-W", "error", "test_it.py"]) == 0
        assert asyncio.get_event_loop() is loop
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
        """
    )
    result = pytester.run(sys.executable, "-W", "error", script)
    assert result.ret == 0, result.stderr.str()
    assert result.stdout.str().count("2 passed") == 1


LEAVING = """\
import asyncio, pytest
notes, left = [], []
async def numbers():
    try:
        yield 1
    finally:
        notes.append("closed")
async def test_leaves():
    left.extend([numbers(), asyncio.create_task(asyncio.sleep(3600))])
    assert await anext(left[0]) == 1
def test_ended():
    assert notes == ["closed"]
    assert left[1].cancelled()
"""


def test_nested_sessions_of_a_synchronous_session_are_independent(pytester: pytest.Pytester) -> None:
    """pytester drops the modules that the inner session imported; the package goes on to hold them as attributes."""
    pytester.makeconftest('pytest_plugins = ["pytester"]')
    inner = f"""
@pytest.mark.parametrize("number", [1, 2])
def test_inner(pytester, number):
    pytester.makepyfile({LEAVING!r})
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=2)
"""
    pytester.makepyfile(test_it="import pytest\n" + inner + LEAVING)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=4)
