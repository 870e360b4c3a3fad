"""One function over many files, in this process or in several; a process that dies costs one file."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from asyncshim.migrate.interrupts import blocked_interrupts, unblock_interrupts

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

T = TypeVar("T")

# Below this, starting processes costs more than they save.
_WORTH_A_POOL = 24
# Per process, at least: enough that a slow batch at the end does not leave the others idle.
_BATCHES = 16
# Files in one batch, at most: all of their results are in memory at once.
_LARGEST = 32


def default_jobs() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Batch:
    paths: tuple[str, ...]

    def __call__(self) -> list[Any]:
        return [_Worker.task(path) for path in self.paths]


class _Worker:
    """What a process of the pool was started for: it carries the facts of the whole project, and is sent once."""

    task: Callable[[str], Any]


def each(task: Callable[[str], T], paths: Sequence[str], jobs: int, died: Callable[[str], T]) -> Iterator[T]:
    """Yield ``task(path)`` for every path, in no particular order; ``died(path)`` where the process was lost.

    ``task`` must not raise and must survive pickling.
    """
    if jobs <= 1 or len(paths) < _WORTH_A_POOL:
        yield from map(task, paths)
        return
    size = min(_LARGEST, max(1, len(paths) // (jobs * _BATCHES)))
    batches = [_Batch(tuple(paths[start : start + size])) for start in range(0, len(paths), size)]
    lost: list[str] = []
    for batch, results in _run(task, batches, jobs):
        if results is None:
            lost.extend(batch.paths)
        else:
            yield from results
    # One file may have crashed the whole pool. Each runs again alone in a process, so that only that one is lost.
    for path in lost:
        for _, results in _run(task, [_Batch((path,))], 1):
            yield results[0] if results else died(path)


def _run(task: Callable[[str], T], batches: Sequence[_Batch], jobs: int) -> Iterator[tuple[_Batch, list[T] | None]]:
    executor = ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_prepare_worker, initargs=(task,))
    try:
        pending: dict[Future[list[T]], _Batch] = {}
        refused: list[_Batch] = []
        with blocked_interrupts():
            for batch in batches:
                try:
                    pending[executor.submit(batch)] = batch
                except BrokenProcessPool:
                    refused.append(batch)
        for batch in refused:
            yield batch, None
        for future in as_completed(pending):
            batch = pending.pop(future)
            try:
                yield batch, future.result()
            except BrokenProcessPool:
                yield batch, None
    except BaseException:
        # Ctrl-C, or a consumer that gave up: what the workers still do is of no use to anyone.
        for process in multiprocessing.active_children():
            process.terminate()
        _end_of_results(executor)
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _end_of_results(executor: ProcessPoolExecutor) -> None:
    """Close the write ends, so that the executor sees the end of the pipe.

    If a worker died while it sent a result, the thread would wait forever for the rest, because this process keeps
    the pipe open.
    """
    results: Any = getattr(executor, "_result_queue", None)
    writer = getattr(results, "_writer", None)
    if writer is not None:
        writer.close()


def _context() -> BaseContext:
    """Prefer fork, which shares the imported rules, where it is safe: no second thread, and a system made for it."""
    if sys.platform == "linux" and _is_single_threaded():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _is_single_threaded() -> bool:
    """Return whether the system knows of no second thread either: a library's, or that of ``faulthandler``'s timer."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        return False


def _prepare_worker(task: Callable[[str], Any]) -> None:
    _Worker.task = task
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    unblock_interrupts()
    parent = multiprocessing.parent_process()
    if parent is not None:
        # Otherwise the processes of a pool would wait forever for work if the parent was killed.
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()


def _leave_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
