"""A loop that somebody else owns and keeps running in another thread: coroutines are handed to it and waited for.

As alt-pytest-asyncio's ``AltPytestAsyncioPlugin(loop=…)``, but without loops inside loops.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

import pytest

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.lifecycle import shim_of
from asyncshim.plugin.loops import loop_policy
from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.lifetimes import SESSION, LeakedTask, LoopScope, cancel_tasks, tasks_of
from asyncshim.plugin.loops.runners import LoopIsRunningError, LoopRunner, refusal
from asyncshim.plugin.loops.time_limit import TimeLimit
from asyncshim.plugin.loops.tracebacks import without_machinery

T = TypeVar("T")
_lent_to: ContextVar[object] = ContextVar("asyncshim_lent_to")  # whose tasks they are, beside the owner's
_LOOK = 0.2  # seconds between two looks at a loop that has not answered
_PATIENCE = 5.0  # seconds that it may stand still

_IN_COROUTINE = """\
pytest.main() was called by a coroutine, whose loop it would block: call it in a thread, \
`await asyncio.to_thread(pytest.main, arguments, [asyncshim.Plugin(loop)])`"""
_TWO_WISHES = (
    "asyncshim_runner = loop_scope makes a loop for each scope, asyncshim.Plugin(loop) is for one loop: use one"
)
_NO_PLUGIN = "asyncshim.Plugin needs asyncshim's plugin, which is not loaded or turned off: add `-p asyncshim`"


class LoopStandsStillError(AsyncshimError, RuntimeError):
    """The loop that was lent does not run, so that nothing handed to it would ever come to its end."""

    def __init__(self) -> None:
        super().__init__(
            "the event loop given to asyncshim.Plugin is not running: its owner has to keep it running, "
            "in another thread than pytest, until pytest.main() returns"
        )


class Plugin:
    """For ``pytest.main(plugins=[asyncshim.Plugin(loop)])``: every coroutine runs on *loop*.

    The loop is the caller's, who keeps it running in another thread while pytest runs, and closes it. Its settings and
    tasks are left alone, but for the tasks that tests and fixtures leave running: those are cancelled at the end of
    their loop scope, from Python 3.12 on, which is the first to tell whose they are. Overrides of ``event_loop`` that
    bring a loop of their own keep it. Raises :class:`pytest.UsageError` from a coroutine, as pytest would block its
    loop, and beside ``asyncshim_runner = loop_scope``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def pytest_configure(self, config: pytest.Config) -> None:
        """Lend the loop to the session."""
        shim = shim_of(config)
        if shim is None:
            raise pytest.UsageError(_NO_PLUGIN)
        if asyncio._get_running_loop() is not None:
            raise pytest.UsageError(_IN_COROUTINE)
        if shim.settings.runner != "session":
            raise pytest.UsageError(_TWO_WISHES)
        shim.lent_loop = self.loop
        config.add_cleanup(functools.partial(asyncio.set_event_loop, loop_policy.current_loop()))
        asyncio.set_event_loop(self.loop)  # of this thread, for synchronous tests


@contextmanager
def override_loop(loop: asyncio.AbstractEventLoop | None = None) -> Generator[asyncio.AbstractEventLoop]:
    """Make another event loop the current one for a block of synchronous code, and restore the present one.

    Without *loop* a new one is made, whose tasks are cancelled and which is closed at the end; *loop* stays open.
    Raises :class:`LoopIsRunningError` in a coroutine, whose loop cannot be another one.
    """
    if asyncio._get_running_loop() is not None:
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


@dataclass(frozen=True, slots=True)
class _Exit:
    error: BaseException


async def _contained(coroutine: Coroutine[object, object, T]) -> T:
    """An exit would leave the loop through its owner's ``run_forever()``: it is brought back to pytest's thread."""
    try:
        return await coroutine
    except (SystemExit, KeyboardInterrupt) as error:
        return cast("T", _Exit(error))


