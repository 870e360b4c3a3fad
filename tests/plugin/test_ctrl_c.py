"""A real SIGINT for a real pytest: finally blocks run, fixtures are finalized, exit code 2, no traceback of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from house.processes import environment

HEAD = """\
import asyncio, os, signal, pytest

def note(text):
    with open("notes.txt", "a") as stream:
        stream.write(text + "\\n")

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

@pytest.fixture(scope="session", autouse=True)
async def session():
    note("session up")
    yield
    await asyncio.sleep(0)
    note("session down")

@pytest.fixture
async def function():
    note("function up")
    try:
        yield
    finally:
        await asyncio.sleep(0)
        note("function down")
"""
OURS = ("asyncshim/plugin", "pluggy", "asyncio/")


def notes(pytester: pytest.Pytester) -> list[str]:
    return (pytester.path / "notes.txt").read_text(encoding="utf-8").splitlines()


def run_interrupted(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess("-W", "error", *arguments, timeout=60)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["!*! KeyboardInterrupt !*!"])
    result.stdout.no_fnmatch_line("*Traceback*")
    text = result.stdout.str() + result.stderr.str()
    assert "INTERNALERROR" not in text
    assert not [name for name in OURS if name in text.split("collected", 1)[1]]
    assert result.stderr.str() == ""
    return result


def test_in_a_test(pytester: pytest.Pytester) -> None:
    result = run_interrupted(
        pytester,
        """
async def test_before(): pass
async def test_it(function):
    try:
        interrupt()
        await asyncio.Event().wait()
        note("never")
    finally:
        await asyncio.sleep(0)
        note("finally of the test")
async def test_after(): note("never")
""",
    )
    result.assert_outcomes(passed=1)
    assert notes(pytester) == ["session up", "function up", "finally of the test", "function down", "session down"]


def test_ctrl_c_in_a_test_that_swallows_the_cancellation(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
async def test_it(function):
    interrupt()
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        note("swallowed")
async def test_after(): note("never")
""",
    )
    assert notes(pytester) == ["session up", "function up", "swallowed", "function down", "session down"]


def test_ctrl_c_while_a_task_of_the_test_runs(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
async def child():
    try:
        interrupt()
        await asyncio.Event().wait()
    finally:
        note("finally of the child")
async def test_it(function):
    async with asyncio.TaskGroup() as group:
        group.create_task(child())
""",
    )
    assert notes(pytester) == ["session up", "function up", "finally of the child", "function down", "session down"]


def test_ctrl_c_in_the_set_up_of_a_generator_fixture(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
@pytest.fixture
async def interrupted(function):
    try:
        interrupt()
        await asyncio.Event().wait()
        yield
    finally:
        await asyncio.sleep(0)
        note("finally of the fixture")
async def test_it(interrupted): note("never")
async def test_after(): note("never")
""",
    )
    assert notes(pytester) == ["session up", "function up", "finally of the fixture", "function down", "session down"]


def test_ctrl_c_in_the_set_up_of_a_coroutine_fixture(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
@pytest.fixture
async def interrupted(function):
    interrupt()
    await asyncio.Event().wait()
def test_it(interrupted): note("never")
""",
    )
    assert notes(pytester) == ["session up", "function up", "function down", "session down"]


def test_ctrl_c_in_the_teardown_of_a_fixture(pytester: pytest.Pytester) -> None:
    result = run_interrupted(
        pytester,
        """
@pytest.fixture
async def interrupted(function):
    yield
    try:
        interrupt()
        await asyncio.Event().wait()
        note("never")
    finally:
        await asyncio.sleep(0)
        note("finally of the fixture")
async def test_it(interrupted): note("test")
async def test_after(): note("never")
""",
    )
    result.assert_outcomes(passed=1)
    assert notes(pytester) == [
        "session up",
        "function up",
        "test",
        "finally of the fixture",
        "function down",
        "session down",
    ]


WIDE = """
@pytest.fixture(scope="{scope}")
async def interrupted(session):
    {first}
    yield
    {second}
@pytest.fixture
async def narrow(interrupted):
    yield
    note("narrow down")
async def test_it(narrow): note("test")
async def test_after(): pass
"""
PRESS = """
    try:
        interrupt()
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        note("finally of the fixture")
"""


@pytest.mark.parametrize("scope", ["module", "session"])
def test_ctrl_c_in_the_set_up_of_a_wider_fixture(pytester: pytest.Pytester, scope: str) -> None:
    result = run_interrupted(pytester, WIDE.format(scope=scope, first=PRESS, second=""))
    result.assert_outcomes()
    assert notes(pytester) == ["session up", "finally of the fixture", "session down"]


@pytest.mark.parametrize("scope", ["module", "session"])
def test_ctrl_c_in_the_teardown_of_a_wider_fixture(pytester: pytest.Pytester, scope: str) -> None:
    result = run_interrupted(pytester, WIDE.format(scope=scope, first="", second=PRESS))
    result.assert_outcomes(passed=2)
    assert notes(pytester) == ["session up", "test", "narrow down", "finally of the fixture", "session down"]


def test_ctrl_c_in_a_sync_test_finalizes_async_fixtures(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
def test_it(function):
    try:
        interrupt()
    finally:
        note("finally of the test")
async def test_after(): note("never")
""",
    )
    assert notes(pytester) == ["session up", "function up", "finally of the test", "function down", "session down"]


