"""The ``event_loop`` fixture as a suite of 0.21 knows it: any scope, any way of asking, one loop."""

from __future__ import annotations

import pytest

from house.nested import run_source

# How it is asked for


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_fixtures_of_every_scope_may_request_it(pytester: pytest.Pytester, scope: str) -> None:
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        @pytest.fixture(scope={scope!r})
        def answer(event_loop):
            return event_loop.run_until_complete(asyncio.sleep(0, 42)), event_loop

        @pytest.fixture(scope={scope!r})
        async def later(event_loop):
            assert event_loop is asyncio.get_running_loop()
            return event_loop

        async def test_both(answer, later):
            assert answer == (42, asyncio.get_running_loop())
            assert later is asyncio.get_running_loop()
        """,
        passed=1,
    )


def test_sync_and_async_tests_get_the_loop_that_coroutines_run_on(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio

        async def where():
            return asyncio.get_running_loop()

        def test_sync(event_loop):
            assert event_loop.run_until_complete(where()) is event_loop

        async def test_async(event_loop):
            assert asyncio.get_running_loop() is event_loop

        class TestMethods:
            def test_sync(self, event_loop):
                assert event_loop.run_until_complete(where()) is event_loop

            async def test_async(self, event_loop):
                assert asyncio.get_running_loop() is event_loop
        """,
        passed=4,
    )


def test_usefixtures_getfixturevalue_and_fixturenames_find_it(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture
        def loop_if_wanted(request):
            if "event_loop" in request.fixturenames:
                return request.getfixturevalue("event_loop")

        @pytest.mark.usefixtures("event_loop")
        def test_usefixtures(loop_if_wanted):
            assert loop_if_wanted is asyncio.get_event_loop()

        def test_nobody_wants_it(loop_if_wanted):
            assert loop_if_wanted is None

        def test_getfixturevalue(request):
            loop = request.getfixturevalue("event_loop")
            assert loop.run_until_complete(asyncio.sleep(0, 1)) == 1

        async def test_getfixturevalue_from_a_coroutine(request):
            assert request.getfixturevalue("event_loop") is asyncio.get_running_loop()
        """,
        passed=4,
    )


def test_setup_methods_of_classes_may_use_it(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        class TestRequested:
            @pytest.fixture(autouse=True)
            def setup(self, event_loop):
                self.loop = event_loop
                self.value = event_loop.run_until_complete(asyncio.sleep(0, 1))

            async def test_async(self):
                assert (self.loop, self.value) == (asyncio.get_running_loop(), 1)

            def test_sync(self):
                assert self.value == 1

        class TestCurrent:
            def setup_method(self):
                self.loop = asyncio.get_event_loop()

            @classmethod
            def setup_class(cls):
                cls.loop_of_class = asyncio.get_event_loop()

            async def test_async(self):
                assert self.loop is self.loop_of_class is asyncio.get_running_loop()
        """,
        passed=3,
    )


def test_an_autouse_fixture_that_requests_event_loop_serves_every_test(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        seen = []

        @pytest.fixture(autouse=True)
        def watch(event_loop):
            yield
            seen.append(event_loop)

        def test_sync():
            pass

        async def test_async():
            assert seen == [asyncio.get_running_loop()]
        """,
        passed=2,
    )


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_the_loop_fixtures_of_0_23_to_0_26_resolve_to_it(pytester: pytest.Pytester, scope: str) -> None:
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        @pytest.fixture(scope={scope!r})
        def loop(_{scope}_event_loop):
            return _{scope}_event_loop

        async def test_it(loop, _{scope}_event_loop, event_loop):
            assert loop is _{scope}_event_loop is event_loop is asyncio.get_running_loop()
        """,
        passed=1,
    )


def test_with_a_runner_for_each_loop_scope_each_function_has_its_own_loop(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio

        seen = []

        async def test_one(event_loop):
            assert event_loop is asyncio.get_running_loop()
            seen.append(event_loop)

        async def test_two(event_loop):
            assert event_loop is asyncio.get_running_loop()
            assert event_loop not in seen
        """,
        "--asyncshim-runner=loop_scope",
        passed=2,
    )


def test_with_a_runner_for_each_loop_scope_event_loop_is_function_scoped(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import pytest

        @pytest.fixture(scope="module")
        def wide(event_loop):
            pass

        def test_it(wide):
            pass
        """,
        "--asyncshim-runner=loop_scope",
        errors=1,
    )
    result.stdout.fnmatch_lines(["ScopeMismatch: *function scoped fixture event_loop with a module scoped*"])


# A fixture of that name that is no loop


@pytest.mark.parametrize("value", ["42", "None", "object()"])
def test_a_fixture_of_that_name_that_makes_no_loop_is_just_a_fixture(pytester: pytest.Pytester, value: str) -> None:
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        VALUE = {value}

        @pytest.fixture
        def event_loop():
            yield VALUE

        @pytest.fixture
        async def loop():
            return asyncio.get_running_loop()

        def test_value(event_loop):
            assert event_loop is VALUE

        async def test_async(event_loop, loop):
            assert event_loop is VALUE
            assert loop is asyncio.get_running_loop()

        async def test_without():
            await asyncio.sleep(0)
        """,
        passed=3,
    )


# Where more than one loop is about


def test_a_test_with_a_runner_of_its_own_gets_the_loop_of_that_runner(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        shared = []

        async def test_before(event_loop):
            shared.append(event_loop)

        @pytest.mark.own_runner
        async def test_own(event_loop):
            assert event_loop is asyncio.get_running_loop()
            assert event_loop not in shared

        @pytest.mark.own_runner
        def test_own_sync(event_loop):
            assert event_loop not in shared
            assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1

        async def test_after(event_loop):
            assert event_loop is asyncio.get_running_loop()
            assert event_loop in shared
        """,
        passed=4,
    )
