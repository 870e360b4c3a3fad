"""What runs in the threads of an executor is named; idle threads end at once."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from asyncshim.plugin.loops.executors import running, shut_down
from asyncshim.plugin.loops.runners import Runner


def test_idle_threads_run_nothing_and_end_at_once(runner: Runner) -> None:
    executor = ThreadPoolExecutor(2)
    assert executor.submit(int).result() == 0
    assert running(executor) == []
    assert shut_down(runner, executor, 60)


@pytest.mark.parametrize(
    "wrap", [lambda function: function, lambda function: functools.partial(copy_context().run, function)]
)
def test_functions_that_run_are_named(runner: Runner, wrap: Callable[..., Callable[[], object]]) -> None:
    begun, released = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert released.wait(60)

    executor = ThreadPoolExecutor(1)
    executor.submit(wrap(work))
    assert begun.wait(60)
    assert [name.rpartition(".")[2] for name in running(executor)] == ["work"]
    assert not shut_down(runner, executor, 0)
    released.set()
    assert shut_down(runner, executor, 60)


def test_a_function_that_waits_for_the_loop_ends_because_the_loop_runs_meanwhile(runner: Runner) -> None:
    executor = ThreadPoolExecutor(1)
    future = executor.submit(lambda: asyncio.run_coroutine_threadsafe(asyncio.sleep(0.1, "done"), runner.loop).result())
    assert shut_down(runner, executor, 60)
    assert future.result() == "done"
