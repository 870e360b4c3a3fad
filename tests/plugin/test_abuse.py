"""What user code may do to the loop without harm to a later test: one case each, and the next test must pass."""

from __future__ import annotations

import sys

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, contextlib, concurrent.futures, pytest, threading, warnings

def factory(loop, coro, **kwargs):
    return asyncio.Task(coro, loop=loop, **kwargs)

def handler(loop, context): pass

loops = []
torn_down = []
before = {}

def quietly(call, *arguments):  # policies are deprecated since 3.14, and that is the business of whoever names them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(*arguments)

def set_policy(*bases):
    quietly(lambda: asyncio.set_event_loop_policy(type("Policy", bases, {})() if bases else None))

def settings(loop):
    return {
        "debug": loop.get_debug(), "slow": loop.slow_callback_duration, "factory": loop.get_task_factory() is factory,
        "handler": loop.get_exception_handler(), "policy": type(quietly(lambda: asyncio.get_event_loop_policy())),
    }

@pytest.fixture(scope="module")
async def queue():
    queue = asyncio.Queue()
    worker = asyncio.create_task(queue.get())
    try:
        yield queue
    finally:
        torn_down.append("queue")
    await queue.put("end")
    assert await worker == "end"

@pytest.fixture
async def echo():
    await asyncio.sleep(0)
    yield "echo"
    await asyncio.sleep(0)

async def test_before(queue, echo):
    loops.append(asyncio.get_running_loop())
    before.update(settings(loops[0]))
"""
NEXT = """
def test_next_alone():  # nothing async has made the loop current again
    assert asyncio.get_event_loop() is loops[0]

async def numbers():
    yield 1
    yield 2

async def test_next(queue, echo):
    loop = asyncio.get_running_loop()
    assert loop is loops[0]
    assert settings(loop) == before
    assert torn_down == []
    assert (await asyncio.to_thread(lambda: threading.current_thread().name)).startswith("asyncio_")
    assert [number async for number in numbers()] == [1, 2]
    assert await asyncio.wait_for(asyncio.create_task(asyncio.sleep(0, "done")), 10) == "done"
    assert echo == "echo"
    await asyncio.sleep(0.001)

def test_next_sync(echo):
    assert asyncio.get_event_loop() is loops[0]
    assert asyncio.get_event_loop().run_until_complete(asyncio.sleep(0, "done")) == "done"
"""
# What is done to the loop, by code of a coroutine (`await` allowed) or of a plain function.
ANYWHERE = {
    "set_debug": "loop.set_debug(True)",
    "slow_callback_duration": "loop.slow_callback_duration = 0.000001",
    "set_task_factory": "loop.set_task_factory(factory)",
    "set_exception_handler": "loop.set_exception_handler(handler)",
    "set_default_executor": "loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))",
    "set_default_executor, shut down": "executor = concurrent.futures.ThreadPoolExecutor(1);"
    " loop.set_default_executor(executor); executor.shutdown()",
    "set_event_loop(None)": "asyncio.set_event_loop(None)",
    "set_event_loop(other)": "other = asyncio.new_event_loop(); asyncio.set_event_loop(other); other.close()",
    "set_event_loop_policy(other)": "set_policy(quietly(lambda: asyncio.DefaultEventLoopPolicy))",
    "set_event_loop_policy(None)": "set_policy()",
    "stop later": "loop.call_later(0.0001, loop.stop)",
    "stop soon": "loop.call_soon(loop.stop)",
}
AWAITED = {
    "shutdown_default_executor": "await asyncio.to_thread(int); await loop.shutdown_default_executor()",
    "shutdown_asyncgens": "await loop.shutdown_asyncgens()",
}
BLOCKING = {
    "run_until_complete": "loop.run_until_complete(asyncio.sleep(0))",
    "run_forever": "loop.call_soon(loop.stop); loop.run_forever()",
    "asyncio.run": "asyncio.run(asyncio.sleep(0))",
    "asyncio.Runner": "with asyncio.Runner() as r: r.run(asyncio.sleep(0))",
    "asyncio.run, twice": "asyncio.run(asyncio.sleep(0)); asyncio.run(asyncio.sleep(0), debug=True)",
    "shutdown": "loop.run_until_complete(loop.shutdown_asyncgens());"
    " loop.run_until_complete(loop.shutdown_default_executor())",
}
ASYNC_PLACES = {
    "async test": "async def test_abuse():\n    loop = asyncio.get_running_loop()\n    {code}\n",
    "async fixture": "@pytest.fixture\nasync def abuse():\n    loop = asyncio.get_running_loop()\n    {code}\n"
    "def test_abuse(abuse): pass\n",
    "async tear-down": "@pytest.fixture\nasync def abuse():\n    yield\n"
    "    loop = asyncio.get_running_loop()\n    {code}\nasync def test_abuse(abuse): pass\n",
}
SYNC_PLACES = {
    "sync test": "def test_abuse():\n    loop = asyncio.get_event_loop()\n    {code}\n",
    "sync fixture": "@pytest.fixture\ndef abuse():\n    loop = asyncio.get_event_loop()\n    {code}\n"
    "def test_abuse(abuse): pass\n",
    "sync tear-down": "@pytest.fixture\ndef abuse():\n    yield\n    loop = asyncio.get_event_loop()\n    {code}\n"
    "def test_abuse(abuse): pass\n",
}
CASES = [
    pytest.param(place.format(code=code), id=f"{name}, {where}")
    for codes, places in ((ANYWHERE | AWAITED, ASYNC_PLACES), (ANYWHERE | BLOCKING, SYNC_PLACES))
    for name, code in codes.items()
    for where, place in places.items()
]


@pytest.mark.parametrize("source", CASES)
def test_abuse_of_the_loop_does_not_affect_later_tests(pytester: pytest.Pytester, source: str) -> None:
    run_source(pytester, HEAD + source + NEXT, passed=5)


@pytest.mark.parametrize("place", [*ASYNC_PLACES, *SYNC_PLACES])
def test_abuse_of_the_loop_does_not_affect_later_tests_with_isolated_runners(
    pytester: pytest.Pytester, place: str
) -> None:
    source = (ASYNC_PLACES | SYNC_PLACES)[place].format(code="; ".join(ANYWHERE.values()))
    following = NEXT.replace("assert loop is loops[0]", "assert loop is not loops[0]")
    following = following.replace("asyncio.get_event_loop() is loops[0]", "not asyncio.get_event_loop().is_closed()")
    pytester.makepyfile(HEAD.replace("queue, echo", "echo") + source + following.replace("queue, echo", "echo"))
    run(pytester, "--asyncshim-runner=loop_scope", passed=5)


def test_stop_in_a_test_that_goes_on_fails_that_test_only(pytester: pytest.Pytester) -> None:
    source = """
