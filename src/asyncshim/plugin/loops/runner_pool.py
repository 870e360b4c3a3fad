"""The pool of Runners: created when needed, restored after each test, closed once.

A Runner's key is *(loop factory, owner)*: by default the owner is the session and the factory
the platform's own, so there is exactly one.
"""

from __future__ import annotations

import asyncio

from asyncshim.plugin.loops import greenlets, loop_policy
from asyncshim.plugin.loops.interrupts import Interrupts
from asyncshim.plugin.loops.lifetimes import SESSION
from asyncshim.plugin.loops.own import OwnRunner
from asyncshim.plugin.loops.runners import Leak, LoopFactory, Runner

_DEFAULT = (None, SESSION)


class Pool:
    """All Runners of a session by their keys, and the one whose loop is current."""

    running_loop = staticmethod(asyncio._get_running_loop)
    set_aside = staticmethod(greenlets.set_aside)

    def __init__(
        self,
        *,
        factory: LoopFactory | None = None,
        debug: bool | None = None,
        timeout: float = 5.0,
        leaks: str = "cancel",
        loop_of_caller: object = None,
        lent: asyncio.AbstractEventLoop | None = None,
        managed: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._factory = factory
        self.interrupts = Interrupts()
        self.timeout = timeout
        self._debug = debug
        self._leaks = leaks
        self._loop_of_caller = loop_of_caller
        self.lent = lent
        self._managed = managed
        self._lost = 0
        self._former_loop = loop_policy.current_loop()
        self._runners: dict[tuple[object, object], Runner] = {}
        self._first_policy = loop_policy.get_policy()
        self.current: Runner | None = None

    def __len__(self) -> int:
        return len(self._runners)

    @property
    def runners(self) -> list[Runner]:
        """Every live Runner, oldest first."""
        return list(self._runners.values())

    def default(self) -> Runner:
        """Return the Runner that all tests share unless the suite needs another."""
        found = self._runners.get(_DEFAULT)
        if found is not None and not found.loop.is_closed():
            return found
        found = self._live(_DEFAULT)
        return found if found is not None else self._first()

    def _live(self, key: tuple[object, object]) -> Runner | None:
        found = self._runners.get(key)
        if found is None or not found.loop.is_closed():
            return found
        self._replace(found)
        return None

    def _replace(self, runner: Runner) -> None:
        """Forget a Runner whose loop user code has closed; :meth:`put_back` reports whether that did harm."""
        if not runner.adopted and (runner.used or runner.hosts):
            self._lost += 1
        self.discard(runner)

    def begin(self) -> None:
        """Start a new test, which has used no loop yet."""
        self._lost = 0
        for runner in self._runners.values():
            runner.used = False

    def _first(self) -> Runner:
        if self.lent is not None:
            from asyncshim.plugin.loops.lent import LentRunner

            return self._add(_DEFAULT, LentRunner(self.lent))
        if self._managed is not None:
            return self._add(_DEFAULT, self._of_managed(self._managed))
        present = loop_policy.get_policy()
        is_another_runners = any(runner.policy is present for runner in self._runners.values())
        with loop_policy.temporarily(self._first_policy if is_another_runners else None):
            inherited = loop_policy.idle_current_loop() if self._factory is None else None
            if inherited is None or self.known(inherited) is not None:
                return self._add(_DEFAULT, self._make(self._factory))
            if inherited is self._loop_of_caller or loop_policy.is_closed_by_its_maker(inherited):
                return self.adopt(inherited, _DEFAULT)
            return self._add(_DEFAULT, self._make(lambda: inherited))

    def _of_managed(self, loop: asyncio.AbstractEventLoop) -> Runner:
        from asyncshim.plugin.loops.nested import NestedRunner, may_nest

        return NestedRunner(self.interrupts, loop, self.timeout) if may_nest(loop) else self._adopted(loop)

    def present_loop(self) -> asyncio.AbstractEventLoop | None:
        """Return the loop that is driven now, if it is not lent; may be called in another thread."""
        task = self.interrupts.task
        return None if task is None else task.get_loop()

    def is_running(self) -> bool:
        """Return whether a running loop executes the caller, other than a managed loop that calls pytest."""
        loop = asyncio._get_running_loop()
        if loop is None or greenlets.set_aside():
            return False
        found = self._runners.get(_DEFAULT)
        return not (loop is self._managed and getattr(found, "is_outside", bool)())

    def get(self, key: object, owner: object, factory: LoopFactory | None, policy: object | None = None) -> Runner:
        """Return the Runner of *(key, owner)*; the first use creates it with *factory* under *policy*."""
        found = self._live((key, owner))
        if found is None:
            with loop_policy.temporarily(policy):
                found = self._make(factory, policy)
            self._add((key, owner), found)
        return found

    def _make(self, factory: LoopFactory | None, policy: object | None = None) -> Runner:
        return OwnRunner(
            self.interrupts,
            factory=factory,
            debug=self._debug,
            leaks=self._leaks,
            timeout=self.timeout,
            policy=policy,
            former_policy=self._first_policy,
        )

    def adopt(self, loop: asyncio.AbstractEventLoop, key: tuple[object, object] | None = None) -> Runner:
        """Return a Runner that drives *loop*, which its maker closes."""
        return self._add(key or (loop, "adopted"), self._adopted(loop))

    def _adopted(self, loop: asyncio.AbstractEventLoop) -> Runner:
        return OwnRunner(self.interrupts, factory=lambda: loop, adopted=True, timeout=self.timeout)

    def _add(self, key: tuple[object, object], runner: Runner) -> Runner:
        self._runners[key] = runner
        self.interrupts.install()
        return runner

    def known(self, loop: object) -> Runner | None:
        """Return the Runner that drives *loop*, if there is one."""
        return next((runner for runner in self._runners.values() if runner.loop is loop), None)

    def use(self, runner: Runner) -> Runner:
        """Make *runner*'s loop current, for synchronous code too."""
        self.current = runner
        if asyncio._get_running_loop() is None or greenlets.set_aside():
            runner.attach()
        return runner

    def has(self, key: object) -> bool:
        """Return whether there is a Runner for factory or policy *key*."""
        return any(known == key for known, _ in self._runners)

    def discard_all(self, key: object) -> None:
        """Close every Runner for factory or policy *key*."""
        for (known, _), runner in list(self._runners.items()):
            if known == key:
                self.discard(runner)

    def discard(self, runner: Runner) -> list[Leak]:
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
        """Return whether the last test certainly changed and leaked nothing. Fast, because this is the usual case."""
        if self._lost:
            return False
        for runner in self._runners.values():
            if not runner.is_clean():
                return False
        current = self.current
        return current is None or loop_policy.is_current(current.loop, current.policy or current.former_policy)

    def put_back(self, *, after_coroutine: bool = False) -> int:
        """Undo what user code did to the loops; return how many it closed under something that needed them.

        With *after_coroutine*, a loop that this has made current and left open is closed, as up to pytest-asyncio 0.21,
        if no other object holds it: a conftest may drive its own loop, a fixture may close it later.
        """
        for runner in list(self._runners.values()):
            if not runner.put_back():
                self._replace(runner)
        if self.current is not None and (asyncio._get_running_loop() is None or greenlets.set_aside()):
            left = loop_policy.idle_current_loop() if after_coroutine else None
            self.current.attach()
            if left is not None and self.known(left) is None and loop_policy.is_forsaken(left):
                left.close()
        lost, self._lost = self._lost, 0
        return lost

    def close(self) -> list[Leak]:
        """Close every Runner, the newest first, and restore the SIGINT handler."""
        leaked: list[Leak] = []
        greenlets.set_aside()
        while self._runners:
            _, runner = self._runners.popitem()
            leaked += runner.close(self.timeout)
        self.current = None
        self.interrupts.uninstall()
        if self._former_loop is not None and not self._former_loop.is_closed():
            asyncio.set_event_loop(self._former_loop)  # an outer session's, in this process
        greenlets.put_back()
        return leaked
