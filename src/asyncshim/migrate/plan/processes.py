"""Several processes that work on files: those that wait, those that are worked on, and what came of the others."""

from __future__ import annotations

import contextlib
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from asyncshim.migrate.plan import worker

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from asyncshim.migrate.plan.limits import Limits

T = TypeVar("T")

# Per process, at least: enough that a slow batch at the end does not leave the others idle.
_BATCHES = 16
# Files in one, at most: those that wait behind a slow one.
_LARGEST = 32
# Seconds that a process may take to start and to import the rules.
_START = 120.0


class _Process:
    """One process of the pool: the files it was given, the first of which it works on, and until when it may."""

    def __init__(self, context: BaseContext, task: Callable[[str], object], limits: Limits) -> None:
        self._seconds = limits.seconds
        self.connection, process = worker.start(context, task, limits)
        self.process = process
        self.batch: deque[str] = deque()
        self.answered = 0
        self.is_ready = False
        self.deadline = time.monotonic() + _START

    def give(self, paths: Iterable[str]) -> None:
        """Hand over files; those of a process that has just died are noticed as lost when its answer is missing."""
        self.batch.extend(paths)
        with contextlib.suppress(OSError):
            self.connection.send(list(self.batch))
        if self.is_ready:
            self.deadline = time.monotonic() + self._seconds

    def receive(self) -> tuple[object] | None:
        """Return an answer, or None for the message that the process is ready."""
        answer = self.connection.recv()
        self.deadline = time.monotonic() + self._seconds
        if not self.is_ready:
            self.is_ready = True
            return None
        self.answered += 1
        return (answer,)

    def stop(self) -> int | None:
        """End the process at once; return its exit code."""
        self.process.kill()
        self.process.join()
        self.connection.close()
        return self.process.exitcode

    def exit_code(self) -> int | None:
        """Return the exit code of a process that has closed its end of the connection."""
        self.process.join(5)
        return self.stop()


class Processes(Generic[T]):
    """Processes, the files that wait for one, and what came of the others."""

    def __init__(
        self,
        task: Callable[[str], T],
        paths: Sequence[str],
        jobs: int,
        failed: Callable[[str, str], T],
        limits: Limits,
    ) -> None:
        self._task = task
        self._failed = failed
        self._limits = limits
        self._waiting = deque(paths)
        self._size = min(_LARGEST, max(1, len(paths) // (jobs * _BATCHES)))
        self._jobs = min(jobs, len(paths))
        self._context = worker.context()
        self._processes: list[_Process] = []
        self._retried: set[str] = set()

    def results(self) -> Iterator[T]:
        """Yield the results. Ctrl-C, or a consumer that gives up, ends all processes."""
        try:
            while self._hand_out():
                yield from self._round()
        finally:
            for process in self._processes:
                process.stop()

    def _hand_out(self) -> bool:
        """Give idle processes their next files, and start processes; return whether any is at work."""
        while self._waiting:
            idle = next((each for each in self._processes if not each.batch), None)
            if idle is None and len(self._processes) >= self._jobs:
                break
            if idle is None:
                idle = self._start()
            size = min(self._size, len(self._waiting))
            idle.give(self._waiting.popleft() for _ in range(size))
        return any(each.batch for each in self._processes)

    def _start(self) -> _Process:
        self._processes.append(_Process(self._context, self._task, self._limits))
        return self._processes[-1]

    def _round(self) -> Iterator[T]:
        """Wait for some process to answer, to die, or to run out of time."""
        busy = [each for each in self._processes if each.batch]
        nearest = min(each.deadline for each in busy) - time.monotonic()
        wait([each.connection for each in busy], timeout=max(0.0, nearest))
        for process in busy:
            if process.connection.poll():
                try:
                    answer = process.receive()
                except (EOFError, OSError):
                    yield from self._lost(process)
                    continue
                if answer is not None:
                    process.batch.popleft()
                    yield cast("T", answer[0])
            elif process.deadline <= time.monotonic():
                process.stop()
                path = self._replace(process)
                yield self._failed(path, self._limits.too_slow())

    def _replace(self, process: _Process) -> str:
        """Forget a process that has ended; return the file that it worked on. The others wait again."""
        self._processes.remove(process)
        path = process.batch.popleft()
        self._waiting.extendleft(reversed(process.batch))
        return path

    def _lost(self, process: _Process) -> Iterator[T]:
        code = process.exit_code()
        path = self._replace(process)
        # What others left behind, or the system's lack of memory, may be at fault: once more, in a new process.
        was_alone = not process.answered and code is not None and code != -getattr(signal, "SIGKILL", 9)
        if path in self._retried or was_alone:
            yield self._failed(path, self._limits.died(code))
            return
        self._retried.add(path)
        self._start().give([path])
