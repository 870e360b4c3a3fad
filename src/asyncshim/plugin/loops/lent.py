"""The Runner of a loop that its owner keeps running in another thread: coroutines are passed to it and awaited.

As alt-pytest-asyncio's ``AltPytestAsyncioPlugin(loop=…)``, but without loops inside loops.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, TypeVar, cast

from asyncshim.errors import AsyncshimError
from asyncshim.plugin.loops import expiry, greenlets, loop_policy
from asyncshim.plugin.loops.cancelling import cancel
from asyncshim.plugin.loops.handover import hand_over_tasks
from asyncshim.plugin.loops.lifetimes import EVERYTHING, cancel_tasks, tasks_of
from asyncshim.plugin.loops.runners import Claim, Leak, LoopScope, refusal
from asyncshim.plugin.loops.time_limit import TimeLimit
from asyncshim.plugin.loops.tracebacks import without_machinery

T = TypeVar("T")
_lent_to: ContextVar[object] = ContextVar("asyncshim_lent_to")  # tells the tasks of tests from those of the owner
_POLL = 0.2  # seconds between two checks of a loop that has not answered
_PATIENCE = 5.0  # seconds that it may stand still


class LoopStandsStillError(AsyncshimError, RuntimeError):
    """The lent loop does not run, so a coroutine would never finish on it."""

    def __init__(self) -> None:
        super().__init__(
            "the event loop given to asyncshim.Plugin is not running: its owner has to keep it running, "
            "in another thread than pytest, until pytest.main() returns"
        )


@dataclass(frozen=True, slots=True)
class _Exit:
    error: BaseException


async def _contained(coroutine: Coroutine[object, object, T]) -> T:
    """Return an exit as a value for pytest's thread: it would end the owner's ``run_forever()``."""
    try:
        return await coroutine
    except (SystemExit, KeyboardInterrupt) as error:
        return cast("T", _Exit(error))


class LentRunner:
    """Runs coroutines on a loop that runs in another thread, and waits for them."""

    policy: object | None = None
    former_policy: object | None = None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.adopted = True
        self.used = False
        self.hosts = 0
        self._hosting: set[asyncio.Task[Any]] = set()
        self._paused: SimpleQueue[None] = SimpleQueue()

    def attach(self) -> None:
        """Make the loop the one that ``asyncio.get_event_loop()`` returns in pytest's thread."""
        if not loop_policy.is_current(self.loop, None):
            asyncio.set_event_loop(self.loop)

    def run(self, coroutine: Coroutine[object, object, T], limit: TimeLimit | None = None) -> T:
        """Run *coroutine* and wait for its end; return its result or raise its exception."""
        __tracebackhide__ = True
        task = self.start(coroutine)
        self.drive(task, to_its_end=True, limit=limit)
        return task.result()

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Return a task for *coroutine*, which begins at once. Raises :class:`LoopStandsStillError`."""
        if asyncio._get_running_loop() is not None and not greenlets.set_aside():
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
            expiry.interrupted(task, self._present_frame())
            self.call(attend)  # which may have been interrupted
            self.call(lambda: cancel(task))
            self._wait(ended)
            raise
        except LoopStandsStillError:
            raise
        except BaseException as error:  # of a signal handler, such as that of pytest-timeout
            expiry.expired(task, self._present_frame(), error)
            raise
        finally:
            if limit is not None and not self.loop.is_closed():
                self.call(limit.stop)
        if limit is not None and limit.expired:
            if task.done() and not task.cancelled():
                task.exception()  # retrieved: asyncio shall not log it as lost
            raise limit.error() from None
        if task.done():
            try:
                result = task.result()
            except BaseException as error:  # noqa: BLE001  (raised again)
                raise without_machinery(error)  # noqa: B904  (it is the same object)
            if isinstance(result, _Exit):
                raise without_machinery(result.error)

    def _present_frame(self) -> FrameType | None:
        """Return what the loop's thread runs; the loop itself may be blocked and is not asked."""
        thread: int | None = getattr(self.loop, "_thread_id", None)
        return None if thread is None else sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]

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
        """Return the first answer. Ctrl-C may interrupt a queue, but an event could keep its lock forever."""
        stands_still_since = time.monotonic()
        while True:
            try:
                return answers.get(timeout=_POLL)
            except Empty:
                if self.loop.is_running():
                    stands_still_since = time.monotonic()
                elif self.loop.is_closed() or time.monotonic() - stands_still_since > _PATIENCE:
                    raise LoopStandsStillError from None

    def pause(self) -> None:
        """Called by a task: :meth:`drive` returns when what was started meanwhile has begun, too."""
        self.loop.call_soon(self._paused.put, None)

    def hide(self, task: asyncio.Task[Any]) -> None:
        """Note that the task waits at its ``yield`` and is not a leaked one."""
        self._hosting.add(task)

    def show(self, task: asyncio.Task[Any]) -> None:
        """Note that the task is about to continue."""
        self._hosting.discard(task)
        self.attach()

    def changes(self) -> object:
        """Leave the loop's settings to its owner."""
        return None

    def accept_changes(self, before: Any = None) -> Callable[[], None] | None:  # noqa: ARG002
        """Leave the loop's settings to its owner."""
        return None

    def is_clean(self) -> bool:
        """Return false: other code starts tasks on the loop, too."""
        return False

    def put_back(self) -> bool:
        """Leave the loop's settings to its owner; return false if it was closed."""
        return not self.loop.is_closed()

    def adopt_unscoped(self) -> None:
        """Do nothing: tasks that no scope started belong to the owner of the loop."""

    def end_scope(self, scope: LoopScope, timeout: float, claim: Claim | None = None) -> list[Leak]:
        """Cancel and await (at most *timeout* seconds) the tasks that tests and fixtures started in *scope*."""
        if not self.loop.is_running() or not greenlets.set_aside():
            return []

        def left() -> set[asyncio.Task[Any]]:
            return set(filter(self._is_of_pytest, tasks_of(self.loop, scope)))

        found = left()
        if found and claim is not None:
            self.call(lambda: hand_over_tasks(found, claim))
        return cancel_tasks(self, left, timeout)

    def _is_of_pytest(self, task: Any) -> bool:
        known = sys.version_info >= (3, 12) and task.get_context().get(_lent_to) is self
        return known and task not in self._hosting

    def close(self, timeout: float) -> list[Leak]:
        """End what tests and fixtures started; the owner closes the loop."""
        return self.end_scope(EVERYTHING, timeout)
