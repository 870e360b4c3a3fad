"""A process that works on files until it is told to stop, within limits that the system enforces."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asyncshim.migrate.interrupts import blocked_interrupts, unblock_interrupts
from asyncshim.migrate.plan.limits import NO_MEMORY, Limits

if TYPE_CHECKING:
    import multiprocessing.process
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

# The large stack of a thread that parses a deeply nested file, which is mapped but hardly ever used.
_STACK = 512 * 2**20
# A process whose parent was killed ends itself this many seconds after the limit for a file.
_GRACE = 5


def start(
    context: BaseContext, task: Callable[[str], object], limits: Limits
) -> tuple[Connection[Any, Any], multiprocessing.process.BaseProcess]:
    """Start a process that sends one message when it is ready, and then one for each path that it gets."""
    ours, theirs = context.Pipe()
    make: Any = context
    process: multiprocessing.process.BaseProcess = make.Process(target=_serve, args=(theirs, task, limits), daemon=True)
    with blocked_interrupts():
        process.start()
    theirs.close()
    return ours, process


def context() -> BaseContext:
    """Prefer fork, which shares the imported rules, where it is safe: no second thread, and a system made for it."""
    if sys.platform == "linux" and _is_single_threaded():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _is_single_threaded() -> bool:
    """Return whether the process has no other thread, such as one of a library or of ``faulthandler``'s timer."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        return False


def _serve(connection: Connection, task: Callable[[str], object], limits: Limits) -> None:
    _prepare()
    _limit_memory(limits.memory)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send(None)
        while True:
            for path in connection.recv():
                _alarm(limits.seconds + _GRACE)
                try:
                    answer = task(path)
                except MemoryError:
                    os._exit(NO_MEMORY)
                _alarm(0)
                connection.send(answer)


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    unblock_interrupts()
    # A parser that gets no memory prints to stderr before it aborts; the parent names the file.
    with contextlib.suppress(OSError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)
    parent = multiprocessing.parent_process()
    if parent is not None:
        # The processes of a pool outlive a parent that was killed, waiting for work for ever.
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _alarm(seconds: int) -> None:
    """End this process after some time even if the parent cannot do it; a parser lets no thread of Python run."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory(size: int) -> None:
    """Let this process have so much more memory than now, where the system can limit it."""
    if sys.platform != "linux":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = pages * resource.getpagesize() + _STACK + size
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
