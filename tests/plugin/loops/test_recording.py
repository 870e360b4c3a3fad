"""Methods of a loop object note what they make, and restore signal handlers."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

import pytest

from asyncshim.plugin.loops.recording import ownership_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.mark.parametrize("is_uvloop", [False, True])
def test_removing_a_signal_handler_restores_the_one_before_it(is_uvloop: bool) -> None:
    new = pytest.importorskip("uvloop").new_event_loop if is_uvloop else asyncio.new_event_loop

    def theirs(*arguments: object) -> None: ...

    former = signal.signal(signal.SIGUSR1, theirs)
    loop: Any = new()
    try:
        ownership_of(loop, with_creator=False)

        async def replace() -> None:
            loop.add_signal_handler(signal.SIGUSR1, print)
            loop.add_signal_handler(signal.SIGUSR1, int)
            assert signal.getsignal(signal.SIGUSR1) is not theirs
            assert loop.remove_signal_handler(signal.SIGUSR1)

        loop.run_until_complete(replace())
        assert signal.getsignal(signal.SIGUSR1) is theirs
        assert not loop.remove_signal_handler(signal.SIGUSR1)
        with pytest.raises(TypeError):
            loop.add_signal_handler("no signal", print)
    finally:
        loop.close()
        signal.signal(signal.SIGUSR1, former)


def test_lines_are_noted_only_on_request() -> None:
    for with_creator in (False, True):
        loop = asyncio.new_event_loop()
        try:
            ownership = ownership_of(loop, with_creator=with_creator)
            timer = loop.call_later(3600, print)
            line = ownership.line_of(timer)
            assert (line is not None) is with_creator
            assert line is None or line.startswith(f"{__file__}:")
        finally:
            loop.close()
