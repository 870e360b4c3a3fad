"""``asyncshim_leaks``: what is said about tasks that outlive their loop scope, and about those that nobody can end."""

from __future__ import annotations

import sys

import pytest

from house.nested import run, run_source

HEAD = """\
import asyncio, pytest

tasks = []

async def forever():
    await asyncio.Event().wait()

async def deaf():
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass

async def start(coroutine):
    tasks.append(asyncio.create_task(coroutine, name="the task"))
    await asyncio.sleep(0)
"""
START = 16  # the line that creates the task
LEAK = """
async def test_leaks(): await start(forever())
async def test_next(): assert tasks[0].cancelled()
"""
IMPATIENT = ("-o", "asyncshim_cancel_timeout=0.05")


def said(starter: str, line: int, fate: str, path: str = "test_it.py", coroutine: str = "forever") -> str:
    return f"*task 'the task' running {coroutine}, created at *{path}:{line} by {starter}, {fate}"


CANCELLED = "was still running and was cancelled"
ABANDONED = "ignored its cancellation and was abandoned"


def test_leaks_are_not_reported_by_default(pytester: pytest.Pytester) -> None:
    result = run_source(pytester, HEAD + LEAK, passed=2)
    result.stdout.no_fnmatch_line("*the task*")


def test_warn_warns_with_the_name_the_coroutine_the_place_and_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HEAD + LEAK)
    result = pytester.runpytest("--asyncshim-leaks=warn", "-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_leaks",
            f"  */test_it.py:{START}: LeakedTaskWarning: " + said("test_it.py::test_leaks", START, CANCELLED)[1:],
        ]
    )


def test_the_warning_can_be_filtered_by_its_public_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HEAD + LEAK)
    run(pytester, "--asyncshim-leaks=warn", "-W", "ignore::asyncshim.LeakedTaskWarning", passed=2)


def test_error_fails_the_test_that_started_the_task_and_no_other(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HEAD + LEAK)
    result = run(pytester, "-o", "asyncshim_leaks=error", passed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_leaks*",
            "asyncshim_leaks: " + said("test_it.py::test_leaks", START, CANCELLED)[1:],
            "ERROR test_it.py::test_leaks - Failed: asyncshim_leaks: task 'the task'*",
        ]
    )


def test_leaks_error_does_not_fail_tests_that_clean_up(pytester: pytest.Pytester) -> None:
    source = """
async def test_awaits():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0))
async def test_cancels():
    await start(forever())
    tasks[-1].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[-1]
@pytest.fixture
async def cleaning():
    await start(forever())
    yield
    tasks[-1].cancel()
async def test_fixture(cleaning): pass
@pytest.fixture(scope="module")
async def module():
    async with asyncio.TaskGroup() as group:
        task = group.create_task(forever())
        yield
        task.cancel()
async def test_module(module): pass
"""
    pytester.makepyfile(HEAD + source)
    run(pytester, "--asyncshim-leaks=error", passed=4)


@pytest.mark.parametrize("scope", ["class", "module", "session"])
@pytest.mark.parametrize("leaks", ["warn", "error"])
def test_a_leaked_task_of_a_wider_scope_is_reported_at_its_end_and_names_the_starter(
    pytester: pytest.Pytester, scope: str, leaks: str
) -> None:
    source = f"""
class TestIt:
    @pytest.mark.asyncio(loop_scope="{scope}")
    async def test_leaks(self): await start(forever())
    async def test_last(self): pass
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest(f"--asyncshim-leaks={leaks}", "-W", "default")
    told = said("test_it.py::TestIt::test_leaks", START, CANCELLED)
    if leaks == "error":
        result.assert_outcomes(passed=2, errors=1)
        result.stdout.fnmatch_lines(["*ERROR at teardown of TestIt.test_last*", "asyncshim_leaks: " + told[1:]])
    else:
        result.assert_outcomes(passed=2, warnings=1)
        result.stdout.fnmatch_lines(["test_it.py::TestIt::test_last", "*LeakedTaskWarning: " + told[1:]])


def test_a_leak_of_a_fixture_names_the_test_for_which_the_fixture_was_set_up(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="module")
async def module(): await start(forever())
async def test_first(module): pass
async def test_last(module): pass
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = run(pytester, "--asyncshim-leaks=error", passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_last*", "asyncshim_leaks: " + said("test_it.py::test_first", START, CANCELLED)[1:]]
    )


def test_a_leaked_task_on_the_runner_of_one_test_is_reported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HEAD + LEAK)
    result = run(pytester, "--asyncshim-leaks=error", "--asyncshim-runner=loop_scope", passed=2, errors=1)
    result.stdout.fnmatch_lines(["asyncshim_leaks: " + said("test_it.py::test_leaks", START, CANCELLED)[1:]])


OWN_LOOPS = {
    "the Runner of a module": """
@pytest.mark.asyncio(loop_scope="module")
async def test_leaks(): await start(forever())
""",
    "the Runner of a class": """
