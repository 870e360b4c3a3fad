"""A suite's own ``event_loop`` that makes a plain fresh loop: everybody shares one, whatever its clean-up does."""

from __future__ import annotations

import gc
import sys

import pytest

from house.nested import run, run_source

# The tests and fixtures of a 0.21 suite, to be run below each of the overrides.
SUITE = """
import asyncio, pytest

@pytest.fixture(scope="session")
async def pool(event_loop):
    assert asyncio.get_running_loop() is event_loop
    yield asyncio.get_running_loop()
    assert asyncio.get_running_loop() is event_loop

@pytest.fixture
async def connection(pool):
    yield pool
    await asyncio.sleep(0)

async def test_first(pool, connection, event_loop):
    assert asyncio.get_running_loop() is pool is connection is event_loop

def test_sync(pool, event_loop):
    assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
    assert event_loop is pool is asyncio.get_event_loop()

class TestMethods:
    async def test_method(self, connection):
        assert asyncio.get_running_loop() is connection

async def test_last():
    await asyncio.get_running_loop().run_in_executor(None, int)
"""

SESSION_OVERRIDES = {
    "policy": """
loop = asyncio.get_event_loop_policy().new_event_loop()
yield loop
loop.close()
""",
    "new_event_loop": """
loop = asyncio.new_event_loop()
yield loop
loop.close()
""",
    "get_event_loop": """
loop = asyncio.get_event_loop()
yield loop
loop.close()
""",
    "get_event_loop or a new one": """
try:
    loop = asyncio.get_running_loop()
except RuntimeError:
    loop = asyncio.new_event_loop()
yield loop
loop.close()
""",
    "never closed": """
return asyncio.new_event_loop()
""",
    "set_event_loop": """
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
yield loop
loop.close()
asyncio.set_event_loop(None)
""",
    "cancels all tasks": """
loop = asyncio.new_event_loop()
yield loop
for task in asyncio.all_tasks(loop):
    task.cancel()
loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop), return_exceptions=True))
loop.close()
""",
    "shuts everything down": """
loop = asyncio.new_event_loop()
yield loop
loop.run_until_complete(loop.shutdown_asyncgens())
loop.run_until_complete(loop.shutdown_default_executor())
loop.stop()
loop.close()
assert loop.is_closed()
""",
    "looks for the current loop in its clean-up": """
loop = asyncio.get_event_loop_policy().new_event_loop()
asyncio.set_event_loop(loop)
yield loop
assert asyncio.get_event_loop() is loop
asyncio.get_event_loop().close()
""",
}


