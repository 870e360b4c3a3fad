"""The session's pool of Runners, made when the first async test or fixture needs it, and the current loop."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from asyncshim.plugin.choose import loop_scopes
from asyncshim.plugin.loops.late_import import LateImport
from asyncshim.plugin.suite.options import load_factory
from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from asyncshim.plugin.loops.loop_policy import CurrentLoop
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import Runner


def pool_of(state: State) -> Pool:
    """Return the session's pool; the first call makes it and imports asyncio."""
    if state.pool is not None:
        return state.pool
    from asyncshim.plugin.compat.terminal import write_line
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.suite.hang_reports import HangReports

    settings = state.settings
    pool = state.pool = Pool(
        factory=load_factory(settings.loop_factory),
        debug=settings.debug,
        timeout=settings.cancel_timeout,
        leaks=settings.leaks if state.findings is None else "warn",  # so that places of creation are known
        loop_of_caller=state.loop_of_caller,
        lent=state.lent_loop,
        managed=state.managed_loop,
    )
    pool.interrupts.say = functools.partial(write_line, state.config)
    pool.interrupts.before_clean_up = None if state.guards is None else state.guards.interrupted
    if state.hang_reports is None:
        state.hang_reports = HangReports(state.config, dump_on_interrupt=settings.dump_on_interrupt)
        state.hang_reports.begin()
    if state.checks is not None:
        state.checks.watch(pool)
    watch_current_loop(state)
    loop_scopes.begin(state)
    if state.item is not None:
        loop_scopes.enter(state, state.item, state.scopes.of_set_up)
    return pool


def shared_runner(state: State) -> Runner | None:
    """Return the Runner of every test that has no mark; ``None`` in a suite where that depends on the test."""
    if not state.plan.is_shared:
        return None
    pool = pool_of(state) if state.pool is None else state.pool
    runner = pool.current = pool.default()
    return runner


def current_loop_of(state: State) -> CurrentLoop:
    """Return the loop for ``asyncio.get_event_loop()`` while no coroutine runs."""
    if state.current_loop is None:
        from asyncshim.plugin.loops.loop_policy import CurrentLoop

        def provide() -> AbstractEventLoop:
            pool = pool_of(state)
            return (pool.current or pool.default()).loop

        state.current_loop = CurrentLoop(provide)
    return state.current_loop


def watch_current_loop(state: State) -> None:
    """Provide a loop for ``asyncio.get_event_loop()`` in synchronous code, once asyncio is imported."""
    if state.current_loop is not None or "asyncio" in sys.modules:
        current_loop_of(state).install()
    elif state.late_import is None:
        state.late_import = LateImport(lambda: _asyncio_is_imported(state), state.resume)
        state.late_import.begin()


def _asyncio_is_imported(state: State) -> None:
    if "asyncshim.plugin.loops.loop_policy" not in sys.modules:  # otherwise that module imports asyncio just now
        current_loop_of(state).install()
