"""``@pytest.mark.asyncio`` with the arguments of every release; wrong ones fail the test that has them, by name."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

LOOP_SCOPES = ("function", "class", "module", "package", "session")


@pytest.mark.parametrize("scope", LOOP_SCOPES)
@pytest.mark.parametrize("argument", ["loop_scope", "scope"])
def test_every_loop_scope_is_accepted_under_both_names(pytester: pytest.Pytester, argument: str, scope: str) -> None:
    pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        pytestmark = pytest.mark.asyncio({argument}={scope!r})
        tasks = []

        async def test_one():
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        async def test_two():
            assert tasks[0].cancelled() is ({scope!r} in ("function", "class") )
            tasks[0].cancel()
        """,
        "--strict-markers",
        passed=2,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "loop_scope=None",
        "forbid_global_loop=True",
        "accept_global_loop=True",
        "loop_scope='module', loop_factories=None",
    ],
)
def test_marker_arguments_of_all_releases_are_accepted(pytester: pytest.Pytester, arguments: str) -> None:
    pytester.makeini("[pytest]\nasyncio_mode = strict\n")
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        @pytest.mark.asyncio({arguments})
        async def test_it():
            await asyncio.sleep(0)
        """,
        "--strict-markers",
        passed=1,
    )


WRONG = {
    "'module'": "mark.asyncio accepts only keyword arguments 'loop_scope' and 'loop_factories'.",
    "scopes='module'": "mark.asyncio accepts only keyword arguments 'loop_scope' and 'loop_factories'.",
    "scope='module', loop_scope='module'": 'An asyncio pytest marker defines both "scope" and "loop_scope", '
    'but it should only use "loop_scope".',
    "loop_scope='modul'": "mark.asyncio got an unexpected loop scope value 'modul'. "
    "Valid scopes are: function, class, module, package, session.",
    "loop_factories='uvloop'": "mark.asyncio 'loop_factories' must be a non-empty sequence of strings.",
    "loop_factories=[]": "mark.asyncio 'loop_factories' must be a non-empty sequence of strings.",
    "loop_factories=['']": "mark.asyncio 'loop_factories' must be a non-empty sequence of strings.",
    "loop_factories=[1]": "mark.asyncio 'loop_factories' must be a non-empty sequence of strings.",
    "loop_factories={'a'}": "mark.asyncio 'loop_factories' must be a non-empty sequence of strings.",
}


# pytest-asyncio looks at factories for async tests only.
CASES = [("async def", *case) for case in WRONG.items()] + [
    ("def", *case) for case in WRONG.items() if "factories" not in case[0]
]


@pytest.mark.parametrize(("kind", "arguments", "text"), CASES)
def test_wrong_arguments_fail_the_test_by_name(pytester: pytest.Pytester, arguments: str, text: str, kind: str) -> None:
    pytester.makepyfile(
        test_wrong=f"""
        import pytest

        @pytest.mark.asyncio({arguments})
        {kind} test_wrong():
            pass
        """,
        test_right="async def test_right(): pass",
    )
    result = pytester.runpytest("-W", "error")
    outcomes = result.parseoutcomes()
    assert "test_wrong.py::test_wrong: " + text in result.stdout.str().replace("\nE   ", "")
    assert outcomes.get("passed", 0) <= 1
    assert outcomes.get("failed", 0) + outcomes.get("errors", outcomes.get("error", 0)) == 1
    assert result.ret != 0


def test_wrong_marker_arguments_do_not_affect_other_tests(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import pytest

        @pytest.mark.asyncio(scopes="module")
        async def test_wrong():
            pass

        async def test_right():
            pass
        """,
        errors=1,
        passed=1,
    )
    result.stdout.fnmatch_lines(["ERROR *::test_wrong*"])


def test_markers_of_old_releases_are_known(pytester: pytest.Pytester) -> None:
    """``asyncio_event_loop`` is of 0.22, ``asyncio_process_pool`` went away in 0.9."""
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.mark.asyncio_process_pool
        async def test_pool():
            await asyncio.sleep(0)

        @pytest.mark.asyncio_event_loop
        class TestOneLoop:
            loop = None

            async def test_first(self):
                TestOneLoop.loop = asyncio.get_running_loop()

            @pytest.mark.asyncio
            async def test_second(self):
                assert asyncio.get_running_loop() is self.loop
        """,
        "--strict-markers",
        passed=3,
    )


def test_the_policy_of_the_class_marker_makes_the_loop(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        class Own(asyncio.SelectorEventLoop):
            pass

        class Policy(asyncio.DefaultEventLoopPolicy):
            def new_event_loop(self):
                return Own()

        @pytest.fixture(scope="module")
        async def wide():
            return asyncio.get_running_loop()

        @pytest.mark.asyncio_event_loop(policy=Policy())
        class TestOwnPolicy:
            @pytest.fixture
            async def value(self):
                return asyncio.get_running_loop()

            @pytest.mark.asyncio
            async def test_it(self, value, wide):
                assert isinstance(asyncio.get_running_loop(), Own)
                assert value is asyncio.get_running_loop()
                assert not isinstance(wide, Own)  # which outlives the class

        async def test_elsewhere(wide):
            assert asyncio.get_running_loop() is wide
        """,
        "-Wignore::DeprecationWarning",
        passed=2,
    )


def test_several_policies_for_one_marker_fail_its_tests_by_name(pytester: pytest.Pytester) -> None:
    result = run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.mark.asyncio_event_loop(policy=[asyncio.DefaultEventLoopPolicy()])
        async def test_it():
            pass
        """,
        "-Wignore::DeprecationWarning",
        failed=1,
    )
    result.stdout.fnmatch_lines(["*::test_it: mark.asyncio_event_loop 'policy' must be one event loop policy. *"])


def test_auto_mode_marks_tests_so_that_they_can_be_selected(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        async def test_async(): pass

        def test_sync(): pass

        class TestMethods:
            async def test_method(self): pass
        """
    )
    result = run(pytester, "-m", "asyncio", "-v", passed=2, deselected=1)
    result.stdout.no_fnmatch_line("*test_sync*")
    run(pytester, "-m", "not asyncio", passed=1, deselected=2)


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_a_marker_added_by_a_hook_is_used(pytester: pytest.Pytester, mode: str) -> None:
    pytester.makeini(f"[pytest]\nasyncio_mode = {mode}\n")
    pytester.makeconftest(
        """
        import inspect, pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                if inspect.iscoroutinefunction(item.obj):
                    item.add_marker(pytest.mark.asyncio(loop_scope="session"))
        """
    )
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