@pytest.mark.own_runner
class TestOwn:
    @pytest.mark.asyncio(loop_scope="class")
    async def test_leaks(self): await start(forever())
    def test_last(self): pass
""",
    "the loop of an override": """
@pytest.fixture(scope="module")
def event_loop():
    loop = asyncio.new_event_loop()
    loop.set_debug(True)
    yield loop
    loop.close()
async def test_leaks(): await start(forever())
async def test_last(): pass
""",
}


@pytest.mark.parametrize(("place", "source"), OWN_LOOPS.items(), ids=list(OWN_LOOPS))
def test_a_leaked_task_on_the_runner_of_a_wider_scope_or_an_override_is_reported(
    pytester: pytest.Pytester, place: str, source: str
) -> None:
    pytester.makepyfile(test_it=HEAD + source)
    runner = "loop_scope" if place == "the Runner of a module" else "session"
    result = pytester.runpytest("--asyncshim-leaks=error", f"--asyncshim-runner={runner}")
    result.assert_outcomes(passed=1 + ("test_last" in source), errors=1)
    result.stdout.fnmatch_lines(["asyncshim_leaks: task 'the task' running forever, *::test_leaks, " + CANCELLED])


@pytest.mark.parametrize("runner", ["session", "loop_scope"])
def test_a_task_that_ignores_cancellation_is_named_and_abandoned(pytester: pytest.Pytester, runner: str) -> None:
    source = """
async def test_deaf(): await start(deaf())
async def test_next(): assert not tasks[0].done()
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess(*IMPATIENT, f"--asyncshim-runner={runner}", timeout=60)
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_deaf",
            "*LeakedTaskWarning: *running deaf*" + ABANDONED,
        ]
    )
    assert "Task was destroyed" not in result.stdout.str() + result.stderr.str()


def test_a_session_task_that_ignores_cancellation_is_named_at_the_end(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.asyncio(loop_scope="session")
async def test_deaf(): await start(deaf())
async def test_last(): pass
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess(*IMPATIENT, timeout=60)
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        ["test_it.py::test_last", "*LeakedTaskWarning: *by test_it.py::test_deaf, " + ABANDONED]
    )


def test_the_cancel_timeout_applies_to_each_group_of_tasks(pytester: pytest.Pytester) -> None:
    source = """
async def test_both():
    await start(deaf())
    await start(forever())
async def test_next(): assert [task.done() for task in tasks] == [False, True]
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess(*IMPATIENT, "--asyncshim-leaks=error", timeout=60)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines_random(["asyncshim_leaks: *" + ABANDONED, "asyncshim_leaks: *" + CANCELLED])


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
@pytest.mark.parametrize("runner", ["session", "loop_scope"])
def test_a_task_that_is_destroyed_while_pending_is_not_logged(
    pytester: pytest.Pytester, scope: str, runner: str
) -> None:
    source = f"""
import gc
@pytest.mark.asyncio(loop_scope="{scope}")
class TestIt:
    async def test_leaks(self):
        asyncio.create_task(asyncio.sleep(3600), name="dropped")
        asyncio.get_running_loop().call_later(3600, print)
        await asyncio.sleep(0)
    async def test_next(self): gc.collect()
def test_afterwards(): gc.collect()
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = run(pytester, f"--asyncshim-runner={runner}", passed=3)
    result.stdout.no_fnmatch_line("*was destroyed*")


def test_an_error_while_being_cancelled_is_logged_not_raised(pytester: pytest.Pytester) -> None:
    source = """
async def breaking():
    try:
        await forever()
    finally:
        raise OSError("disk full")
async def test_leaks(): await start(breaking())
async def test_next(): pass
"""
    pytester.makepyfile(HEAD + source)
    result = run(pytester, "-o", "log_cli=true", passed=2)
    result.stdout.fnmatch_lines(["*unhandled exception while a task was cancelled*", "*OSError: disk full*"])


