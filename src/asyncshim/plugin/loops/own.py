"""The Runner of a loop that asyncshim drives: runs coroutines, restores the loop after each test, closes it once."""

from __future__ import annotations

import asyncio
import traceback
import warnings
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import asyncshim.plugin.loops.lifetimes as lifetimes  # noqa: PLR0402  (a session inside a test leaves the package its own)
from asyncshim.plugin.loops import greenlets, internals, loop_policy, turns
from asyncshim.plugin.loops.async_generators import record_async_generators
from asyncshim.plugin.loops.endings import describe, end_all
from asyncshim.plugin.loops.escapes import SIGALRM, Alarm, at_place, getsignal, retrieve_exit, watch_alarm, wind_up
from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.leftovers import Leftover, of_loop
from asyncshim.plugin.loops.lifetimes import EVERYTHING, FUNCTION, SESSION, breathe
from asyncshim.plugin.loops.loop_state import LoopState, is_asyncios_own
from asyncshim.plugin.loops.recording import ownership_of
from asyncshim.plugin.loops.runners import STOPPED, Claim, Leak, LoopFactory, LoopScope, refusal
from asyncshim.plugin.loops.time_limit import TimeLimit
from asyncshim.plugin.loops.tracebacks import between_machinery

_TEARDOWN_FAILED = "An exception occurred during teardown of an asyncio.Runner. "  # pytest-asyncio's words
T = TypeVar("T")


