"""The fixtures that the plugin offers beside ``event_loop``, which has its own tests in ``legacy``."""

from __future__ import annotations

import pytest

from house.nested import run, run_source


def test_asyncio_runner_blocks_on_coroutines_in_sync_tests_and_fixtures(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        async def answer():
            await asyncio.sleep(0)
            return 42, asyncio.get_running_loop()

        @pytest.fixture(scope="session", params=["session"])
        def wide(asyncio_runner):
            return asyncio_runner.run(answer())

        @pytest.fixture
        def narrow(asyncio_runner):
            yield asyncio_runner.run(answer())
            assert asyncio_runner.run(answer())[0] == 42

        @pytest.fixture
        async def loop():
            return asyncio.get_running_loop()

        def test_sync(asyncio_runner, wide, narrow, loop):
            assert wide == narrow == asyncio_runner.run(answer()) == (42, loop)
            assert asyncio_runner.get_loop() is loop
        """,
        passed=1,
    )


def test_asyncio_runner_raises_the_exception_of_the_coroutine(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        async def fails():
            raise LookupError("of the coroutine")

        def test_sync(asyncio_runner):
            asyncio_runner.run(fails())
        """,
        failed=1,
    )
    result.stdout.fnmatch_lines([">*asyncio_runner.run(fails())", "E*LookupError: of the coroutine"])
    result.stdout.no_fnmatch_line("*asyncshim/plugin*")


def test_asyncio_runner_follows_the_test_that_uses_it(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        async def where():
            return asyncio.get_running_loop()

        shared = []

        def test_shared(asyncio_runner):
            shared.append(asyncio_runner.run(where()))

        @pytest.mark.own_runner
        def test_own(asyncio_runner):
            assert asyncio_runner.run(where()) not in shared

        class TestOverride:
            @pytest.fixture
            def event_loop(self):
                loop = asyncio.new_event_loop()
                loop.set_debug(True)
                yield loop
                loop.close()

            def test_adopted(self, asyncio_runner, event_loop):
                assert asyncio_runner.run(where()) is event_loop
                assert event_loop not in shared

        def test_shared_again(asyncio_runner):
            assert asyncio_runner.run(where()) in shared
        """,
        passed=4,
    )


def test_asyncio_runner_cannot_block_inside_a_coroutine(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import asyncio

        async def test_it(asyncio_runner):
            asyncio_runner.run(asyncio.sleep(0))
        """,
        failed=1,
    )
    result.stdout.fnmatch_lines(["E*a coroutine cannot be driven from code that the running event loop is executing"])


def test_the_fixtures_of_asyncshim_fail_with_the_reason_while_it_is_turned_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_loop(event_loop): pass\n\ndef test_runner(asyncio_runner): pass\n")
    result = run(pytester, "-p", "no:asyncio", errors=2)
    for name in ("event_loop", "asyncio_runner"):
        result.stdout.fnmatch_lines([f"the fixture '{name}' needs asyncshim, which '-p no:asyncio' turned off"])


def test_every_fixture_is_described(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest("--fixtures").stdout
    text.fnmatch_lines(
        [
            "event_loop [[]session scope[]] -- *",
            "    Return the loop that runs the test and its async fixtures *",
        ]
    )
    text.fnmatch_lines(
        ["asyncio_runner [[]session scope[]] -- *", "    Return the Runner for synchronous tests and fixtures: *"]
    )
    for name in ("event_loop_policy", "unused_tcp_port", "unused_udp_port", "unused_tcp_port_factory"):
        text.fnmatch_lines([f"{name}*-- *"])
