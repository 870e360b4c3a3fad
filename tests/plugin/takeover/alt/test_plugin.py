"""Suites for alt-pytest-asyncio run without it: ``async_timeout``, its defaults, and the plugin object."""

from __future__ import annotations

import sys

import pytest

from asyncshim.plugin.takeover.alt import base, errors, limit, plugin, protocols, session, version
from house.nested import run_source

ENABLE = ("-p", "alt_pytest_asyncio.enable")
WAITS = """
import asyncio, pytest

async def test_waits():
    await asyncio.sleep(60)
"""


def test_an_expired_limit_is_an_assertion_error_with_file_and_line_of_the_test(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, WAITS, *ENABLE, "--default-async-timeout", "0.05", "--tb=short", failed=1)
    result.stdout.fnmatch_lines(
        [
            "*.py:4: in test_waits",
            "    await asyncio.sleep(60)",
            "*plugin.py:*: in raise_error",
            "E   AssertionError: Took too long to complete: *.py:3 (timeout=0.05)",
        ]
    )


def test_the_ini_option_sets_the_default(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ndefault_async_timeout = 0.05\n")
    run_source(pytester, WAITS, *ENABLE, "--strict-config", failed=1).stdout.fnmatch_lines(["*(timeout=0.05)"])


def test_a_default_that_is_not_a_number_is_a_usage_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WAITS)
    result = pytester.runpytest(*ENABLE, "-o", "default_async_timeout=soon")
    result.stderr.fnmatch_lines(["ERROR: 'soon' is not a valid default_async_timeout*"])


@pytest.mark.parametrize("enabled", [True, False])
def test_only_a_suite_that_enables_the_plugin_has_five_seconds(pytester: pytest.Pytester, enabled: bool) -> None:
    if enabled:
        pytester.makeconftest('pytest_plugins = ["alt_pytest_asyncio.enable"]')
    run_source(
        pytester,
        f"""
        from asyncshim.plugin.suite.state import state_of
        from asyncshim.plugin.takeover.alt import session

        async def test_it(request):
            assert session.default_timeout(request.config) == {5.0 if enabled else float("inf")!r:.3}
        """.replace("== inf", '== float("inf")'),
        passed=1,
    )


def test_each_test_and_fixture_has_a_limit_of_its_own(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        async def slow(async_timeout):
            async_timeout.set_timeout_seconds(60)
            await asyncio.sleep(0.3)
            return async_timeout

        @pytest.fixture
        def default_async_timeout():
            return 0.05

        async def test_fixture_sets_its_own(slow, async_timeout):
            assert slow is not async_timeout
            assert slow.timeout == 60
            assert async_timeout.timeout == 0.05

        async def test_it_sets_its_own(async_timeout):
            async_timeout.set_timeout_seconds(60)
            await asyncio.sleep(0.3)
        """,
        *ENABLE,
        passed=2,
    )


def test_each_half_of_a_generator_fixture_has_the_whole_limit(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        async def slow_to_end(async_timeout):
            async_timeout.set_timeout_seconds(0.05)
            yield
            await asyncio.sleep(60)

        async def test_it(slow_to_end):
            await asyncio.sleep(0.2)
        """,
        *ENABLE,
        passed=1,
        errors=1,
    )
    result.stdout.fnmatch_lines(["E * AssertionError: Took too long to complete: *.py:3 (timeout=0.05)"])