def test_a_second_ctrl_c_stops_pytest_without_waiting_for_the_test(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
async def test_it(function):
    interrupt()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        note("first")
        interrupt()
        await asyncio.Event().wait()
        note("never")
async def test_after(): note("never")
""",
    )
    assert notes(pytester) == ["session up", "function up", "first", "function down", "session down"]


SAID = "*Ctrl-C cancels what is running at its next await; press Ctrl-C again to interrupt it at once.*"


def test_ctrl_c_while_a_coroutine_blocks_says_that_a_second_one_interrupts_at_once(pytester: pytest.Pytester) -> None:
    result = run_interrupted(
        pytester,
        """
import threading, time
async def test_it(function):
    interrupt()
    note("goes on")
    threading.Timer(0.1, interrupt).start()
    try:
        time.sleep(600)
        note("never")
    finally:
        note("finally of the test")
async def test_after(): note("never")
""",
    )
    result.stdout.fnmatch_lines([SAID])
    written = ["session up", "function up", "goes on", "finally of the test", "function down", "session down"]
    assert notes(pytester) == written


def test_ctrl_c_while_the_loop_waits_says_nothing(pytester: pytest.Pytester) -> None:
    result = run_interrupted(
        pytester,
        """
async def test_it(function):
    selector = asyncio.get_running_loop()._selector
    select = selector.select
    def interrupted(timeout):
        selector.select = select
        interrupt()
        return select(timeout)
    selector.select = interrupted
    await asyncio.Event().wait()
""",
    )
    result.stdout.no_fnmatch_line(SAID)
    assert notes(pytester) == ["session up", "function up", "function down", "session down"]


def test_ctrl_c_cancels_leaked_tasks(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
async def background():
    try:
        await asyncio.Event().wait()
    finally:
        note("background cancelled")
async def test_it(function):
    task = asyncio.create_task(background())
    await asyncio.sleep(0)
    interrupt()
    await asyncio.Event().wait()
""",
    )
    assert notes(pytester) == ["session up", "function up", "function down", "background cancelled", "session down"]


def test_with_a_runner_for_each_loop_scope(pytester: pytest.Pytester) -> None:
    run_interrupted(
        pytester,
        """
async def test_it(function):
    try:
        interrupt()
        await asyncio.Event().wait()
    finally:
        note("finally of the test")
""",
        "--asyncshim-runner=loop_scope",
    )
    assert notes(pytester) == ["session up", "function up", "finally of the test", "function down", "session down"]


def test_ctrl_c_reports_the_line_at_which_the_test_was_waiting(pytester: pytest.Pytester) -> None:
    source = """
async def test_it():
    interrupt()
    await asyncio.Event().wait()
"""
    line = len((HEAD + source).splitlines())
    result = run_interrupted(pytester, source)
    assert f"{pytester.path / 'test_it.py'}:{line}: KeyboardInterrupt" in result.outlines
    full = pytester.runpytest_subprocess("--full-trace", timeout=60)
    assert full.ret == pytest.ExitCode.INTERRUPTED
    full.stdout.fnmatch_lines([">       await asyncio.Event().wait()", "E       KeyboardInterrupt"])


def test_sigint_from_another_process_finalizes_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        HEAD
        + """
async def test_it(function, capfd):
    try:
        with capfd.disabled():
            print("waiting", flush=True)
        await asyncio.Event().wait()
    finally:
        note("finally of the test")
""",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            if "waiting" in line:
                break
        os.kill(process.pid, signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, rest
    assert "! KeyboardInterrupt !" in rest
    written = (tmp_path / "notes.txt").read_text(encoding="utf-8").splitlines()
    assert written == ["session up", "function up", "finally of the test", "function down", "session down"]
