"""Suites for alt-pytest-asyncio run without it: ``async_timeout``, its defaults, and the plugin object."""

from __future__ import annotations

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
