"""``asyncshim.Plugin(loop)``: a loop of the caller's; ``asyncshim.override_loop``: another one for a sync test."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import asyncshim
from asyncshim.plugin.loops.runners import LoopIsRunningError

# A program that owns a loop, works on it, and runs pytest in a thread meanwhile.
OWNER = """
import asyncio
import sys

import pytest

import asyncshim

beats = 0


async def beat():
    global beats
    while True:
        beats += 1
        await asyncio.sleep(0.001)


async def main():
    loop = asyncio.get_running_loop()
    loop.owned = True
    heart = asyncio.create_task(beat())
    code = await asyncio.to_thread(pytest.main, ["-p", "no:cacheprovider", *sys.argv[1:]], [asyncshim.Plugin(loop)])
    before = beats
    await asyncio.sleep(0.02)
    print("heart beats:", not heart.done() and beats > before, "tasks:", len(asyncio.all_tasks()))
    return code


sys.exit(asyncio.run(main()))
"""


def own(pytester: pytest.Pytester, *arguments: str, program: str = OWNER) -> pytest.RunResult:
    pytester.makepyfile(owner=program)
    return pytester.run(sys.executable, "owner.py", *arguments, timeout=60)


def test_tests_and_fixtures_run_on_the_loop_of_the_caller(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        from contextvars import ContextVar

        import pytest

        name = ContextVar("name", default="nobody")
        ended = []


        @pytest.fixture(scope="session")
        async def group():
            async with asyncio.TaskGroup() as group:
                yield group
            ended.append("group")


        @pytest.fixture
        async def user():
            name.set("ada")
            async with asyncio.timeout(30):
                yield "ada"
            ended.append(name.get())


        @pytest.fixture
        async def answer():
            return 42


        async def test_async(group, user, answer):
            assert asyncio.get_running_loop().owned
            assert (name.get(), answer) == ("ada", 42)
            assert await group.create_task(asyncio.sleep(0, "done")) == "done"


        def test_sync(asyncio_runner):
            assert ended == ["ada"]
            assert asyncio.get_event_loop().owned
            assert asyncio_runner.run(asyncio.sleep(0, 1)) == 1


        class TestClass:
            @pytest.mark.asyncio(loop_scope="class")
            async def test_method(self):
                assert asyncio.get_running_loop().owned
    """)
    result = own(pytester)
    result.assert_outcomes(passed=3)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["heart beats: True tasks: 2"])


def test_a_failure_shows_only_frames_of_the_user(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio
        import sys

        import pytest


        @pytest.fixture
        async def broken():
            raise ValueError("in the fixture")


        async def test_fails():
            await asyncio.sleep(0)
            raise LookupError("in the test")


        async def test_broken(broken):
            ...


        async def test_leaves():
            sys.exit(3)


        async def test_goes_on():
            ...
    """)
    result = own(pytester, "--tb=short")
    result.assert_outcomes(passed=1, failed=2, errors=1)
    result.stdout.fnmatch_lines(["E   LookupError: in the test", "E   SystemExit: 3"])
    result.stdout.no_fnmatch_line("*lent.py*")
    result.stdout.fnmatch_lines(["heart beats: True tasks: 2"])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 does not tell whose a task is")
def test_leaked_tasks_of_a_test_are_cancelled_and_tasks_of_the_owner_are_not(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio

        tasks = []


        async def test_leaves_a_task():
            tasks.append(asyncio.create_task(asyncio.sleep(60)))


        async def test_finds_it_cancelled():
            assert tasks[0].cancelled()
    """)
    result = own(pytester)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["heart beats: True tasks: 2"])


def test_a_time_limit_cancels_the_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio


        async def test_waits():
            await asyncio.sleep(60)


        async def test_goes_on():
            ...
    """)
    result = own(pytester, "-o", "asyncshim_timeout=0.1")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*TimeoutError: *test_waits exceeded its limit of 0.1 s while waiting at *"])


def test_workers_of_xdist_have_loops_of_their_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import asyncio

        import pytest


        @pytest.mark.parametrize("number", range(4))
        async def test_elsewhere(number):
            assert not hasattr(asyncio.get_running_loop(), "owned")
    """)
    result = own(pytester, "-p", "xdist", "-n2")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["heart beats: True tasks: 2"])
    assert result.ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("await asyncio.to_thread(pytest.main, ", "pytest.main("), "*was called by a coroutine*to_thread*"),
        (
            ("pytest.main, [", 'pytest.main, ["-o", "asyncshim_runner=loop_scope", '),
            "*loop_scope makes a loop for each*",
        ),
        (("pytest.main, [", 'pytest.main, ["-p", "no:asyncio", '), "*add `-p asyncshim`"),
    ],
    ids=["in a coroutine", "a loop for each scope", "turned off"],
)
def test_a_wrong_use_of_the_plugin_class_is_an_error(
    pytester: pytest.Pytester, change: tuple[str, str], message: str
) -> None:
    pytester.makepyfile("async def test_it(): ...")
    result = own(pytester, program=OWNER.replace(*change))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_ctrl_c_on_a_lent_loop_lets_the_test_clean_up(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        owner="""
        import asyncio
        import sys
        import threading

        import pytest

        import asyncshim

        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        code = pytest.main(["-p", "no:cacheprovider", "-s"], [asyncshim.Plugin(loop)])
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        sys.exit(code)
        """,
        test_it="""
        import asyncio


        async def test_waits():
            try:
                print("begun", flush=True)
                await asyncio.sleep(60)
            finally:
                print("cleaned up", flush=True)
        """,
    )
    process = subprocess.Popen(
        [sys.executable, "owner.py"], cwd=pytester.path, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "begun" in line:
            break
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[0]
    assert "cleaned up" in said
    assert "KeyboardInterrupt" in said
    assert process.returncode == pytest.ExitCode.INTERRUPTED


def test_another_loop_is_current_for_a_block() -> None:
    outer = asyncio.new_event_loop()
    asyncio.set_event_loop(outer)
    with asyncshim.override_loop() as made:
        assert asyncio.get_event_loop() is made
        left = made.create_task(asyncio.sleep(60))
        assert made.run_until_complete(asyncio.sleep(0, 7)) == 7
    assert made.is_closed()
    assert left.cancelled()
    assert asyncio.get_event_loop() is outer
    with asyncshim.override_loop(made := asyncio.new_event_loop()) as given:
        assert asyncio.get_event_loop() is given is made
    assert not made.is_closed()
    assert asyncio.get_event_loop() is outer
    asyncio.set_event_loop(None)
    made.close()
    outer.close()


def test_a_coroutine_cannot_change_its_loop() -> None:
    async def work() -> None:
        with asyncshim.override_loop():
            pass

    with pytest.raises(LoopIsRunningError, match="in a sync test"):
        asyncio.run(work())


def test_a_sync_test_may_have_a_loop_of_its_own(pytester: pytest.Pytester, tmp_path: Path) -> None:
    pytester.makepyfile("""
        import asyncio

        import asyncshim

        loops = []


        async def test_first():
            loops.append(asyncio.get_running_loop())


        def test_other():
            with asyncshim.override_loop() as loop:
                assert asyncio.get_event_loop() is loop is not loops[0]
                assert loop.run_until_complete(asyncio.sleep(0, 1)) == 1
            assert asyncio.get_event_loop() is loops[0]


        async def test_last():
            assert asyncio.get_running_loop() is loops[0]
    """)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=3)