def test_the_nearest_default_wins(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="session")
        def session_default_async_timeout():
            return 50

        @pytest.fixture(scope="module")
        async def module_default_async_timeout(async_timeout):
            assert async_timeout.timeout == 50
            return 40

        @pytest.fixture(scope="session")
        async def of_session(async_timeout):
            return async_timeout.timeout

        @pytest.fixture(scope="class")
        async def of_class(async_timeout):
            return async_timeout.timeout

        async def test_plain(of_session, of_class, async_timeout):
            assert (of_session, of_class, async_timeout.timeout) == (50, 40, 40)

        class TestInner:
            @pytest.fixture(scope="class")
            @classmethod
            def class_default_async_timeout(cls):
                return 30

            @pytest.fixture
            def default_async_timeout(self):
                return 20

            async def test_inner(self, of_class, async_timeout):
                assert (of_class, async_timeout.timeout) == (30, 20)
        """,
        *ENABLE,
        passed=2,
    )


def test_the_marker_of_asyncshim_replaces_the_default_of_a_test(pytester: pytest.Pytester) -> None:
    source = """
        import asyncio, pytest

        @pytest.mark.asyncshim_timeout(600)
        async def test_has_more_time():
            await asyncio.sleep(0.2)

        async def test_has_the_default():
            await asyncio.sleep(60)
    """
    run_source(pytester, source, *ENABLE, "--default-async-timeout", "0.05", passed=1, failed=1)


def test_a_synchronous_function_cannot_set_a_limit(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester, "def test_it(async_timeout):\n    async_timeout.set_timeout_seconds(1)\n", *ENABLE, failed=1
    )
    result.stdout.fnmatch_lines(["E * alt_pytest_asyncio.errors.NoAsyncTimeoutInSyncFunctions: *"])


def test_a_debugger_suspends_the_limit(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, sys

        async def test_it(async_timeout):
            async_timeout.set_timeout_seconds(0.05)
            former = sys.gettrace()
            sys.settrace(lambda *event: None)
            try:
                await asyncio.sleep(0.3)
            finally:
                sys.settrace(former)
        """,
        *ENABLE,
        passed=1,
    )


def test_a_suite_may_provide_limits_of_its_own_kind(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest
        from alt_pytest_asyncio import base, plugin

        class Noted(plugin.LoadedAsyncTimeout):
            pass

        class Provider(base.AsyncTimeoutProvider):
            def load(self, *, default_timeout):
                return Noted(default_timeout=default_timeout * 2)

            def set_timeout_seconds(self, timeout):
                raise ValueError("sync")

        @pytest.fixture(scope="session")
        def async_timeout():
            return Provider()

        async def test_it(async_timeout):
            assert type(async_timeout) is Noted and async_timeout.timeout == 10
        """,
        *ENABLE,
        passed=1,
    )


def test_what_async_fixtures_and_tests_set_is_set_for_all_that_follow(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import contextvars, pytest

        one, two = contextvars.ContextVar("one"), contextvars.ContextVar("two")

        @pytest.fixture(scope="module")
        async def outer():
            one.set("outer")
            yield
            assert two.get() == "test"

        @pytest.fixture
        async def reset():
            token = one.set("inner")
            yield
            one.reset(token)

        async def test_sets(outer, reset):
            assert one.get() == "inner"
            two.set("test")

        def test_sees():
            assert (one.get(), two.get()) == ("outer", "test")
        """,
        *ENABLE,
        passed=2,
    )


def test_a_managed_loop_runs_the_tests_and_stays_open(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_loop="import asyncio\nasync def test_it():\n    assert asyncio.get_running_loop().is_managed\n",
        program="""
        import asyncio
        import alt_pytest_asyncio
        import pytest

        class Managed(asyncio.SelectorEventLoop):
            is_managed = True

        loop = Managed()
        made = alt_pytest_asyncio.plugin.AltPytestAsyncioPlugin(managed_loop=loop)
        assert pytest.main(["-q", "test_loop.py"], plugins=[made]) == 0
        assert not loop.is_closed()
        loop.close()
        """,
    )
    assert pytester.runpython("program.py").ret == 0


def test_modules_are_what_the_package_shows(pytester: pytest.Pytester) -> None:
    assert issubclass(plugin.LoadedAsyncTimeout, base.AsyncTimeout)
    assert issubclass(errors.NoAsyncTimeoutInSyncFunctions, errors.AltPytestAsyncioError)
    assert protocols.AsyncTimeout is not base.AsyncTimeout
    assert limit.Limit(1, lambda: True).is_suspended()
    assert session.DEFAULT == 5
    assert version.NEWEST.count(".") == 2
    run_source(
        pytester,
        """
        import alt_pytest_asyncio
        import alt_pytest_asyncio.protocols
        from alt_pytest_asyncio.plugin import AltPytestAsyncioPlugin, LoadedAsyncTimeout, Loop, OverrideLoop
        from alt_pytest_asyncio.errors import PluginAlreadyStarted

        def test_names():
            assert alt_pytest_asyncio.Loop is Loop
            assert issubclass(OverrideLoop, Loop)
            assert alt_pytest_asyncio.VERSION
            assert callable(alt_pytest_asyncio.run_coro_as_main)
            assert not hasattr(alt_pytest_asyncio, "nothing")
        """,
        passed=1,
    )


