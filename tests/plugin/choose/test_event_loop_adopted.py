"""A suite's own ``event_loop`` that makes anything but a plain fresh loop: a Runner drives that very loop."""

from __future__ import annotations

import pytest

from house.nested import run, run_source

VIRTUAL_TIME = """
import asyncio, pytest

class VirtualTime(asyncio.SelectorEventLoop):
    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.closings = 0

    def time(self):
        return self.now

    def _run_once(self):
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0].when())
        super()._run_once()

    def close(self):
        assert not asyncio.all_tasks(self), "closed over running tasks"
        self.closings += 1
        assert self.closings == 1, "closed twice"
        super().close()
"""
# Everything of the test meets on the loop that the override made.
TESTS = """
import asyncio, pytest

@pytest.fixture
def factory():
    return asyncio.get_event_loop()

@pytest.fixture
async def value(factory):
    assert asyncio.get_running_loop() is factory
    yield factory
    assert asyncio.get_running_loop() is factory

async def test_first(value, event_loop):
    assert asyncio.get_running_loop() is event_loop is value
    assert event_loop.of_the_suite

def test_sync(event_loop, value):
    assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
    assert event_loop is value is asyncio.get_event_loop()
    assert event_loop.of_the_suite

async def test_not_asked_for(factory):
    assert asyncio.get_running_loop() is factory
    assert factory.of_the_suite

class TestMethods:
    @pytest.mark.asyncio
    async def test_method(self, value):
        assert value.of_the_suite
"""
# What makes a loop other than a plain fresh one. `pass` is the clean-up that some of them need.
PECULIARITIES = {
    "a subclass": ("loop = Own()", "pass"),
    "a debug flag": ("loop.set_debug(True)", "pass"),
    "an exception handler": ("loop.set_exception_handler(lambda loop, context: None)", "pass"),
    "a task factory": ("loop.set_task_factory(lambda loop, coro, **more: asyncio.Task(coro, **more))", "pass"),
    "an executor": ("loop.set_default_executor(ThreadPoolExecutor(1))", "pass"),
    "a callback": ("loop.call_soon(lambda: None)", "pass"),
    "a timer": ("loop.call_later(3600, lambda: None)", "pass"),
    "a task": ("task = loop.create_task(asyncio.sleep(3600))", "assert not task.done()"),  # as in 0.21
    "a socket": ("ours, theirs = socket.socketpair(); loop.add_reader(ours, lambda: None)",
                 "loop.remove_reader(ours); ours.close(); theirs.close()"),
}  # fmt: skip
OVERRIDE = """
import asyncio, pytest, socket
from concurrent.futures import ThreadPoolExecutor

class Own(asyncio.SelectorEventLoop):
    pass

@pytest.fixture(scope={scope!r})
def event_loop():
    loop = asyncio.new_event_loop()
    plain, loop.of_the_suite = loop, True
    {before}
    if loop is not plain:
        plain.close()
        loop.of_the_suite = True
    yield loop
    {after}
    loop.close()
"""


@pytest.mark.parametrize("scope", ["function", "session"])
@pytest.mark.parametrize("peculiarity", PECULIARITIES.values(), ids=PECULIARITIES)
def test_a_loop_that_is_not_plain_is_adopted_for_every_test(
    pytester: pytest.Pytester, scope: str, peculiarity: tuple[str, str]
) -> None:
    before, after = peculiarity
    pytester.makeconftest(OVERRIDE.format(scope=scope, before=before, after=after))
    run_source(pytester, TESTS, passed=4)


def test_a_loop_that_other_code_of_the_suite_holds_is_adopted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_global="""
        import asyncio, pytest

        LOOP = asyncio.new_event_loop()

        @pytest.fixture(scope="session")
        def event_loop():
            yield LOOP
            LOOP.close()

        async def test_async():
            assert asyncio.get_running_loop() is LOOP

        def test_sync():
            assert LOOP.run_until_complete(asyncio.sleep(0, 1)) == 1
        """,
        test_attribute="""
        import asyncio, pytest

        class TestOwn:
            @pytest.fixture(autouse=True)
            def event_loop(self, request):
                self.loop = asyncio.new_event_loop()
                yield self.loop
                self.loop.close()

            async def test_async(self):
                assert asyncio.get_running_loop() is self.loop
        """,
        test_class_attribute="""
        import asyncio, pytest

        @pytest.fixture(scope="class")
        def event_loop(request):
            request.cls.loop = asyncio.new_event_loop()
            yield request.cls.loop
            request.cls.loop.close()

        @pytest.mark.usefixtures("event_loop")
        class TestOwn:
            async def test_async(self):
                assert asyncio.get_running_loop() is self.loop
        """,
    )
    run(pytester, passed=4)


