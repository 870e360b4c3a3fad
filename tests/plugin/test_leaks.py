"""``asyncshim_leaks``: what is said about tasks that outlive their loop scope, and about those that nobody can end."""

from __future__ import annotations

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