async def test_abuse():
    asyncio.get_running_loop().stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
"""
    result = run_source(pytester, HEAD + source + NEXT, passed=4, failed=1)
    result.stdout.fnmatch_lines(["E*RuntimeError: Event loop stopped before Future completed."])


def test_a_wider_fixture_may_change_settings_for_as_long_as_it_lives(pytester: pytest.Pytester) -> None:
    body = """
    loop = asyncio.get_event_loop()
    loop.set_debug(True)
    loop.set_task_factory(factory)
    yield
    assert loop.get_debug()
"""
    source = """
@pytest.fixture(scope="class")
{kind}def changed():{body}
class TestIt:
    async def test_one(self, changed):
        loop = asyncio.get_running_loop()
        assert loop.get_debug()
        assert loop.get_task_factory() is factory
        loop.set_debug(False)
    async def test_two(self):
        assert asyncio.get_running_loop().get_debug()
        assert asyncio.get_running_loop().get_task_factory() is factory
"""
    for kind in ("async ", ""):
        pytester.makepyfile(HEAD + source.format(kind=kind, body=body) + NEXT)
        run(pytester, passed=6)


# A loop that was really closed

CLOSED = """\
LoopClosedWarning: An exception occurred during teardown of an asyncio.Runner: test_it.py::test_closes closed the \
event loop that it shares with other tests. They get a new one; what lived on the old one is lost."""
CLOSING = {
    "sync test": "def test_closes():\n    asyncio.get_event_loop().close()\n",
    "sync test, by the fixture": "def test_closes(event_loop):\n    event_loop.close()\n",
    "sync fixture": "@pytest.fixture\ndef closing():\n    asyncio.get_event_loop().close()\n"
    "def test_closes(closing): pass\n",
    "tear-down": "@pytest.fixture\ndef closing():\n    yield\n    asyncio.get_event_loop().close()\n"
    "async def test_closes(closing): pass\n",
}
RUNNING = "@pytest.fixture(scope='module', autouse=True)\nasync def module(): yield\n"
AFTER = """\
async def test_next():
    assert not asyncio.get_running_loop().is_closed()
def test_sync():
    asyncio.get_event_loop().run_until_complete(asyncio.sleep(0))
