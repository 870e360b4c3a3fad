"""The pool of asyncio Runners: which loop runs what, created lazily, put back after use, closed once.

Knows nothing of pytest. A Runner's key is *(loop factory, owner)*: by default the owner is the session and the factory
the platform's own, so there is exactly one.
"""

from __future__ import annotations

import asyncio
import traceback
import warnings
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import asyncshim.plugin.lifetimes as lifetimes  # noqa: PLR0402  (a session inside a test leaves the package its own)
from asyncshim.errors import AsyncshimError
from asyncshim.plugin import loop_policy
from asyncshim.plugin.interrupts import Interrupts
from asyncshim.plugin.leftovers import drop_stale_descriptors
from asyncshim.plugin.lifetimes import SESSION, LeakedTask, LoopScope, close_async_generators, end_tasks, is_quiet
from asyncshim.plugin.loop_state import LoopState, is_asyncios_own
from asyncshim.plugin.time_limit import TimeLimit
from asyncshim.plugin.tracebacks import between_machinery, without_machinery

_TEARDOWN_FAILED = "An exception occurred during teardown of an asyncio.Runner. "  # pytest-asyncio's words
T = TypeVar("T")
LoopFactory = Callable[[], asyncio.AbstractEventLoop]
_DEFAULT = (None, SESSION)
STOPPED = "Event loop stopped before Future completed."  # asyncio's words


class LoopIsRunningError(AsyncshimError, RuntimeError):
    """Synchronous code asked for a coroutine to be run on a loop that is already running it."""


class LoopRunner:
    """One ``asyncio.Runner``, its loop, and what has to be true of that loop between two runs."""

    __slots__ = (
        "_interrupts",
        "_is_known",
        "_runner",
        "_state",
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
        policy: object | None = None,
        former_policy: object | None = None,
    ) -> None:
        self._interrupts = interrupts
        self._runner = asyncio.Runner(debug=debug, loop_factory=factory)
        self.policy = policy
        self.former_policy = former_policy
        self.loop: asyncio.AbstractEventLoop = self._runner.get_loop()
        self.adopted = adopted
        self.hosts = 0  # async generator fixtures that wait at their yield
        self.used = False
        if not adopted:
            if lifetimes.is_recording_needed(leaks):
                lifetimes.record_tasks(self.loop, with_creator=leaks != "cancel")
            lifetimes.record_async_generators(self.loop)
            loop_policy.claim(self.loop)
        self._state = LoopState(self.loop)
        self._is_known = is_asyncios_own(self.loop)

    def is_current(self) -> bool:
        """Whether ``asyncio.get_event_loop()`` answers with the loop."""
        return loop_policy.is_current(self.loop, self.policy or self.former_policy)

    def attach(self) -> None:
        """Make the loop the one that ``asyncio.get_event_loop()`` answers with."""
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
        """A task for *coroutine*, to be driven next. Raises :class:`LoopIsRunningError`."""
        if asyncio._get_running_loop() is not None:
            coroutine.close()
            raise LoopIsRunningError("a coroutine cannot be driven from code that the running event loop is executing")
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
        if limit is not None:
            limit.start(self.loop, task)
        try:
            if not to_its_end:
                self.loop.run_forever()
            elif self._is_known:
                self._run_until_done(task)
            else:
                self.loop.run_until_complete(task)
        except BaseException as error:  # noqa: BLE001  (raised again)
            if task.done() and not task.cancelled():
                task.exception()  # retrieved: asyncio shall not log it as lost
            if interrupts.take():
                raise KeyboardInterrupt().with_traceback(between_machinery(error)) from None
            if limit is not None and limit.expired:
                raise TimeoutError(limit.message) from None
            raise without_machinery(error)  # noqa: B904  (it is the same object)
        finally:
            interrupts.task = outer
            if limit is not None:
                limit.stop()
        if interrupts.pressed:
            interrupts.raise_pressed()
        if limit is not None and limit.expired:
            raise TimeoutError(limit.message)

    def _run_until_done(self, task: asyncio.Task[Any]) -> None:
        """What ``run_until_complete`` does, less what that must ask about a future that it has not seen before."""
        __tracebackhide__ = True
        task.add_done_callback(_stop_loop)
        try:
            self.loop.run_forever()
        finally:
            task.remove_done_callback(_stop_loop)
        if not task.done():
            raise RuntimeError(STOPPED)
        task.result()

    def accept_changes(self) -> Callable[[], None] | None:
        """Take the loop's present settings for right; return what puts the former ones back, if any."""
        return self._state.accept(self.loop)

    def is_clean(self) -> bool:
        """Whether surely nothing is to be undone, ended or closed on the loop; false where it takes a closer look."""
        return self._state.is_untouched(self.loop) and is_quiet(self.loop)

    def put_back(self) -> bool:
        """Undo what was done to the loop's settings; false when the loop was closed and must be replaced."""
        return not self.loop.is_closed() and self._state.restore(self.loop)

    def adopt_strays(self) -> None:
        """What was started without a word about its origin belongs to the scope that is being left."""
        if not self.loop.is_closed():
            lifetimes.adopt_strays(self.loop)

    def end_scope(self, scope: LoopScope, timeout: float) -> list[LeakedTask]:
        """Cancel and await (at most *timeout* seconds) the tasks of *scope*; close its async generators."""
        if is_quiet(self.loop) or self.loop.is_closed() or self.loop.is_running():
            return []
        leaked = end_tasks(self, scope, timeout)
        close_async_generators(self, scope)
        drop_stale_descriptors(self.loop)
        return leaked

    def close(self, timeout: float) -> list[LeakedTask]:
        """End everything on the loop; close it, unless it was adopted from a fixture that closes it itself."""
        gone = self.loop.is_closed()
        leaked = [] if gone else self.end_scope(SESSION, timeout)
        if self.adopted:
            if not gone:
                self.run(self.loop.shutdown_asyncgens())
                self.put_back()
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
    """Called when *task* is done; an exit that it raised has stopped the loop already."""
    if task.cancelled() or not isinstance(task.exception(), (SystemExit, KeyboardInterrupt)):
        task.get_loop().stop()


