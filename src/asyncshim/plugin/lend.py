"""``asyncshim.Plugin(loop)``, which runs a session on a loop of the caller, and ``asyncshim.override_loop()``."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from asyncshim.plugin.loops import greenlets, loop_policy
from asyncshim.plugin.loops.runners import LoopIsRunningError
from asyncshim.plugin.suite.state import state_of

_IN_COROUTINE = """\
pytest.main() was called by a coroutine, whose loop it would block: call it in a thread, \
`await asyncio.to_thread(pytest.main, arguments, [asyncshim.Plugin(loop)])`"""
_WITH_LOOP_SCOPE = (
    "asyncshim_runner = loop_scope makes a loop for each scope, asyncshim.Plugin(loop) is for one loop: use one"
)
_NO_PLUGIN = "asyncshim.Plugin needs asyncshim's plugin, which is not loaded or turned off: add `-p asyncshim`"


class Plugin:
    """For ``pytest.main(plugins=[asyncshim.Plugin(loop)])``: every coroutine runs on *loop*.

    The caller keeps the loop running in another thread while pytest runs, and closes it. Its settings and tasks are not
    changed, except for tasks that tests and fixtures leak: these are cancelled at the end of their loop scope, from
    Python 3.12 on, where the context of a task shows what started it. Overrides of ``event_loop`` that make another
    loop keep it. Raises :class:`pytest.UsageError` from a coroutine, as pytest would block
    its loop, and beside ``asyncshim_runner = loop_scope``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def pytest_configure(self, config: pytest.Config) -> None:
        """Lend the loop to the session."""
        state = state_of(config)
        if state is None:
            raise pytest.UsageError(_NO_PLUGIN)
        if not greenlets.set_aside():
            raise pytest.UsageError(_IN_COROUTINE)
        if state.settings.runner != "session":
            raise pytest.UsageError(_WITH_LOOP_SCOPE)
        state.lent_loop = self.loop
        config.add_cleanup(functools.partial(asyncio.set_event_loop, loop_policy.current_loop()))
        asyncio.set_event_loop(self.loop)  # of this thread, for synchronous tests


@contextmanager
def override_loop(loop: asyncio.AbstractEventLoop | None = None) -> Generator[asyncio.AbstractEventLoop]:
    """Make another event loop the current one for a block of synchronous code; restore the old one afterwards.

    Without *loop* a new one is made, whose tasks are cancelled and which is closed at the end; *loop* stays open.
    Raises :class:`LoopIsRunningError` in a coroutine, whose loop cannot be another one.
    """
    if not greenlets.set_aside():
        raise LoopIsRunningError(
            "a coroutine cannot change the event loop that runs it: use override_loop in a sync test"
        )
    former = loop_policy.current_loop()
    try:
        if loop is not None:
            asyncio.set_event_loop(loop)
            yield loop
        else:
            with asyncio.Runner() as runner:
                made = runner.get_loop()
                asyncio.set_event_loop(made)
                yield made
    finally:
        asyncio.set_event_loop(former)