def test_the_ini_option_counts_more_than_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ndefault_async_timeout = 60\n")
    source = "async def test_it(async_timeout):\n    assert async_timeout.timeout == 60\n"
    run_source(pytester, source, *ENABLE, "--default-async-timeout=30", passed=1)


def test_an_async_generator_that_ends_without_a_yield_gives_none(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest

        @pytest.fixture
        async def nothing(async_timeout):
            if async_timeout.timeout:
                return
            yield

        def test_it(nothing):
            assert nothing is None
        """,
        *ENABLE,
        passed=1,
    )


def test_what_a_test_leaves_on_the_loop_lives_until_the_session_ends(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import asyncio

        left = {}

        async def numbers():
            yield 1
            yield 2

        async def wait():
            try:
                await asyncio.Event().wait()
            finally:
                print("ENDED")

        async def test_leaves():
            left["event"] = asyncio.Event()
            left["task"] = asyncio.create_task(left["event"].wait())
            left["numbers"] = numbers()
            assert await anext(left["numbers"]) == 1
            left["other"] = asyncio.create_task(wait())
            await asyncio.sleep(0)

        def test_sync_leaves():
            left["sync"] = asyncio.get_event_loop().create_task(asyncio.sleep(0, 3))

        async def test_uses():
            left["event"].set()
            assert await left["task"]
            assert await left["sync"] == 3
            assert await anext(left["numbers"]) == 2
            assert not left["other"].done()
        """,
        *ENABLE,
        "-s",
        passed=3,
    )
    result.stdout.fnmatch_lines(["*ENDED*"])


def test_reports_of_leaks_keep_the_loop_scope_of_each_test(pytester: pytest.Pytester) -> None:
    source = "import asyncio\nasync def test_leaks():\n    asyncio.create_task(asyncio.sleep(60), name='left')\n"
    result = run_source(pytester, source, *ENABLE, "-o", "asyncshim_leaks=error", passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_leaks*", "*asyncshim_leaks: *'left'*"])


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_what_clean_up_prints_after_ctrl_c_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, os, pytest, signal

        @pytest.fixture
        async def value():
            try:
                yield
            finally:
                print("FIXTURE ENDED")

        async def test_interrupted(value):
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
            try:
                await asyncio.sleep(60)
            finally:
                print("TEST ENDED")
        """
    )
    result = pytester.runpytest_subprocess(*ENABLE)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*TEST ENDED", "FIXTURE ENDED", "*KeyboardInterrupt*"])


def test_a_required_plugin_is_there_without_alt_pytest_asyncio(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrequired_plugins = alt-pytest-asyncio>=0.9\naddopts = -p alt_pytest_asyncio.enable\n")
    pytester.makepyfile("async def test_it(async_timeout):\n    assert async_timeout.timeout == 5\n")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_limit_of_another_kind_is_asked_after_each_half_of_a_generator(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest
        from alt_pytest_asyncio import base, plugin

        notes = []

        class Noted(plugin.LoadedAsyncTimeout):
            def raise_maybe(self, func):
                notes.append((func.__name__, self.run_count, type(self.error).__name__))
                super().raise_maybe(func)

        @pytest.fixture(scope="session")
        def async_timeout():
            return plugin.AsyncTimeoutProvider(timeout_factory=Noted)

        @pytest.fixture
        async def value():
            yield

        def test_first(value):
            assert notes == [("value", 1, "NoneType")]

        def test_second():
            assert notes[1:] == [("value", 2, "StopAsyncIteration")]
        """,
        *ENABLE,
        "-p",
        "no:randomly",
        passed=2,
    )