class Pool:
    """Every Runner of a session by its key, and the one whose loop is current."""

    running_loop = staticmethod(asyncio._get_running_loop)

    def __init__(
        self,
        *,
        factory: LoopFactory | None = None,
        debug: bool | None = None,
        timeout: float = 5.0,
        leaks: str = "cancel",
    ) -> None:
        self._factory = factory
        self.interrupts = Interrupts()
        self.timeout = timeout
        self._debug = debug
        self._leaks = leaks
        self._lost = 0
        self._former_loop = loop_policy.current_loop()
        self._runners: dict[tuple[object, object], LoopRunner] = {}
        self._first_policy = loop_policy.get_policy()
        self.current: LoopRunner | None = None

    def __len__(self) -> int:
        return len(self._runners)

    @property
    def runners(self) -> list[LoopRunner]:
        """Every live Runner, oldest first."""
        return list(self._runners.values())

    def default(self) -> LoopRunner:
        """The one Runner that everything shares unless the suite brings a reason for another."""
        found = self._runners.get(_DEFAULT)
        if found is not None and not found.loop.is_closed():
            return found
        found = self._live(_DEFAULT)
        return found if found is not None else self._first()

    def _live(self, key: tuple[object, object]) -> LoopRunner | None:
        found = self._runners.get(key)
        if found is None or not found.loop.is_closed():
            return found
        self._replace(found)
        return None

    def _replace(self, runner: LoopRunner) -> None:
        """Forget a Runner whose loop user code has closed; whether that did harm is for :meth:`put_back` to tell."""
        if not runner.adopted and (runner.used or runner.hosts):
            self._lost += 1
        self.discard(runner)

    def begin(self) -> None:
        """A new test begins: it has used no loop yet."""
        self._lost = 0
        for runner in self._runners.values():
            runner.used = False

    def _first(self) -> LoopRunner:
        present = loop_policy.get_policy()
        is_another_runners = any(runner.policy is present for runner in self._runners.values())
        with loop_policy.temporarily(self._first_policy if is_another_runners else None):
            inherited = loop_policy.idle_current_loop() if self._factory is None else None
            if inherited is None or self.known(inherited) is not None:
                return self._add(_DEFAULT, self._make(self._factory))
            if loop_policy.is_closed_by_its_maker(inherited):
                return self.adopt(inherited, _DEFAULT)
            return self._add(_DEFAULT, self._make(lambda: inherited))

    def get(self, key: object, owner: object, factory: LoopFactory | None, policy: object | None = None) -> LoopRunner:
        """The Runner of *(key, owner)*; the first use creates it with *factory* under *policy*."""
        found = self._live((key, owner))
        if found is None:
            with loop_policy.temporarily(policy):
                found = self._make(factory, policy)
            self._add((key, owner), found)
        return found

    def _make(self, factory: LoopFactory | None, policy: object | None = None) -> LoopRunner:
        return LoopRunner(
            self.interrupts,
            factory=factory,
            debug=self._debug,
            leaks=self._leaks,
            policy=policy,
            former_policy=self._first_policy,
        )

    def adopt(self, loop: asyncio.AbstractEventLoop, key: tuple[object, object] | None = None) -> LoopRunner:
        """A Runner that drives *loop*, which its maker closes."""
        return self._add(key or (loop, "adopted"), LoopRunner(self.interrupts, factory=lambda: loop, adopted=True))

    def _add(self, key: tuple[object, object], runner: LoopRunner) -> LoopRunner:
        self._runners[key] = runner
        self.interrupts.install()
        return runner

    def known(self, loop: object) -> LoopRunner | None:
        """The Runner that drives *loop*, if there is one."""
        return next((runner for runner in self._runners.values() if runner.loop is loop), None)

    def use(self, runner: LoopRunner) -> LoopRunner:
        """Make *runner*'s loop current, for synchronous code too."""
        self.current = runner
        if asyncio._get_running_loop() is None:
            runner.attach()
        return runner

    def has(self, key: object) -> bool:
        """Whether there is a Runner for factory or policy *key*."""
        return any(known == key for known, _ in self._runners)

    def discard_all(self, key: object) -> None:
        """Close every Runner for factory or policy *key*."""
        for (known, _), runner in list(self._runners.items()):
            if known == key:
                self.discard(runner)

    def discard(self, runner: LoopRunner) -> list[LeakedTask]:
        """Close *runner* and forget it."""
        for key, known in list(self._runners.items()):
            if known is runner:
                del self._runners[key]
        if self.current is runner:
            self.current = None
        leaked = runner.close(self.timeout)
        if runner.policy is not None:
            loop_policy.set_policy(runner.former_policy)
        return leaked

    def is_clean(self) -> bool:
        """Whether the last test surely left nothing behind: the usual case, told in a fraction of the time."""
        if self._lost:
            return False
        for runner in self._runners.values():
            if not runner.is_clean():
                return False
        current = self.current
        return current is None or current.is_current()

    def put_back(self) -> int:
        """Undo what user code did to the loops; return how many it closed under something that needed them."""
        for runner in list(self._runners.values()):
            if not runner.put_back():
                self._replace(runner)
        if self.current is not None and asyncio._get_running_loop() is None:
            self.current.attach()
        lost, self._lost = self._lost, 0
        return lost

    def close(self) -> list[LeakedTask]:
        """Close every Runner, the newest first, and give Ctrl-C back."""
        leaked: list[LeakedTask] = []
        while self._runners:
            _, runner = self._runners.popitem()
            leaked += runner.close(self.timeout)
        self.current = None
        self.interrupts.uninstall()
        if self._former_loop is not None and not self._former_loop.is_closed():
            asyncio.set_event_loop(self._former_loop)  # an outer session's, in this process
        return leaked