"""


@pytest.mark.parametrize("source", CLOSING.values(), ids=list(CLOSING))
def test_a_closed_loop_is_replaced_and_the_test_that_closed_it_is_named(pytester: pytest.Pytester, source: str) -> None:
    pytester.makepyfile(test_it="import asyncio, pytest\n" + RUNNING + source + AFTER)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=3, warnings=1)
    line = 2 + (RUNNING + source).split("def test_closes")[0].count("\n")
    assert f"  test_it.py:{line}: {CLOSED}" in result.outlines


def test_as_an_error_the_warning_fails_the_test_that_closed_the_loop_and_no_other(pytester: pytest.Pytester) -> None:
    source = "import asyncio, pytest\n" + RUNNING + CLOSING["sync test"] + AFTER
    result = run_source(pytester, source, passed=3, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_closes*", "E*LoopClosedWarning: *"])


def test_fixtures_of_a_closed_loop_are_finalized(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, pytest
notes = []
@pytest.fixture(scope="module")
async def module():
    yield
    await asyncio.sleep(0)
    print("module finalized")
@pytest.fixture
async def function():
    yield
    await asyncio.sleep(0)
    print("function finalized")
def test_closes(module, function):
    asyncio.get_event_loop().close()
"""
    pytester.makepyfile(source)
    result = pytester.runpytest("-s", "-W", "ignore::asyncshim.LoopClosedWarning")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*function finalized", "*module finalized"])


def test_a_test_may_close_a_loop_that_no_other_test_used(pytester: pytest.Pytester) -> None:
    source = """
import asyncio
async def test_before(): await asyncio.sleep(0)
def test_closes():
    loop = asyncio.get_event_loop()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
async def test_next(): await asyncio.sleep(0)
"""
    run_source(pytester, source, passed=3)


# asyncio.get_event_loop() in synchronous code (pytest-asyncio#1177)


def test_get_event_loop_answers_in_sync_code_with_the_loop_of_the_async_code(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, pytest
loops = []
@pytest.fixture(scope="module")
def module(): loops.append(asyncio.get_event_loop())
@pytest.fixture
def function():
    loops.append(asyncio.get_event_loop())
    yield
    loops.append(asyncio.get_event_loop())
def test_first(module, function): loops.append(asyncio.get_event_loop())
async def test_async(function): loops.append(asyncio.get_running_loop())
def test_after_async(function): loops.append(asyncio.get_event_loop())
def test_after_run():
    asyncio.run(asyncio.sleep(0))
    loops.append(asyncio.get_event_loop())
def test_after_none():
    asyncio.set_event_loop(None)
    loops.append(asyncio.get_event_loop())
def test_all_the_same(): assert len(set(loops)) == 1 and len(loops) == 12
"""
    run_source(pytester, source, passed=6)


@pytest.mark.parametrize("own", ["@pytest.mark.own_runner", "@pytest.mark.asyncio(loop_scope='module')"])
def test_get_event_loop_answers_with_the_loop_of_the_tests_own_runner(pytester: pytest.Pytester, own: str) -> None:
    source = f"""
import asyncio, pytest
@pytest.fixture
async def loop(): return asyncio.get_running_loop()
@pytest.fixture
def current(loop): return asyncio.get_event_loop()
{own}
async def test_async(loop, current): assert current is loop is asyncio.get_running_loop()
"""
    run_source(pytester, source, "--asyncshim-runner=session", passed=1)


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python makes no loop for code at import any more")
def test_a_loop_that_python_made_at_import_is_the_one_that_is_used(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    loop = asyncio.get_event_loop()
async def test_it(): assert asyncio.get_running_loop() is loop
def test_sync(): assert asyncio.get_event_loop() is loop
"""
    pytester.makepyfile(source)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_another_thread_has_no_current_loop(pytester: pytest.Pytester) -> None:
    source = """
import asyncio, threading
def ask(found):
    try:
        found.append(asyncio.get_event_loop())
    except RuntimeError as error:
        found.append(str(error))
def test_thread():
    asyncio.get_event_loop()
    found = []
    thread = threading.Thread(target=ask, args=(found,))
    thread.start()
    thread.join()
    assert "no current event loop in thread" in found[0]
"""
    run_source(pytester, source, passed=1)


def test_an_abandoned_loop_that_a_coroutine_made_current_is_closed(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, gc, pytest
        KEPT = asyncio.new_event_loop()

        async def test_forsakes_one():
            asyncio.set_event_loop(asyncio.new_event_loop())

        async def test_next():
            gc.collect()  # an open one would warn
            asyncio.set_event_loop(KEPT)

        def test_kept_by_its_owner():
            KEPT.run_until_complete(asyncio.sleep(0))
            KEPT.close()

        @pytest.fixture(scope="module")
        def keeper():
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            yield loop
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()

        async def test_kept(keeper): assert not keeper.is_closed()
        def test_still(keeper):
            assert not keeper.is_closed()
            gc.collect()
        """,
        "-W",
        "error",
        passed=5,
    )
