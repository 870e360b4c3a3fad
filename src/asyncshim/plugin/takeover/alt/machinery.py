"""``alt_pytest_asyncio.run_coro_as_main``, which runs a program that calls ``pytest.main()`` in a coroutine."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections.abc import Coroutine


def run_coro_as_main(loop: asyncio.AbstractEventLoop, coro: Coroutine[object, object, object]) -> None:
    """Run *coro* on *loop*, then cancel what is left on it and close it.

    Exits the process with a traceback if *coro* raises an error.
    """
    from asyncshim.plugin.takeover.alt.loop_manager import end_loop

    task = loop.create_task(coro)
    try:
        _run(loop, task)
    finally:
        asyncio.set_event_loop(loop)
        end_loop(loop)
        asyncio.set_event_loop(None)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[object]) -> None:
    try:
        loop.run_until_complete(task)
    except KeyboardInterrupt:
        from asyncshim.plugin.loops.cancelling import cancel

        cancel(task)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        raise SystemExit("KeyboardInterrupt") from None
    except Exception as error:
        raise SystemExit("".join(traceback.format_exception(error)).rstrip()) from error
