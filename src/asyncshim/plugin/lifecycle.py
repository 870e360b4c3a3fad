"""One pytest session under asyncshim: its settings, its pool of Runners, the beginning and the end of each item."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.choose import loop_factories
from asyncshim.plugin.choose.loop_scopes import LoopScopes
from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.compat.warning_types import LoopClosedWarning
from asyncshim.plugin.loops.late_import import LateImport
from asyncshim.plugin.run import tests
from asyncshim.plugin.suite import conftest_runners, marks
from asyncshim.plugin.suite.options import load_factory, read_mode
from asyncshim.plugin.suite.overrides import Overrides
from asyncshim.plugin.suite.usage import Usage
from asyncshim.plugin.takeover import claim

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from pathlib import Path

    from asyncshim.plugin.loops.lifetimes import LeakedTask
    from asyncshim.plugin.loops.loop_policy import CurrentLoop
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import LoopRunner
    from asyncshim.plugin.loops.time_limit import TimeLimit
    from asyncshim.plugin.run.fixtures import Known
    from asyncshim.plugin.suite.options import Settings

_UNREAD = "unread"
# Begins as pytest-asyncio's warning does, so that the filters of a suite go on working.
_CLOSED = """\
An exception occurred during teardown of an asyncio.Runner: {nodeid} closed the event loop that it shares with other \
tests. They get a new one; what lived on the old one is lost."""


class Shim:
    """The state of one session, found in ``config.stash``. Imports asyncio only when something async is met."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.session: pytest.Session | None = None
        self.item: pytest.Item | None = None
        self.lent_loop: AbstractEventLoop | None = None  # by asyncshim.Plugin
        self.defers = False  # to a conftest that runs coroutines by hand
        self.loop_factories = loop_factories.Factories()
        self.has_policy_override = False
        self.legacy = Usage(settings.legacy, str(config.rootpath))
        self._pool: Pool | None = None
        self._current_loop: CurrentLoop | None = None
        self._late_import: LateImport | None = None
        self.scopes = LoopScopes(self)
        self.scope_of_set_up: Any = "function"  # of the sync fixture that may be the first to need a loop
        self.loop_fixtures: list[pytest.FixtureDef[Any]] = []  # those of ours that hold a loop
        self.overrides = Overrides(self)
        self.ending: list[LoopRunner] = []  # those of the present test alone
        self._deferring: list[Path] | None = None  # the folders of those conftests
        self._marked_fixtures: list[Any] = []
        self.is_marked = False  # whether the suite has marked the present item in any way
        self.has_loop_override = False
        self.known_fixtures: dict[object, Known] = {}
        self._is_shared = False  # whether every test that has no mark runs on the one shared loop
        # Whether a test that has no mark has no limit and starts what it starts in the function.
        self.is_plain = settings.test_loop_scope == "function" and not settings.timeout
        self._mode: str | None = _UNREAD

    # What runs where

    @property
    def pool(self) -> Pool:
        """The Runners, made when first needed."""
        if self._pool is None:
            from asyncshim.plugin.loops.runner_pool import Pool

            settings = self.settings
            factory = load_factory(settings.loop_factory)
            self._pool = Pool(
                factory=factory,
                debug=settings.debug,
                timeout=settings.cancel_timeout,
                leaks=settings.leaks,
                loop_of_caller=self._place.loop_of_caller,
                lent=self.lent_loop,
            )
            self.watch_current_loop()
            if self.item is not None:
                self.scopes.enter(self.item, self.scope_of_set_up)
        return self._pool

    @property
    def is_awake(self) -> bool:
        """Whether something async was met, and there is a pool."""
        return self._pool is not None

    @property
    def _place(self) -> claim.Place:
        found: claim.Place | None = self.config.pluginmanager.get_plugin(claim.PLACE)
        assert found is not None
        return found

    @property
    def is_simple(self) -> bool:
        """Whether everything runs on the one shared loop, overrides of ``event_loop`` aside."""
        return self.settings.runner == "session" and not self.loop_factories.in_use and not self.has_policy_override

    def shared_runner(self) -> LoopRunner | None:
        """The Runner of every test that has no mark; ``None`` in a suite where that depends on the test."""
        if not self._is_shared:
            return None
        pool = self.pool if self._pool is None else self._pool
        runner = pool.current = pool.default()
        return runner

    def limit(self, what: str, seconds: float | None = None) -> TimeLimit | None:
        """The time limit of *what*: *seconds*, or else the suite's; ``None`` for 0."""
        seconds = self.settings.timeout if seconds is None else seconds
        if not seconds:
            return None
        from asyncshim.plugin.loops.time_limit import TimeLimit

        return TimeLimit(seconds, what)

    @property
    def mode(self) -> str | None:
        """The mode in force: a conftest may set ``config.option.asyncio_mode`` until collection begins."""
        if self.session is None:
            return read_mode(self.config)
        if self._mode is _UNREAD:
            self._mode = read_mode(self.config)
        return self._mode

    # One item

    def begin(self, item: pytest.Item) -> None:
        """Before an item is set up."""
        self.item = item
        if self._deferring is None:
            self._begin_to_run()
        if self._deferring:
            self.defers = any(item.path.is_relative_to(folder) for folder in self._deferring)
        if self._pool is not None:
            self._pool.begin()
            if not self.scopes.is_in_function:
                self.scopes.enter(item, "function")
        if self._current_loop is None:
            self.watch_current_loop()
        else:
            self._current_loop.install()
        while self._marked_fixtures:
            self.legacy.note_function("ASH105", self._marked_fixtures.pop(0))
        found = marks.of(item)
        self.is_marked = not marks.is_plain(found)
        if self.is_marked or "hypothesis" in sys.modules or "event_loop" in getattr(item, "fixturenames", ()):
            tests.check(self, item, found)
            loop_factories.check(item, found)
        if self.loop_factories.in_use:
            loop_factories.tear_down_others(self, item)
        if self.loop_fixtures or self.has_loop_override:
            from asyncshim.plugin.choose import event_loop

            event_loop.prepare(self, item)

    def _begin_to_run(self) -> None:
        """Everything is collected, the first item is about to be set up."""
        self._marked_fixtures = self._place.fixture_marks.uses
        self._deferring = conftest_runners.folders(self.config, is_strict=self.mode == "strict")
        self.has_loop_override = self.overrides.exist("event_loop")
        self._is_shared = self.is_simple and not self.has_loop_override

    def end(self) -> None:
        """After the fixtures of the present item were torn down: end what it started, undo what it did to the loops."""
        __tracebackhide__ = True
        pool = self._pool
        if pool is None or (not self.ending and pool.is_clean()):
            return
        item = self.item
        is_async = tests.coroutine_function_of(getattr(item, "obj", None)) is not None
        has_closed_loop = pool.put_back(after_coroutine=is_async)
        leaked: list[LeakedTask] = []
        while self.ending:
            leaked += pool.discard(self.ending.pop())
        leaked += self.scopes.end()
        try:
            if has_closed_loop and item is not None:
                item.warn(LoopClosedWarning(_CLOSED.format(nodeid=item.nodeid)))
        finally:
            if leaked:
                self.scopes.report(leaked)

    def watch_current_loop(self) -> None:
        """Let ``asyncio.get_event_loop()`` answer in synchronous code, once somebody has imported asyncio."""
        if self._current_loop is not None or "asyncio" in sys.modules:
            self.current_loop.install()
        elif self._late_import is None:
            self._late_import = LateImport(self._asyncio_has_come)
            self._late_import.begin()

    def _asyncio_has_come(self) -> None:
        if "asyncshim.plugin.loops.loop_policy" not in sys.modules:  # else it is being imported
            self.current_loop.install()

    @property
    def current_loop(self) -> CurrentLoop:
        """What ``asyncio.get_event_loop()`` answers while no coroutine runs."""
        if self._current_loop is None:
            from asyncshim.plugin.loops.loop_policy import CurrentLoop

            self._current_loop = CurrentLoop(lambda: (self.pool.current or self.pool.default()).loop)
        return self._current_loop

    def postpone(self, interrupt: KeyboardInterrupt) -> None:
        """Raise Ctrl-C, which came in the middle of a tear-down, when that is over."""
        from asyncshim.plugin.compat.postponed import Postponed

        self.pool.interrupts.postpone(interrupt)
        manager = self.config.pluginmanager
        manager.register(Postponed(manager, self.pool.interrupts))

    def begin_to_finish(self) -> None:
        """The session is over; an interrupted test is still set up."""
        self.scopes.is_finishing = True
        if self.item is not None:
            pytest_compat.when_fixtures_of_item_ended(self.item, self.end)

    def finish(self, session: pytest.Session | None = None) -> None:
        """Close every loop."""
        pool, self._pool = self._pool, None
        try:
            if pool is not None:
                self.scopes.report(pool.close())
                pool.interrupts.raise_postponed()
        except KeyboardInterrupt:  # pytest, which is about to exit, would show a traceback
            if session is not None:
                session.exitstatus = pytest.ExitCode.INTERRUPTED
        if self._late_import is not None:
            self._late_import.end()
        self.scopes.finish()
        if self._current_loop is not None:
            self._current_loop.uninstall()
            self._current_loop = None


SHIM = pytest.StashKey[Shim]()


def shim_of(config: pytest.Config) -> Shim | None:
    """The session's state; ``None`` when asyncshim was told to stay out (``-p no:asyncio``)."""
    return config.stash.get(SHIM, None)