def test_a_loop_on_which_the_override_ran_something_is_adopted(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.fixture(scope="session")
        def event_loop():
            loop = asyncio.new_event_loop()
            loop.database = loop.run_until_complete(connect())
            yield loop
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()

        async def connect():
            return asyncio.get_running_loop().create_future()
        """
    )
    run_source(
        pytester,
        """
        import asyncio

        async def test_it(event_loop):
            event_loop.call_soon(event_loop.database.set_result, 42)
            assert await event_loop.database == 42
        """,
        passed=1,
    )


@pytest.mark.parametrize("scope", ["module", "session"])
def test_tasks_that_a_wide_override_starts_live_as_long_as_it(pytester: pytest.Pytester, scope: str) -> None:
    run_source(
        pytester,
        f"""
        import asyncio, pytest

        async def beat(hearts):
            while True:
                hearts.append(1)
                await asyncio.sleep(0)

        @pytest.fixture(scope={scope!r})
        def event_loop():
            loop = asyncio.new_event_loop()
            loop.hearts = []
            task = loop.create_task(beat(loop.hearts))
            yield loop
            assert not task.done()  # as in 0.21
            loop.close()
            assert task.cancelled()

        async def test_one(event_loop):
            await asyncio.sleep(0)
            assert event_loop.hearts

        async def test_two(event_loop):
            event_loop.hearts.clear()
            await asyncio.sleep(0)
            assert event_loop.hearts
        """,
        passed=2,
    )


@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_a_uvloop_override_is_adopted(pytester: pytest.Pytester, scope: str) -> None:
    pytest.importorskip("uvloop")
    pytester.makeconftest(f"""
        import asyncio, pytest, uvloop

        @pytest.fixture(scope={scope!r})
        def event_loop():
            loop = uvloop.new_event_loop()
            yield loop
            loop.close()
    """)
    run_source(
        pytester,
        """
        import asyncio, pytest, uvloop

        @pytest.fixture
        async def value():
            yield asyncio.get_running_loop()
            assert isinstance(asyncio.get_running_loop(), uvloop.Loop)

        async def test_async(value, event_loop):
            assert isinstance(asyncio.get_running_loop(), uvloop.Loop)
            assert asyncio.get_running_loop() is value is event_loop

        def test_sync(event_loop, value):
            assert isinstance(event_loop, uvloop.Loop)
            assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
        """,
        passed=2,
    )


def test_virtual_time_does_not_pass_in_real_time(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(VIRTUAL_TIME)
    run_source(
        pytester,
        """
        import asyncio, pytest
        from conftest import VirtualTime

        @pytest.fixture
        def event_loop():
            loop = VirtualTime()
            asyncio.set_event_loop(loop)
            yield loop
            loop.close()

        @pytest.fixture
        async def clock():
            await asyncio.sleep(10 ** 6)
            return asyncio.get_running_loop().time

        async def test_a_day(clock):
            assert clock() == 10 ** 6
            await asyncio.sleep(86400)
            assert clock() == 10 ** 6 + 86400

        async def test_starts_again():
            asyncio.create_task(asyncio.sleep(10 ** 6))
            await asyncio.sleep(0)
            assert asyncio.get_running_loop().time() == 0

        def test_sync(event_loop):
            event_loop.run_until_complete(asyncio.sleep(10 ** 5))
            assert event_loop.time() == 10 ** 5
        """,
        passed=3,
    )


def test_leaked_tasks_end_when_the_teardown_of_the_override_closes_its_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        class Own(asyncio.SelectorEventLoop):
            pass

        story = []

        @pytest.fixture
        def event_loop():
            loop = Own()
            yield loop
            assert asyncio.get_event_loop() is loop
            assert len(asyncio.all_tasks(loop)) == 1 and not loop.is_closed()  # as in 0.21
            story.append("override")
            loop.close()
            story.append("closed")
        """
    )
    run_source(
        pytester,
        """
        import asyncio
        from conftest import story

        generators = []

        async def endless():
            try:
                await asyncio.Event().wait()
            finally:
                story.append("task")

        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                story.append("generator")

        async def test_leaves_things(event_loop):
            asyncio.create_task(endless())
            generators.append(numbers())
            assert await anext(generators[0]) == 1

        def test_order():
            assert story == ["override", "task", "generator", "closed"]
        """,
        passed=2,
    )


def test_after_an_adopted_override_the_shared_loop_is_current_again(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest

        seen = []

        async def test_before():
            seen.append(asyncio.get_running_loop())

        class TestOwn:
            @pytest.fixture
            def event_loop(self):
                loop = asyncio.new_event_loop()
                loop.set_debug(True)
                yield loop
                loop.close()

            async def test_it(self, event_loop):
                assert asyncio.get_running_loop() is event_loop is not seen[0]

        @pytest.fixture(scope="module")
        def wide():
            yield asyncio.get_event_loop()
            assert asyncio.get_event_loop() is seen[0]

        class TestOwnAndWide(TestOwn):
            async def test_wide(self, wide, event_loop):
                assert asyncio.get_event_loop() is event_loop

        def test_sync():
            assert asyncio.get_event_loop() is seen[0]
        """,
        passed=5,
    )


def test_every_override_is_adopted_when_runners_follow_the_loop_scope(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OVERRIDE.format(scope="function", before="pass", after="pass"))
    run_source(pytester, TESTS, "--asyncshim-runner=loop_scope", passed=4)


def test_a_new_adopted_loop_for_each_test_leaves_session_fixtures_alone(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(VIRTUAL_TIME)
    run_source(
        pytester,
        """
        import asyncio, pytest
        from conftest import VirtualTime

        @pytest.fixture(scope="session")
        async def server():
            queue = asyncio.Queue()
            yield queue
            await queue.put("end")
            assert await queue.get() == "end"

        @pytest.fixture
        def event_loop():
            loop = VirtualTime()
            yield loop
            loop.close()

        async def test_one(server, event_loop):
            assert asyncio.get_running_loop() is event_loop
            await asyncio.sleep(100)

        async def test_two(server, event_loop):
            assert asyncio.get_running_loop() is event_loop
            assert event_loop.time() == 0
        """,
        passed=2,
    )
