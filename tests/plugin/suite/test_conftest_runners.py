"""A Runner that a conftest.py drives by hand: fixtures and tests still meet on one loop; the header names the file."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

COMMON = """
import asyncio, functools, inspect, pytest

RUNNER = asyncio.Runner()

def pytest_unconfigure():
    RUNNER.close()

def run_by_hand(function):
    if inspect.isasyncgenfunction(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            generator = function(*args, **kwargs)
            yield RUNNER.run(anext(generator))
            with pytest.raises(StopAsyncIteration):
                RUNNER.run(anext(generator))
    else:
        def wrapper(*args, **kwargs):
            return RUNNER.run(function(*args, **kwargs))
    return wrapper

def is_async(function):
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
"""
FIXTURE_HOOKS = {
    "wrapper": """
@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    function = fixturedef.func
    if is_async(function) and not inspect.ismethod(function):
        fixturedef.func = run_by_hand(function)
    try:
        return (yield)
    finally:
        fixturedef.func = function
""",
    "old wrapper": """
@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef):
    if inspect.iscoroutinefunction(fixturedef.func) or inspect.isasyncgenfunction(fixturedef.func):
        fixturedef.func = run_by_hand(fixturedef.func)
    yield
""",
    "plain": """
def pytest_fixture_setup(fixturedef, request):
    if inspect.iscoroutinefunction(fixturedef.func) or inspect.isasyncgenfunction(fixturedef.func):
        fixturedef.func = run_by_hand(fixturedef.func)
""",
    "plain, first": """
@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    if inspect.iscoroutinefunction(fixturedef.func) or inspect.isasyncgenfunction(fixturedef.func):
        fixturedef.func = run_by_hand(fixturedef.func)
""",
}
TEST_HOOKS = {
    "wrapper around runtest_call": """
@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if inspect.iscoroutinefunction(item.obj):
        item.obj = run_by_hand(item.obj)
    return (yield)
""",
    "wrapper": """
@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        pyfuncitem.obj = run_by_hand(pyfuncitem.obj)
    return (yield)
""",
    "plain": """
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        RUNNER.run(pyfuncitem.obj(**arguments))
        return True
""",
    "plain, first": """
@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        RUNNER.run(pyfuncitem.obj(**arguments))
        return True
""",
}
SUITE = """
import asyncio, pytest

@pytest.fixture(scope="session")
async def pool():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

@pytest.fixture
async def connection(pool):
    assert asyncio.get_running_loop() is pool
    return pool

async def test_function(pool, connection):
    assert asyncio.get_running_loop() is pool is connection

@pytest.mark.asyncio
async def test_marked(connection):
    assert asyncio.get_running_loop() is connection

def test_sync(pool, connection):
    assert pool is connection

class TestMethods:
    async def test_method(self, connection):
        assert asyncio.get_running_loop() is connection
"""


@pytest.mark.parametrize("test_hook", TEST_HOOKS.values(), ids=TEST_HOOKS)
@pytest.mark.parametrize("fixture_hook", FIXTURE_HOOKS.values(), ids=FIXTURE_HOOKS)
def test_fixtures_and_tests_meet_on_one_loop(pytester: pytest.Pytester, fixture_hook: str, test_hook: str) -> None:
    pytester.makeconftest(COMMON + fixture_hook + test_hook)
    result = run_source(pytester, SUITE, passed=4)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, mode auto, conftest.py runs coroutines itself"])


@pytest.mark.parametrize("test_hook", TEST_HOOKS.values(), ids=TEST_HOOKS)
def test_with_a_conftest_that_runs_only_tests_fixtures_run_on_the_same_loop(
    pytester: pytest.Pytester, test_hook: str
) -> None:
    pytester.makeconftest(COMMON + test_hook)
    run_source(
        pytester,
        """
        import asyncio

        async def test_function():
            await asyncio.sleep(0)
        """,
        passed=1,
    )


@pytest.mark.parametrize("outer", ["test_outer.py", "a/test_outer.py"])  # collected later, or first
def test_a_conftest_runner_applies_only_to_its_directory(pytester: pytest.Pytester, outer: str) -> None:
    suite = SUITE.replace("session", "module")  # pytest does not ask it about wider fixtures
    inner = pytester.mkdir("by_hand")
    inner.joinpath("conftest.py").write_text(COMMON + FIXTURE_HOOKS["wrapper"] + TEST_HOOKS["plain"])
    inner.joinpath("test_inner.py").write_text(
        suite + "\nasync def test_by_hand():\n    import conftest\n"
        "    assert asyncio.get_running_loop() is conftest.RUNNER.get_loop()\n"
    )
    path = pytester.path / outer
    path.parent.mkdir(exist_ok=True)
    path.write_text(suite)
    run(pytester, passed=9)


def test_asyncshim_runs_the_tests_that_a_conftest_runner_skips(pytester: pytest.Pytester) -> None:
    """A hook that looks at coroutine functions, but runs none of them."""
    pytester.makeconftest(
        """
        import inspect, pytest

        names = []

        def pytest_pyfunc_call(pyfuncitem):
            if inspect.iscoroutinefunction(pyfuncitem.obj):
                names.append(pyfuncitem.name)

        def pytest_fixture_setup(fixturedef):
            if inspect.iscoroutinefunction(fixturedef.func):
                names.append(fixturedef.argname)
        """
    )
    run_source(pytester, SUITE, passed=4)


def test_an_ordinary_conftest_is_not_named(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_pyfunc_call(pyfuncitem):
            pyfuncitem.user_properties.append(("called", True))
            return (yield)
        """
    )
    result = run_source(pytester, SUITE, passed=4)
    result.stdout.no_fnmatch_line("*by hand*")


def test_the_loop_of_a_conftest_runner_is_shared_and_not_closed(pytester: pytest.Pytester) -> None:
    """Fixtures that block on such a Runner made it current; what they make is for the tests."""
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        def runner():
            with asyncio.Runner() as runner:
                yield runner
                assert runner.run(asyncio.sleep(0, "still open")) == "still open"

        @pytest.fixture(scope="session")
        def loop(runner):
            async def where():
                return asyncio.get_running_loop()

            return runner.run(where())
        """
    )
    run_source(
        pytester,
        """
        import asyncio

        async def test_it(loop):
            assert asyncio.get_running_loop() is loop

        def test_sync(runner):
            assert runner.run(asyncio.sleep(0, 1)) == 1
        """,
        passed=2,
    )
