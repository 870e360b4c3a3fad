"""What a handler of SIGALRM raises inside a callback of the loop ends the coroutine that the loop runs."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from types import FrameType

import pytest

from asyncshim.plugin.loops import escapes
from asyncshim.plugin.loops.runners import Runner

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGALRM")


def ring(_signum: int, _frame: FrameType | None) -> None:
    raise LookupError("rang")


@pytest.fixture
def handler() -> Iterator[None]:
    former = signal.signal(signal.SIGALRM, ring)
    yield
    assert signal.signal(signal.SIGALRM, former) is ring


def test_without_a_handler_nothing_is_watched(runner: Runner) -> None:
    async def handler_meanwhile() -> object:
        return signal.getsignal(signal.SIGALRM)

    former = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert runner.run(handler_meanwhile()) is signal.SIG_DFL
    signal.signal(signal.SIGALRM, ring)
    assert runner.run(handler_meanwhile()) is not ring
    signal.signal(signal.SIGALRM, former)


def test_the_present_handler_is_read_without_making_a_member_of_an_enumeration() -> None:
    former = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    assert type(escapes.getsignal(signal.SIGALRM)) is int
    signal.signal(signal.SIGALRM, former)


@pytest.mark.usefixtures("handler")
def test_an_exception_in_a_callback_ends_the_coroutine(runner: Runner) -> None:
    ended: list[str] = []

    async def wait() -> None:
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGALRM)
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("finally")

    with pytest.raises(LookupError, match="rang"):
        runner.run(wait())
    assert ended == ["finally"]


@pytest.mark.usefixtures("handler")
def test_a_coroutine_may_handle_the_exception_itself(runner: Runner) -> None:
    async def handle() -> str:
        with pytest.raises(LookupError, match="rang"):
            signal.raise_signal(signal.SIGALRM)
        return "handled"

    assert runner.run(handle()) == "handled"