class OwnRunner:
    """One ``asyncio.Runner``, its loop, and the state that the loop must have between two runs."""

    __slots__ = (
        "_has_paused",
        "_interrupts",
        "_is_in_first_turn",
        "_is_known",
        "_ownership",
        "_runner",
        "_state",
        "_taken_back",
        "_timeout",
        "adopted",
        "former_policy",
        "hosts",
        "loop",
        "policy",
        "used",
    )

    def __init__(
        self,
        interrupts: Interrupts,
        *,
        factory: LoopFactory | None = None,
        adopted: bool = False,
        debug: bool | None = None,
        leaks: str = "cancel",
        timeout: float = 5.0,
        policy: object | None = None,
        former_policy: object | None = None,
    ) -> None:
        self._interrupts = interrupts
        self._timeout = timeout
        self._runner = asyncio.Runner(debug=debug, loop_factory=factory)
        self.policy = policy
        self.former_policy = former_policy
        self.loop: asyncio.AbstractEventLoop = self._runner.get_loop()
        self.adopted = adopted
        self.hosts = 0  # async generator fixtures that wait at their yield
        self.used = False
        if not adopted and leaks != "cancel":
            lifetimes.record_tasks(self.loop)
        record_async_generators(self.loop, with_creator=leaks != "cancel")
        self._ownership = ownership_of(self.loop, with_creator=leaks != "cancel")
        if not adopted:
            self._ownership.is_claimed = True
        self._taken_back: list[Leftover] = []  # attributes and stop requests that the current test has left
        self._state = LoopState(self.loop)
        self._is_known = is_asyncios_own(self.loop)
        self._has_paused = False  # the task that is driven
        self._is_in_first_turn = False  # after which it is seen whether another one is needed

    def attach(self) -> None:
        """Make the loop the one that ``asyncio.get_event_loop()`` returns."""
        if loop_policy.is_current(self.loop, self.policy or self.former_policy):
            return
        if self.policy is not None:
            loop_policy.set_policy(self.policy)
        elif self.former_policy is not None and loop_policy.get_policy() is not self.former_policy:
            loop_policy.set_policy(self.former_policy)
        asyncio.set_event_loop(self.loop)

    def run(self, coroutine: Coroutine[object, object, T], limit: TimeLimit | None = None) -> T:
        """Run *coroutine* in a task of its own, in a copy of the current context, and return its result.

        Raises what the coroutine raises, with a traceback that starts in the user's code; ``KeyboardInterrupt`` when
        Ctrl-C was pressed meanwhile; ``TimeoutError`` past *limit*; :class:`LoopIsRunningError` when a loop is running.
        """
        __tracebackhide__ = True
        task = self.start(coroutine)
        self.drive(task, to_its_end=True, limit=limit)
        return task.result()

    def start(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """Return a task for *coroutine*, to be driven next. Raises :class:`LoopIsRunningError`."""
        __tracebackhide__ = True
        if asyncio._get_running_loop() is not None and not greenlets.set_aside():
            raise refusal(coroutine)
        if not loop_policy.is_current(self.loop, self.policy or self.former_policy):
            self.attach()
        self.used = True
        return self.loop.create_task(coroutine)

    def drive(self, task: asyncio.Task[Any], *, to_its_end: bool, limit: TimeLimit | None = None) -> None:
        """Run the loop until *task* is done, or, if not *to_its_end*, until it stops the loop.

        Ctrl-C cancels *task* first and is raised when the loop has stopped.
        """
        __tracebackhide__ = True
        interrupts = self._interrupts
        outer, interrupts.task = interrupts.task, task
        former = SIGALRM and getsignal(SIGALRM)
        alarm = watch_alarm(task, former, self._timeout) if callable(former) else None
        if limit is not None:
            limit.start(self.loop, task)
        try:
            if alarm is None and to_its_end and self._is_known:
                self._run_until_done(task)
            else:
                self._run_loop(task, to_its_end=to_its_end, alarm=alarm)
        except BaseException as error:  # noqa: BLE001  (raised again)
            place = None if task.done() else wind_up(task, self._timeout)
            if task.done() and not task.cancelled():
                task.exception()  # retrieved: asyncio shall not log it as lost
            if isinstance(error, SystemExit):
                retrieve_exit(error)
            if interrupts.take():
                raise KeyboardInterrupt().with_traceback(between_machinery(error)) from None
            if limit is not None and limit.expired:
                raise limit.error() from None
            raise at_place(error, place)  # noqa: B904  (it is the same object)
        finally:
            interrupts.task = outer
            if limit is not None:
                limit.stop()
            if alarm is not None:
                alarm.end()
        if interrupts.pressed:
            interrupts.raise_pressed()
        if limit is not None and limit.expired:
            raise limit.error()

    def _run_loop(self, task: asyncio.Task[Any], *, to_its_end: bool, alarm: Alarm | None) -> None:
        __tracebackhide__ = True
        try:
            if not to_its_end:
                self._run_until_paused(task)
            elif self._is_known:
                self._run_until_done(task)
            else:
                self.loop.run_until_complete(task)
        except BaseException:
            if alarm is not None:
                alarm.raise_kept()
            raise
        if alarm is not None:
            alarm.raise_kept()

    def call(self, function: Callable[[], T]) -> T:
        """Call *function* where it may touch tasks and futures of the loop, which is not running."""
        return function()

    def pause(self) -> None:
        """Let :meth:`drive` return once everything that was started meanwhile has begun. A task calls this."""
        self._has_paused = True
        if not self._is_in_first_turn:
            self.loop.call_soon(self.loop.stop)

    def _run_until_paused(self, task: asyncio.Task[Any]) -> None:
        __tracebackhide__ = True
        self._has_paused = False
        if self._is_known and turns.can_turn(self.loop):
            self._is_in_first_turn = True
            try:
                turns.run_forever(self.loop, task, self._is_paused, self._go_on, _stop_loop)
            finally:
                self._is_in_first_turn = False
        else:
            self.loop.run_forever()
        if not self._has_paused and not task.done():
            raise RuntimeError(STOPPED)

    def _is_paused(self) -> bool:
        return self._has_paused

    def _go_on(self, _stop: object) -> None:
        self._is_in_first_turn = False

    def hide(self, task: asyncio.Task[Any]) -> None:
        """Take *task*, which waits, out of ``asyncio.all_tasks()``."""
        asyncio._unregister_task(task)

    def show(self, task: asyncio.Task[Any]) -> None:
        """Put *task*, which is about to continue, back; callbacks that are due run before."""
        if asyncio._get_running_loop() is not None:
            greenlets.set_aside()
        internals.forget_stop(self.loop)
        if getattr(self.loop, "_ready", None):
            breathe(self.loop)
        asyncio._register_task(task)
        self.attach()

    def _run_until_done(self, task: asyncio.Task[Any]) -> None:
        """Do what ``run_until_complete`` does, without its checks of a future that it does not know."""
        __tracebackhide__ = True
        loop: Any = self.loop
        try:
            if turns.can_turn(loop) and not task.done():
                turns.run_forever(loop, task, task.done, task.add_done_callback, _stop_loop)
            else:
                task.add_done_callback(_stop_loop)
                loop.run_forever()
        finally:
            task.remove_done_callback(_stop_loop)
            if loop._ready:
                internals.drop_callbacks(loop, _stop_loop)  # an exit or a stop() was first
        if not task.done():
            raise RuntimeError(STOPPED)
        task.result()

    def changes(self) -> object:
        """Return what :meth:`accept_changes` must not keep; ``None`` if nothing is changed."""
        return self._state.changes(self.loop)

    def accept_changes(self, before: Any = None) -> Callable[[], None] | None:
        """Keep the loop's current settings from now on; return what restores the previous ones, if they differ."""
        return self._state.accept(self.loop, before)

    def is_clean(self) -> bool:
        """Return whether there is certainly nothing to undo, end or close on the loop."""
        return self._state.is_untouched(self.loop) and not lifetimes.may_have_tasks(self.loop)

    def put_back(self) -> bool:
        """Restore the loop's attributes and settings; return false if the loop was closed and must be replaced."""
        if self.loop.is_closed():
            return False
        for name, value in self._state.take_back(self.loop):
            self._taken_back.append(of_loop("loop attribute", value, repr(name)))
        if internals.forget_stop(self.loop):
            self._taken_back.append(of_loop("stop request", self.loop, "loop.stop()", self._ownership))
        return self._state.restore(self.loop)

    def adopt_unscoped(self) -> None:
        """Let what has no scope yet belong to the scope that is being left."""
        if not self.loop.is_closed():
            lifetimes.adopt_unscoped(self.loop)
            self._ownership.adopt(self.loop)

    def end_scope(self, scope: LoopScope, timeout: float, claim: Claim | None = None) -> list[Leak]:
        """End what *scope* started, within *timeout* seconds; return what it left."""
        if self.loop.is_closed() or not greenlets.set_aside():
            return []
        leaks = end_all(self, scope, timeout, self._ownership, claim)
        if scope in {FUNCTION, SESSION, EVERYTHING}:
            self._state.restore_executor(self.loop)
            taken_back, self._taken_back = self._taken_back, []
            leaks += map(describe, taken_back)
        return leaks

    def close(self, timeout: float) -> list[Leak]:
        """End everything on the loop; close it, unless it was adopted from a fixture that closes it itself."""
        if not greenlets.set_aside():  # another loop calls pytest: this one could not run
            if not self.adopted and not self.loop.is_running():
                self.loop.close()
            return []
        gone = self.loop.is_closed()
        leaked = [] if gone else self.end_scope(EVERYTHING, timeout)
        if self.adopted:
            if not gone:
                self.run(self.loop.shutdown_asyncgens())
                self.put_back()
                self._state.restore_executor(self.loop)
            return leaked
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*shutdown_asyncgens.*", RuntimeWarning)
            try:
                self._runner.close()
            except RuntimeError:
                failure = None if gone else traceback.format_exc()
            else:
                failure = None
        if failure is not None:
            warnings.warn(_TEARDOWN_FAILED + failure, RuntimeWarning, stacklevel=2)
        return leaked


def _stop_loop(task: asyncio.Task[Any]) -> None:
    """Called when *task* is done."""
    task.get_loop().stop()
