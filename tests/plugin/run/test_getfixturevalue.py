"""``request.getfixturevalue()`` of async fixtures: in synchronous code, and in coroutines (pytest-asyncio#112)."""

from __future__ import annotations

import pytest

from asyncshim.plugin.run import by_name
from house.nested import run_source

HEAD = """\
import asyncio, contextvars, pytest
notes = []
"""
KINDS = {
    "coroutine": "return {value}",
    "generator": "yield {value}\n    await asyncio.sleep(0)\n    notes.append('down')",
}
MESSAGE = "the async fixture 'value' cannot be set up by request.getfixturevalue() from inside a running coroutine: "
ADVICE = (
    "request it as an argument of the test or fixture instead, or install greenlet (pip install 'asyncshim[greenlet]')"
)


@pytest.fixture
def without_greenlet(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the suite run as where greenlet is not installed."""
    (pytester.path / "lib").mkdir()
    (pytester.path / "lib/greenlet.py").write_text("raise ImportError('no greenlet')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(pytester.path / "lib"))


def test_getfixturevalue_of_an_async_fixture_works_from_sync_code(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def value():
    yield 42
    notes.append("down")
@pytest.fixture
def by_name(request): return request.getfixturevalue("value")
def test_direct(request): assert request.getfixturevalue("value") == 42
def test_fixture(by_name): assert by_name == 42
async def test_async(by_name): assert by_name == 42
def test_torn_down(): assert notes == ["down"] * 3
"""
    run_source(pytester, HEAD + source, passed=4)


def test_getfixturevalue_in_a_coroutine_returns_a_value_that_is_set_up(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def value(): return 42
@pytest.fixture
def plain(): return 1
async def test_it(value, request):
    assert request.getfixturevalue("value") == 42
    assert request.getfixturevalue("plain") == 1
"""
    run_source(pytester, HEAD + source, passed=1)


# In a coroutine, without greenlet


@pytest.mark.usefixtures("without_greenlet")
@pytest.mark.parametrize("kind", KINDS)
def test_getfixturevalue_in_a_coroutine_explains_what_to_do(pytester: pytest.Pytester, kind: str) -> None:
    source = f"""
@pytest.fixture
async def value():
    {KINDS[kind].format(value=42)}
async def test_it(request):
    request.getfixturevalue("value")
@pytest.fixture
async def other(request): return request.getfixturevalue("value")
def test_other(other): pass
async def test_next(value): assert value == 42
"""
    pytester.makepyfile(HEAD + source)
    result = pytester.runpytest_subprocess("-p", "asyncshim")
    result.assert_outcomes(passed=1, failed=1, errors=1)
    assert sum(line.startswith("E ") and MESSAGE + ADVICE in line for line in result.outlines) == 2
    result.stdout.no_fnmatch_line("*event loop is already running*")


# In a coroutine that no greenlet of ours drives


@pytest.mark.parametrize("kind", KINDS)
def test_getfixturevalue_in_a_coroutine_of_another_loop_explains_what_to_do(
    pytester: pytest.Pytester, kind: str
) -> None:
    source = f"""
@pytest.fixture(scope="session")
async def value():
    {KINDS[kind].format(value=42)}
@pytest.mark.own_runner
async def test_own(request):
    async def ask(): return request.getfixturevalue("value")
    await asyncio.create_task(ask())
def test_by_hand(request):
    async def ask(): return request.getfixturevalue("value")
    asyncio.run(ask())
async def test_next(value): assert value == 42
"""
    result = run_source(pytester, HEAD + source, passed=1, failed=2)
    assert sum(line.startswith("E ") and MESSAGE in line for line in result.outlines) == 2
    result.stdout.no_fnmatch_line("*asyncshim/plugin*")


def test_another_task_or_greenlet_of_the_test_is_refused_and_the_test_goes_on(pytester: pytest.Pytester) -> None:
    pytest.importorskip("greenlet")
    source = """
import greenlet
@pytest.fixture
async def value(): return 42
async def test_task(request):
    async def ask(): return request.getfixturevalue("value")
    with pytest.raises(RuntimeError, match="from inside a running coroutine"):
        await asyncio.create_task(ask())
    await asyncio.sleep(0)
async def test_greenlet(request):
    with pytest.raises(RuntimeError, match="from inside a running coroutine"):
        greenlet.greenlet(request.getfixturevalue).switch("value")
    await asyncio.sleep(0)
async def test_next(request): assert request.getfixturevalue("value") == 42
"""
    run_source(pytester, HEAD + source, passed=3)


# In a coroutine, with greenlet

FIXTURES = """
variable = contextvars.ContextVar("variable", default=None)
@pytest.fixture
async def value():
    await asyncio.sleep(0.001)
    variable.set("set up")
    yield 42
    await asyncio.sleep(0.001)
    notes.append("value")
@pytest.fixture
async def around(value):
    await asyncio.sleep(0.001)
    return value + 1
@pytest.fixture
def plain(around): return around + 1
@pytest.fixture
async def by_name(request):
    await asyncio.sleep(0.001)
    yield request.getfixturevalue("plain")
    notes.append("by_name")
"""


@pytest.fixture
def greenlets() -> None:
    pytest.importorskip("greenlet")


def run_with_greenlets(pytester: pytest.Pytester, source: str, *options: str, **outcomes: int) -> pytest.RunResult:
    return run_source(pytester, HEAD + FIXTURES + source, "-p", "no:randomly", *options, **outcomes)


LOOPS = {
    "own": "",
    "loop_scope": "asyncshim_runner = loop_scope",
    "uvloop": "asyncshim_loop_factory = uvloop:new_event_loop",
}


@pytest.mark.usefixtures("greenlets")
@pytest.mark.parametrize("loop", LOOPS)
def test_a_fixture_is_set_up_in_the_loop_of_the_test_while_its_other_tasks_go_on(
    pytester: pytest.Pytester, loop: str
) -> None:
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    source = """
async def test_it(request):
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    ticks = []
    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0)
    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    before = len(ticks)
    assert request.getfixturevalue("plain") == 44
    assert len(ticks) > before
    assert (asyncio.current_task(), asyncio.get_running_loop()) == (task, loop)
    assert variable.get() == "set up"
    assert request.getfixturevalue("value") == 42
    ticking.cancel()
    await asyncio.sleep(0.001)
def test_it_was_torn_down(): assert notes == ["value"]
"""
    pytester.makeini(f"[pytest]\n{LOOPS[loop]}\n")
    run_with_greenlets(pytester, source, passed=2)


@pytest.mark.usefixtures("greenlets")
def test_finalizers_run_in_the_reverse_order_of_the_set_up(pytester: pytest.Pytester) -> None:
    source = """
async def test_it(request, by_name):
    assert by_name == 44
    request.addfinalizer(lambda: notes.append("finalizer"))
    await asyncio.sleep(0)
def test_notes(): assert notes == ["finalizer", "by_name", "value"]
"""
    run_with_greenlets(pytester, source, passed=2)


@pytest.mark.usefixtures("greenlets")
def test_a_wider_fixture_that_a_test_sets_up_lives_on_with_what_it_started(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
async def group():
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.background = group.create_task(asyncio.sleep(3600))
        yield group
        group.background.cancel()
    notes.append("group")
async def test_first(request):
    asyncio.create_task(asyncio.sleep(3600), name="leaked")
    request.getfixturevalue("group")
    asyncio.create_task(asyncio.sleep(3600), name="leaked too")
    await asyncio.sleep(0)
async def test_second(group):
    assert not group.background.done()
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not {"leaked", "leaked too"} & names
"""
    run_with_greenlets(pytester, source, passed=2)


@pytest.mark.usefixtures("greenlets")
def test_what_the_test_has_set_on_the_loop_before_ends_with_the_test(pytester: pytest.Pytester) -> None:
    source = """
def ignore(loop, context): pass
def task(loop, coro, **kwargs): return asyncio.Task(coro, loop=loop, **kwargs)
@pytest.fixture(scope="session")
async def wide():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(ignore)
    loop.of_fixture = 1
async def test_first(request):
    loop = asyncio.get_running_loop()
    loop.set_task_factory(task)
    loop.of_test = 2
    request.getfixturevalue("wide")
    assert loop.get_exception_handler() is ignore and loop.get_task_factory() is task
    assert (loop.of_fixture, loop.of_test) == (1, 2)
async def test_second():
    loop = asyncio.get_running_loop()
    assert loop.get_exception_handler() is ignore and loop.get_task_factory() is None
    assert loop.of_fixture == 1 and not hasattr(loop, "of_test")
"""
    run_with_greenlets(pytester, source, passed=2)


@pytest.mark.usefixtures("greenlets")
def test_errors_and_skips_of_the_fixture_reach_the_line_that_asked_for_it(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def broken(value):
    await asyncio.sleep(0)
    raise LookupError("no such server")
@pytest.fixture
async def skips():
    await asyncio.sleep(0)
    pytest.skip("no server here")
async def test_caught(request):
    with pytest.raises(LookupError):
        request.getfixturevalue("broken")
    await asyncio.sleep(0)
async def test_not_caught(request): request.getfixturevalue("broken")
async def test_skipped(request): request.getfixturevalue("skips")
async def test_next(value): assert value == 42
def test_notes(): assert notes == ["value"] * 3
"""
    result = run_with_greenlets(pytester, source, passed=3, failed=1, skipped=1)
    result.stdout.fnmatch_lines(
        ["> *test_not_caught(request): request.getfixturevalue(*", "E*LookupError: no such server"]
    )
    result.stdout.no_fnmatch_line("*asyncshim/plugin*")


@pytest.mark.usefixtures("greenlets")
def test_a_time_limit_of_the_test_ends_the_set_up_and_names_the_line_that_waits(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture
async def hangs():
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0.001)
        notes.append("cleaned up")
@pytest.mark.asyncshim_timeout(0.2)
async def test_it(request):
    await asyncio.sleep(0)
    request.getfixturevalue("hangs")  # here
async def test_next(value): assert notes == ["cleaned up"]
"""
    result = run_with_greenlets(pytester, source, passed=1, failed=1)
    result.stdout.fnmatch_lines(["*# here", "E*TimeoutError: *test_it exceeded its limit of 0.2 s while waiting at *"])


@pytest.mark.usefixtures("greenlets")
def test_ctrl_c_while_the_fixture_is_set_up_ends_the_test_and_tears_down(pytester: pytest.Pytester) -> None:
    source = """
import os, signal
@pytest.fixture
async def interrupts(value):
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(3600)
async def test_it(request):
    try:
        request.getfixturevalue("interrupts")
    finally:
        print("the test ends")
@pytest.fixture(autouse=True)
def shown():
    yield
    print("torn down", notes)
"""
    pytester.makepyfile(HEAD + FIXTURES + source)
    result = pytester.runpytest_subprocess("-p", "asyncshim", "-s")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*the test ends*", "*torn down*", "*KeyboardInterrupt*"])


@pytest.mark.usefixtures("greenlets")
def test_a_test_that_is_cancelled_meanwhile_gets_a_cancelled_error_and_the_fixture_ends_first(
    pytester: pytest.Pytester,
) -> None:
    source = """
@pytest.fixture
async def hangs():
    try:
        await asyncio.Event().wait()
    finally:
        notes.append("ended")
async def test_it(request):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            request.getfixturevalue("hangs")
    assert notes == ["ended"]
    assert request.getfixturevalue("value") == 42
"""
    run_with_greenlets(pytester, source, passed=1)


@pytest.mark.usefixtures("greenlets")
def test_markers_hypothesis_and_own_runners_make_no_difference(pytester: pytest.Pytester) -> None:
    source = """
from hypothesis import HealthCheck, given, settings, strategies
@pytest.mark.own_runner
async def test_own(request): assert request.getfixturevalue("plain") == 44
@pytest.mark.asyncio(loop_scope="module")
async def test_module(request): assert request.getfixturevalue("plain") == 44
class TestClass:
    @pytest.mark.asyncio
    async def test_method(self, request): assert request.getfixturevalue("plain") == 44
@settings(max_examples=3, suppress_health_check=list(HealthCheck), deadline=None, database=None)
@given(number=strategies.integers())
async def test_examples(request, number):
    await asyncio.sleep(0)
    assert request.getfixturevalue("plain") == 44
"""
    run_with_greenlets(pytester, source, passed=4)


@pytest.mark.usefixtures("greenlets")
def test_only_tests_that_may_ask_for_a_fixture_by_name_run_in_a_greenlet(pytester: pytest.Pytester) -> None:
    source = """
import greenlet
main = greenlet.getcurrent()
@pytest.fixture
def ask(request): return request.getfixturevalue
async def test_without(value, tmp_path): assert greenlet.getcurrent() is main
async def test_with(request): assert greenlet.getcurrent().parent is main
async def test_function_of_a_fixture(ask):
    await asyncio.sleep(0)
    assert ask("plain") == 44
"""
    run_with_greenlets(pytester, source, passed=3)


def test_a_request_of_an_installed_plugin_does_not_count(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = request.node
    assert by_name._may_ask(item)
    monkeypatch.setattr(by_name.pytest_compat, "argument_names", lambda _: ())
    assert not by_name._may_ask(item)


@pytest.mark.usefixtures("greenlets")
def test_other_libraries_that_use_greenlets_work_in_such_a_test(pytester: pytest.Pytester) -> None:
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("aiosqlite")
    source = """
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
@pytest.fixture
async def engine(request):
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.execute(text("select 1"))
    yield engine
    await engine.dispose()
async def test_it(request):
    engine = request.getfixturevalue("engine")
    async with engine.begin() as connection:
        assert (await connection.execute(text("select 2"))).scalar() == 2
        assert request.getfixturevalue("plain") == 44
        assert (await connection.execute(text("select 3"))).scalar() == 3
"""
    run_with_greenlets(pytester, source, passed=1)


@pytest.mark.usefixtures("idle_clock")
def test_a_fixture_that_a_coroutine_asks_for_has_its_own_time_limit(pytester: pytest.Pytester) -> None:
    pytest.importorskip("greenlet")
    source = """
import asyncio, pytest
@pytest.fixture
async def value(): await asyncio.Event().wait()
@pytest.fixture
async def quick():
    await asyncio.sleep(0)
    return 1
@pytest.mark.asyncshim_timeout(0)
async def test_it(request): request.getfixturevalue("value")
@pytest.mark.asyncshim_timeout(0)
async def test_quick(request): assert request.getfixturevalue("quick") == 1
"""
    result = run_source(pytester, source, "--asyncshim-timeout=0.1", passed=1, failed=1)
    result.stdout.fnmatch_lines(["E *TimeoutError: the async fixture 'value' exceeded its limit of 0.1 s while *"])