class LentRunner(LoopRunner):
    """Runs coroutines on a loop that runs in another thread, and waits for them."""

    __slots__ = ("_hosting", "_paused")

    def __init__(self, interrupts: Interrupts, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(interrupts, factory=lambda: loop, adopted=True)
        self._hosting: set[asyncio.Task[Any]] = set()
        self._paused: SimpleQueue[None] = SimpleQueue()

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """A task for *coroutine*, which begins at once. Raises :class:`LoopStandsStillError`."""
        if asyncio._get_running_loop() is not None:
            raise refusal(coroutine)
        self.attach()
        self.used = True
        self._paused = SimpleQueue()
        context = copy_context()
        context.run(_lent_to.set, self)
        contained = _contained(coroutine)
        made: list[asyncio.Task[T]] = []

        def make() -> asyncio.Task[T]:
            made.append(self.loop.create_task(contained, context=context))
            return made[0]

        def drop() -> None:
            if made:
                made[0].cancel()
            else:
                contained.close()
                coroutine.close()

        try:
            return self.call(make)
        except KeyboardInterrupt:
            self.call(drop)
            raise
        except Exception:
            drop()
            raise

    def drive(self, task: asyncio.Task[Any], *, to_its_end: bool, limit: TimeLimit | None = None) -> None:
        """Wait until *task* is done, or, if not *to_its_end*, until it pauses. Ctrl-C cancels it first."""
        __tracebackhide__ = True
        ended = SimpleQueue[None]() if to_its_end else self._paused
        if limit is not None:
            self.call(lambda: limit.start(self.loop, task))

        def attend() -> None:
            task.add_done_callback(lambda _: ended.put(None))

        try:
            self.call(attend)
            self._wait(ended)
        except KeyboardInterrupt:
            self.call(attend)  # which may have been interrupted
            self.call(task.cancel)
            self._wait(ended)
            raise
        finally:
            if limit is not None and not self.loop.is_closed():
                self.call(limit.stop)
        if limit is not None and limit.expired:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved: asyncio shall not log it as lost
            raise TimeoutError(limit.message) from None
        if task.done():
            try:
                result = task.result()
            except BaseException as error:  # noqa: BLE001  (raised again)
                raise without_machinery(error)  # noqa: B904  (it is the same object)
            if isinstance(result, _Exit):
                raise without_machinery(result.error)

    def call(self, function: Callable[[], T]) -> T:
        """Call *function* in the loop's thread; return its result, raise what it raises."""
        answers: SimpleQueue[Callable[[], T]] = SimpleQueue()

        def run() -> None:
            done: Future[T] = Future()
            try:
                done.set_result(function())
            except Exception as error:  # noqa: BLE001  (raised where it is waited for)
                done.set_exception(error)
            answers.put(done.result)

        try:
            self.loop.call_soon_threadsafe(run)
        except RuntimeError:  # it is closed
            raise LoopStandsStillError from None
        return self._wait(answers)()

    def _wait(self, answers: SimpleQueue[T]) -> T:
        """What is put there first. Ctrl-C amid this leaves a queue whole; an event may keep its lock for ever."""
        stands_still_since = time.monotonic()
        while True:
            try:
                return answers.get(timeout=_LOOK)
            except Empty:
                if self.loop.is_running():
                    stands_still_since = time.monotonic()
                elif self.loop.is_closed() or time.monotonic() - stands_still_since > _PATIENCE:
                    raise LoopStandsStillError from None

    def pause(self) -> None:
        """Called by a task: :meth:`drive` returns when what was started meanwhile has begun, too."""
        self.loop.call_soon(self._paused.put, None)

    def hide(self, task: asyncio.Task[Any]) -> None:
        """The task waits at its ``yield``, and is no leaked one."""
        self._hosting.add(task)

    def show(self, task: asyncio.Task[Any]) -> None:
        """It is about to go on."""
        self._hosting.discard(task)
        self.attach()

    def accept_changes(self) -> None:
        """The loop's settings are its owner's."""

    def is_clean(self) -> bool:
        """Others start tasks on the loop, too: it takes a closer look."""
        return False

    def put_back(self) -> bool:
        """Nothing of the loop is ours; false when it was closed."""
        return not self.loop.is_closed()

    def adopt_strays(self) -> None:
        """Tasks of unknown origin are the owner's."""

    def end_scope(self, scope: LoopScope, timeout: float) -> list[LeakedTask]:
        """Cancel and await (at most *timeout* seconds) the tasks of ours that belong to *scope*."""
        if not self.loop.is_running() or asyncio._get_running_loop() is not None:
            return []
        return cancel_tasks(self, lambda: set(filter(self._is_ours, tasks_of(self.loop, scope))), timeout)

    def _is_ours(self, task: Any) -> bool:
        known = sys.version_info >= (3, 12) and task.get_context().get(_lent_to) is self
        return known and task not in self._hosting

    def close(self, timeout: float) -> list[LeakedTask]:
        """End what is ours; the owner closes the loop."""
        return self.end_scope(SESSION, timeout)