def test_messages_after_the_last_test_are_in_the_summary(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.asyncio(loop_scope="session")
async def test_leaks():
    await start(forever())
    pytest.exit("enough")
async def test_never(): pass
"""
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest("--asyncshim-leaks=error")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["asyncshim: " + said("test_it.py::test_leaks", START, CANCELLED)[1:], "!*! _pytest.outcomes.Exit: enough !*!"]
    )
    assert "INTERNALERROR" not in result.stdout.str()


# Leftovers that are not tasks

OTHERS = {
    "timer": ("loop.call_later(3600, note)", "timer note, created at *:{line} by {test}, was still pending*"),
    "callback": ("loop.call_soon(again, loop)", "callback again, created at *:{again} by {test}, was still pending*"),
    "reader": (
        "kept.extend(socket.socketpair()); loop.add_reader(kept[0], note)",
        "reader note of descriptor *, created at *:{line} by {test}, was still registered*",
    ),
    "writer": (
        "kept.extend(socket.socketpair()); loop.add_writer(kept[0], again_written, loop)",
        "writer again_written of descriptor *, created at *:{line} by {test}, was still registered*",
    ),
    "server": (
        "kept.append(await asyncio.start_server(note, '127.0.0.1', 0))",
        "server 127.0.0.1:*, created at *:{line} by {test}, was still listening and was closed",
    ),
    "transport": (
        "kept.append(await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ('127.0.0.1', 0)))",
        "transport 127.0.0.1:*, created at *:{line} by {test}, was still open and was closed",
    ),
    "signal handler": (
        "loop.add_signal_handler(signal.SIGUSR1, note)",
        "signal handler SIGUSR1, created at *:{line} by {test}, was still installed and was removed",
    ),
    "executor": (
        "kept.append(loop.run_in_executor(None, work, loop))",
        "executor that runs work, created at *:{line} by {test}, was still running and was shut down",
    ),
    "loop attribute": (
        "loop.create_future = note",
        "loop attribute 'create_future', created at *:{head} by {test}, was still set and was taken back",
    ),
    "stop request": (
        "loop.stop()",
        "stop request loop.stop(), created at *:{line} by {test}, was not used and was forgotten",
    ),
    "async generator": (
        "kept.append(numbers()); await anext(kept[0])",
        "async generator 'numbers', created at *:{line} by {test}, was still open and was closed",
    ),
}
OTHER_HEAD = """\
import asyncio, signal, socket, time, pytest
kept = []
def note(*arguments): pass
def again(loop): loop.call_soon(again, loop)
def again_written(loop): pass
def work(loop):  # until it is shut down
    executor = loop._default_executor
    while not executor._shutdown:
        time.sleep(0.01)
async def numbers():
    yield 1
    yield 2
"""
AGAIN_LINE = 4


def leaking(kind: str) -> tuple[str, str]:
    """Return a module whose first test leaves a thing of *kind*, and the pattern of the report."""
    do, pattern = OTHERS[kind]
    body = "def test_leaks(event_loop):\n    loop = event_loop\n" if kind == "stop request" else ""
    body = body or "async def test_leaks():\n    loop = asyncio.get_running_loop()\n"
    head = OTHER_HEAD.count("\n") + 1
    close = "[thing.close() for thing in kept if isinstance(thing, socket.socket)]"
    source = f"{OTHER_HEAD}{body}    {do}\nasync def test_next(): {close}\n"
    return source, pattern.format(line=head + 2, head=head, again=AGAIN_LINE, test="test_it.py::test_leaks")


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes")
@pytest.mark.parametrize("runner", ["session", "loop_scope"])
@pytest.mark.parametrize("kind", OTHERS)
def test_each_kind_of_leftover_is_reported_by_kind_name_and_place(
    pytester: pytest.Pytester, kind: str, runner: str
) -> None:
    source, pattern = leaking(kind)
    pytester.makepyfile(test_it=source)
    options = ("--asyncshim-leaks=error", f"--asyncshim-runner={runner}", "-p", "no:randomly")
    result = run(pytester, *options, passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_leaks*", f"asyncshim_leaks: {pattern}"])
    told = [line for line in result.outlines if line.startswith("asyncshim_leaks: ")]
    assert len(told) == 1


@pytest.mark.parametrize("kind", OTHERS)
def test_leftovers_are_not_reported_by_default(pytester: pytest.Pytester, kind: str) -> None:
    pytester.makepyfile(test_it=leaking(kind)[0])
    run(pytester, "-p", "no:randomly", passed=2)


def test_what_a_test_has_ended_itself_is_not_reported(pytester: pytest.Pytester) -> None:
    source = """
async def test_it():
    loop = asyncio.get_running_loop()
    loop.call_later(3600, note).cancel()
    loop.call_soon(note)
    ours, theirs = socket.socketpair()
    loop.add_reader(ours, note)
    loop.remove_reader(ours)
    loop.add_signal_handler(signal.SIGUSR1, note)
    loop.remove_signal_handler(signal.SIGUSR1)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
    assert await asyncio.to_thread(int) == 0
    assert [number async for number in numbers()] == [1, 2]
    await asyncio.wait_for(asyncio.sleep(0), 60)
    async with asyncio.timeout(60):
        await asyncio.sleep(0)
    process = await asyncio.create_subprocess_exec("true")
    assert await process.wait() == 0
    ours.close()
    theirs.close()
"""
    pytester.makepyfile(OTHER_HEAD + source)
    run(pytester, "--asyncshim-leaks=error", passed=1)


def test_of_many_leaked_tasks_of_a_test_the_first_fifty_warn_and_the_others_are_counted(
    pytester: pytest.Pytester,
) -> None:
    leaks = "async def test_leaks():\n    for _ in range(53): await start(forever())\n"
    pytester.makepyfile(test_it=HEAD + leaks)
    result = pytester.runpytest("--asyncshim-leaks=warn", "-W", "default")
    result.assert_outcomes(passed=1, warnings=51)
    result.stdout.fnmatch_lines(["*LeakedTaskWarning: *and 3 more*"])
