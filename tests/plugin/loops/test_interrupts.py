"""One SIGINT handler for the session; what a user sees of it is in test_ctrl_c.py."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator

import pytest

from asyncshim.plugin.loops.interrupts import Interrupts


@pytest.fixture(autouse=True)
def _python_handles_sigint() -> Iterator[None]:
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    interrupts = Interrupts()
    interrupts.install()
    yield interrupts
    interrupts.uninstall()


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_sigint_handler_is_installed_and_removed() -> None:
    interrupts = Interrupts()
    interrupts.install()
    ours = signal.getsignal(signal.SIGINT)
    assert ours is not signal.default_int_handler
    interrupts.install()
    assert signal.getsignal(signal.SIGINT) == ours
    interrupts.uninstall()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_foreign_sigint_handler_is_neither_replaced_nor_removed() -> None:
    def theirs(*arguments: object) -> None: ...

    signal.signal(signal.SIGINT, theirs)
    interrupts = Interrupts()
    interrupts.install()
    assert signal.getsignal(signal.SIGINT) is theirs
    interrupts.uninstall()
    assert signal.getsignal(signal.SIGINT) is theirs


def test_a_handler_that_replaced_the_one_of_asyncshim_stays(interrupts: Interrupts) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    interrupts.uninstall()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_no_sigint_handler_is_installed_in_a_thread() -> None:
    interrupts = Interrupts()
    thread = threading.Thread(target=interrupts.install)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_without_a_running_task_interrupts_immediately(interrupts: Interrupts) -> None:
    with pytest.raises(KeyboardInterrupt):
        press()
    assert not interrupts.take()


def test_ctrl_c_cancels_the_running_task_and_is_raised_once(interrupts: Interrupts) -> None:
    async def pressed() -> None:
        task = asyncio.current_task()
        assert task is not None
        outer, interrupts.task = interrupts.task, task
        press()
        try:
            await asyncio.sleep(0)
        finally:
            interrupts.task = outer

    with asyncio.Runner() as runner, pytest.raises(asyncio.CancelledError):
        runner.get_loop().run_until_complete(pressed())
    assert interrupts.take()
    assert not interrupts.take()


def test_a_second_ctrl_c_interrupts_immediately(interrupts: Interrupts) -> None:
    async def pressed() -> None:
        task = asyncio.current_task()
        assert task is not None
        interrupts.task = task
        press()
        with pytest.raises(KeyboardInterrupt):
            press()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(0)

    with asyncio.Runner() as runner:
        runner.get_loop().run_until_complete(pressed())
    assert not interrupts.take()


def test_a_task_that_is_done_is_no_longer_cancelled(interrupts: Interrupts) -> None:
    async def nothing() -> None: ...

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        task = loop.create_task(nothing())
        interrupts.task = task
        loop.run_until_complete(task)
        with pytest.raises(KeyboardInterrupt):
            press()
