"""Loops that a context manager of the suite makes current for a block: async tests and fixtures run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim.plugin.choose.session_pool import current_loop_of, pool_of

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from asyncshim.plugin.loops.runners import Runner
    from asyncshim.plugin.suite.state import GivenLoop, State

_NO_LOOP = "There is no current event loop in thread 'MainThread'."  # asyncio's words


def begin(state: State, given: GivenLoop) -> None:
    """Begin the block of *given*, inside the blocks that have begun before."""
    given_loops = state.given_loops
    if not given_loops.blocks:
        state.plan = state.plan.but(is_shared=False, is_direct=False)
    given_loops.blocks.append(given)
    pool = pool_of(state)
    given_loops.former_runners.append(pool.current)
    current = current_loop_of(state)
    current.install()
    if given.present_loop() is None:
        given_loops.former_providers.append(current.provider)
        current.provider = _refuse
    else:
        given_loops.former_providers.append(None)


def end(state: State, given: GivenLoop) -> None:
    """End the block of *given*, whose loop is closed or belongs to the suite."""
    given_loops = state.given_loops
    place = given_loops.blocks.index(given)
    loop = given.present_loop()
    del given_loops.blocks[place]
    former, provider = given_loops.former_runners.pop(place), given_loops.former_providers.pop(place)
    if provider is not None:
        current_loop_of(state).provider = provider
    if not given_loops.blocks:
        state.plan = state.plan.but(is_made=False)  # it is made again before the next test
    pool = state.pool
    if pool is None:
        return
    known = pool.known(loop)
    if known is not None and known.adopted:
        pool.discard(known)
    pool.current = former if former in pool.runners else None


def runner(state: State) -> Runner | None:
    """Return the Runner of the innermost block; ``None`` if it has no loop."""
    loop = state.given_loops.blocks[-1].present_loop()
    if loop is None:
        return None
    pool = pool_of(state)
    return pool.known(loop) or pool.adopt(loop)


def _refuse() -> AbstractEventLoop:
    raise RuntimeError(_NO_LOOP)
