"""ASH309: ``loop=event_loop`` for functions of asyncio that no longer accept a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.event_loop.uses import EVENT_LOOP, takes_no_loop
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class LoopArgument(Rule):
    """Python 3.10 removed ``loop=`` from ``asyncio.sleep``, ``wait_for``, ``gather``, ``Queue``, ``Lock`` and others.

    They use the running loop and raise a ``TypeError`` for the argument. Futures, ``ensure_future``, the constructors
    of streams and all code outside asyncio still accept a loop; the rule keeps those arguments. It also keeps an
    argument below ``pytest.raises``, where the test expects the error.
    """

    code = "ASH309"
    name = "loop-argument"
    summary = "`loop=event_loop` for an API that takes no loop"
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "sleep and Queue",
            before="""
                import asyncio


                async def test_queue(event_loop):
                    queue = asyncio.Queue(maxsize=1, loop=event_loop)
                    await queue.put(1)
                    await asyncio.sleep(0, loop=event_loop)
            """,
            after="""
                import asyncio


                async def test_queue():
                    queue = asyncio.Queue(maxsize=1)
                    await queue.put(1)
                    await asyncio.sleep(0)
            """,
        ),
        Example(
            "A future accepts a loop",
            before="""
                import asyncio


                def make(event_loop):
                    return asyncio.Future(loop=event_loop)
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every ``loop=event_loop``."""
        for name in file.index.names.get(EVENT_LOOP, ()):
            argument = file.index.parent(name)
            if not isinstance(argument, cst.Arg) or not takes_no_loop(file, argument):
                continue
            call = file.index.parents[argument]
            assert isinstance(call, cst.Call)
            called = (file.names.of(call.func) or "").rpartition(".")[2]
            message = f"`asyncio.{called}` no longer accepts a loop"
            yield Proposal(name, message, Safety.SAFE, (Remove(argument),))
