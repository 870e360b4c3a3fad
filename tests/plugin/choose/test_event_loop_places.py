"""A suite's own ``event_loop`` where it is seen: by directory and module, on top of another, with parameters."""

from __future__ import annotations

import pytest

from house.nested import run, run_source


def test_async_tests_set_up_the_event_loop_override_first(pytester: pytest.Pytester) -> None:
    """0.21 added it to the fixtures of each async test, before all others."""
    run_source(
        pytester,
        """
        import asyncio, pytest

        class Own(asyncio.SelectorEventLoop):
            pass

        @pytest.fixture
        def event_loop():
            loop = Own()
            yield loop
            loop.close()

        @pytest.fixture(autouse=True)
        def watch(request):
            wanted = "event_loop" in request.fixturenames
            assert wanted is request.node.name.startswith("test_async")
            return request.getfixturevalue("event_loop") if wanted else None

        @pytest.fixture
        def current():
            return asyncio.get_event_loop()

        async def test_async(current, watch):
            assert asyncio.get_running_loop() is current is watch

        @pytest.mark.parametrize("number", [1, 2])
        async def test_async_with_parameters(number, current, watch):
            assert asyncio.get_running_loop() is current is watch

        def test_sync(watch):
            assert watch is None
        """,
        passed=4,
    )


def test_an_override_that_requests_another_keeps_its_settings_while_it_lives(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.new_event_loop()
            yield loop
            loop.close()
        """
    )
    pytester.makepyfile(
        test_debug="""
        import asyncio, pytest

        @pytest.fixture(scope="module")
        def event_loop(event_loop):
            event_loop.set_debug(True)
            event_loop.slow_callback_duration = 60
            yield event_loop
            event_loop.set_debug(False)

        async def test_one(event_loop):
            assert asyncio.get_running_loop() is event_loop
            assert event_loop.get_debug()

        async def test_two():
            assert asyncio.get_running_loop().get_debug()
        """,
        test_later="""
        import asyncio

        async def test_one(event_loop):
            assert asyncio.get_running_loop() is event_loop
            assert not event_loop.get_debug()
            assert event_loop.slow_callback_duration < 60
        """,
    )
    run(pytester, passed=3)


def test_an_override_that_returns_the_fixture_of_the_plugin_uses_the_shared_loop(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        def event_loop(event_loop):
            asyncio.set_event_loop(event_loop)
            yield event_loop

        async def test_one(event_loop):
            assert asyncio.get_running_loop() is event_loop

        async def test_two(event_loop):
            assert asyncio.get_running_loop() is event_loop
        """,
        passed=2,
    )


def test_a_parametrized_override_runs_its_tests_once_on_each_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        class Red(asyncio.SelectorEventLoop):
            pass

        class Blue(asyncio.SelectorEventLoop):
            pass

        @pytest.fixture(params=[Red, Blue], ids=["red", "blue"])
        def event_loop(request):
            loop = request.param()
            yield loop
            loop.close()
        """
    )
    result = run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        async def value():
            return type(asyncio.get_running_loop()).__name__

        async def test_asked_for(event_loop, request):
            assert type(event_loop).__name__.lower() == request.node.callspec.id

        async def test_through_a_fixture(value, request):
            assert value.lower() == request.node.callspec.id
            assert type(asyncio.get_running_loop()).__name__ == value
        """,
        "-v",
        passed=4,
    )
    result.stdout.fnmatch_lines(["*::test_asked_for[[]red] PASSED*", "*::test_asked_for[[]blue] PASSED*"])
    result.stdout.fnmatch_lines(["*::test_through_a_fixture[[]red] PASSED*"])


def test_an_override_that_fails_is_an_error_of_the_tests_that_need_it(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        def event_loop():
            raise LookupError("no loop today")

        async def test_async():
            pass

        def test_plain():
            pass
        """,
        passed=1,
        errors=1,
    )
    result.stdout.fnmatch_lines(["E*LookupError: no loop today"])