def override(body: str, decorator: str = '@pytest.fixture(scope="session")', arguments: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return f"import asyncio, pytest, pytest_asyncio\n\n{decorator}\ndef event_loop({arguments}):\n{lines}"


@pytest.mark.parametrize("body", SESSION_OVERRIDES.values(), ids=SESSION_OVERRIDES)
def test_all_tests_share_one_loop_below_a_session_scoped_override(pytester: pytest.Pytester, body: str) -> None:
    pytester.makeconftest(override(body))
    run_source(pytester, SUITE, *quiet(body), passed=4)


def quiet(body: str) -> list[str]:
    return ["-Wignore::DeprecationWarning"] if "policy" in body and sys.version_info >= (3, 14) else []


@pytest.mark.parametrize(
    "decorator",
    [
        "@pytest.fixture",
        "@pytest.fixture(autouse=True)",
        '@pytest.fixture(scope="class")',
        '@pytest.fixture(scope="module")',
        '@pytest.fixture(scope="package")',
        '@pytest.fixture(scope="session", autouse=True)',
        "@pytest_asyncio.fixture",
        '@pytest_asyncio.fixture(scope="session")',
    ],
)
def test_every_scope_and_decorator_is_absorbed(pytester: pytest.Pytester, decorator: str) -> None:
    pytester.makeconftest(override(SESSION_OVERRIDES["new_event_loop"], decorator))
    run_source(
        pytester,
        """
        import asyncio, pytest

        seen = set()

        @pytest.fixture
        async def value(event_loop):
            yield asyncio.get_running_loop()
            assert asyncio.get_running_loop() is event_loop

        async def test_one(value, event_loop):
            assert event_loop is value is asyncio.get_running_loop()
            seen.add(value)

        async def test_two(value):
            assert value is asyncio.get_running_loop()
            seen.add(value)

        class TestMethods:
            async def test_three(self):
                seen.add(asyncio.get_running_loop())

        def test_all_on_one_loop(event_loop):
            assert seen == {event_loop}
        """,
        passed=4,
    )


def test_an_async_override_is_absorbed_too(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        async def event_loop():
            return asyncio.get_running_loop()

        @pytest.fixture(scope="session")
        async def pool():
            return asyncio.get_running_loop()

        async def test_it(event_loop, pool):
            assert event_loop is pool is asyncio.get_running_loop()
        """,
        passed=1,
    )


def test_yield_fixture_is_absorbed_where_pytest_has_it(pytester: pytest.Pytester) -> None:
    if not hasattr(pytest, "yield_fixture"):
        pytest.skip("this pytest has no yield_fixture any more")
    pytester.makeconftest(override(SESSION_OVERRIDES["new_event_loop"], '@pytest.yield_fixture(scope="session")'))
    run_source(pytester, SUITE, "-Wignore::DeprecationWarning", passed=4)


def test_a_method_of_a_class_may_be_the_override(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        class TestOwn:
            @pytest.fixture
            def event_loop(self):
                loop = asyncio.new_event_loop()
                yield loop
                loop.close()

            async def test_method(self, event_loop):
                assert event_loop is asyncio.get_running_loop()

        async def test_outside(event_loop):
            assert event_loop is asyncio.get_running_loop()
        """,
        passed=2,
    )


def test_overrides_of_modules_and_directories_lead_to_the_same_loop(pytester: pytest.Pytester) -> None:
    body = override(SESSION_OVERRIDES["new_event_loop"])
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        async def shared():
            return asyncio.get_running_loop()
        """
    )
    test = """
async def test_it(shared, event_loop):
    assert shared is event_loop is asyncio.get_running_loop()
"""
    for folder in ("a", "b"):
        pytester.mkdir(folder).joinpath("conftest.py").write_text(body)
        pytester.path.joinpath(folder, f"test_{folder}.py").write_text(f"import asyncio\n{test}")
    pytester.path.joinpath("test_c.py").write_text(body.replace("session", "module") + test)
    pytester.path.joinpath("test_d.py").write_text(f"import asyncio\n{test}")
    run(pytester, passed=4)


def test_the_override_is_executed_and_cleans_up_its_own_idle_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.new_event_loop()
            loop.of_the_suite = True
            yield loop
            assert not loop.is_running() and not loop.is_closed()
            loop.close()
            print("\\nclean-up ran on the loop that the override made:", loop.of_the_suite)
        """
    )
    result = run_source(
        pytester,
        """
        import asyncio

        async def test_it(event_loop):
            assert not hasattr(event_loop, "of_the_suite")
            asyncio.create_task(asyncio.sleep(3600))
        """,
        "-s",
        passed=1,
    )
    result.stdout.fnmatch_lines(["clean-up ran on the loop that the override made: True"])


@pytest.mark.parametrize("scope", ["function", "session"])
def test_a_loop_that_the_override_leaves_open_is_closed_for_it(pytester: pytest.Pytester, scope: str) -> None:
    pytester.makeconftest(override("return asyncio.new_event_loop()", f"@pytest.fixture(scope={scope!r})"))
    run_source(
        pytester,
        """
        import gc

        async def test_one():
            pass

        async def test_two():
            gc.collect()  # an open loop would warn here, and fail the test
        """,
        passed=2,
    )
    gc.collect()


@pytest.mark.parametrize(("scope", "alive"), [("function", False), ("module", True), ("session", True)])
def test_a_leaked_task_lives_as_long_as_the_override(pytester: pytest.Pytester, scope: str, *, alive: bool) -> None:
    pytester.makeconftest(override(SESSION_OVERRIDES["new_event_loop"], f"@pytest.fixture(scope={scope!r})"))
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        tasks = []

        @pytest.fixture
        async def starts():
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        async def test_one(starts):
            tasks.append(asyncio.create_task(asyncio.sleep(3600)))

        async def test_two():
            assert [task.done() for task in tasks] == [not {alive}] * 2
        """,
        passed=2,
    )


def test_a_session_override_in_use_by_sync_tests_only_needs_no_other_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(override(SESSION_OVERRIDES["set_event_loop"]))
    run_source(
        pytester,
        """
        import asyncio

        def test_one(event_loop):
            assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1

        def test_two(event_loop):
            assert asyncio.get_event_loop().run_until_complete(asyncio.sleep(0, 2)) == 2
        """,
        passed=2,
    )


def test_fixtures_may_be_set_up_before_or_after_the_override(pytester: pytest.Pytester) -> None:
    """A session fixture set up before the first override keeps its loop when function-scoped overrides come and go."""
    pytester.makeconftest(override(SESSION_OVERRIDES["set_event_loop"], "@pytest.fixture"))
    run_source(
        pytester,
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        async def server():
            queue = asyncio.Queue()
            task = asyncio.create_task(queue.join())
            yield queue
            assert not task.cancelled()
            task.cancel()

        async def test_put(server):
            await server.put(1)

        async def test_get(server, event_loop):
            assert await server.get() == 1

        def test_sync(server, event_loop):
            event_loop.run_until_complete(server.put(2))
            assert event_loop.run_until_complete(server.get()) == 2
        """,
        passed=3,
    )
