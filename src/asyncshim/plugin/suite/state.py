"""The state of one pytest session under asyncshim: data only, found in ``config.stash``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.suite.frozen import Frozen
from asyncshim.plugin.suite.options import Settings, read_mode
from asyncshim.plugin.suite.usage import Usage

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from pathlib import Path
    from typing import Protocol

    from asyncshim.plugin.findings.collection import Findings
    from asyncshim.plugin.loops.late_import import LateImport
    from asyncshim.plugin.loops.loop_policy import CurrentLoop
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import HeldScope, LoopFactory, LoopScope, Runner
    from asyncshim.plugin.suite.hang_reports import HangReports

    class GivenLoop(Protocol):
        """A context manager that makes another loop current for a block."""

        def present_loop(self) -> AbstractEventLoop | None:
            """Return the loop for what runs in the block; ``None`` if there is none."""
            ...

    class Guards(Protocol):
        """Makes what surrounds async tests and fixtures: a ``run.guards.Guard``."""

        def of_test(self, item: pytest.Function, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
            """Return the guard of a test that is called with *arguments*; ``None`` if it has none."""

        def of_fixture(
            self,
            fixturedef: pytest.FixtureDef[Any],
            request: pytest.FixtureRequest,
            function: Callable[..., Any],
            arguments: Mapping[str, Any],
        ) -> Any:
            """Return the guard of a fixture that is called with *arguments*; ``None`` if it has none."""

        def interrupted(self) -> None:
            """Called at Ctrl-C, before the running test or fixture cleans up."""

    class Checks(Protocol):
        """The checks of each phase of a test: a ``checks.phases.RegisteredChecks``."""

        def watch(self, pool: Pool) -> None:
            """Called when the session gets its loop."""

        def stop(self, session: pytest.Session | None) -> None:
            """Called at the end of the session."""


_UNREAD = "unread"


class SessionPlan(Frozen):
    """Facts that are the same for every test of the session; made at the first set-up, after collection."""

    is_made: bool = False
    one_loop: bool = False  # everything runs on the one shared loop, overrides of ``event_loop`` aside
    is_shared: bool = False  # each test without a mark runs on it: there is no override of ``event_loop`` either
    is_direct: bool = False  # the same, and such a test has no time limit and no loop scope but its own
    has_loop_override: bool = False
    has_policy_choice: bool = False
    has_loop_factories: bool = False
    announces_runners: bool = False  # by setting up a fixture: a plugin waits for it
    outer_loop: object = None  # the loop that is running while pytest does
    deferring: tuple[Path, ...] = ()  # the folders of the conftest files that run coroutines themselves


class KnownFixture(Frozen):
    """Cached facts about an async fixture that was set up before."""

    function: Callable[..., Any]
    is_forced: bool
    make_adapter: Callable[..., Callable[..., Any]]
    loop_scope: str


class FixtureOnFactory(Frozen):
    """A fixture that lives on a loop of *factory*, and what tears it down."""

    factory: LoopFactory
    finish: Callable[[], None]


class LoopFactories:
    """The loop factories that the session's hooks gave, and the fixtures that live on the loop of one."""

    def __init__(self) -> None:
        self.in_use = False
        self.known: dict[tuple[str, object], LoopFactory] = {}
        self.fixtures: dict[object, FixtureOnFactory] = {}


class GivenLoops:
    """The blocks that have begun and not ended, the innermost last, and what was there before each."""

    def __init__(self) -> None:
        self.blocks: list[GivenLoop] = []
        self.former_runners: list[Runner | None] = []
        self.former_providers: list[Callable[[], AbstractEventLoop] | None] = []


class Scopes:
    """The loop scopes that have begun, by the node that each ends with."""

    def __init__(self) -> None:
        self.lifetimes: Any = None  # the module ``loops.lifetimes``, from the moment when there is a pool
        self.nodes: dict[object, LoopScope] = {}
        self.fixtures: dict[pytest.FixtureDef[Any], pytest.Item | pytest.Collector] = {}  # set up, wider than a test
        self.before: dict[pytest.FixtureRequest, dict[Runner, object]] = {}  # changes of each loop before a set-up
        self.held: dict[object, HeldScope] = {}  # of what the fixtures of a node hold
        self.present_test: object = None  # what names the current test in messages, whenever they are made
        self.is_in_function = False  # what is started now belongs to the test
        self.of_set_up: Any = "function"  # of the sync fixture that is set up: it may be the first to need a loop
        self.outer_place: object = None  # the scope in which an outer session in this process starts things
        self.are_joined = False  # what tests leave lives until the session ends, as with alt-pytest-asyncio
        self.is_finishing = False
        self.ended: Any = None  # a ``suite.recently_ended.RecentlyEnded``, from the first thing that was ended
        self.still_running: Any = None  # a ``suite.still_running.StillRunning``, from the first abandoned task
        self.unreported: list[str] = []  # messages about leaked tasks for which no test was left


class State:
    """The state of one session. asyncio is imported only at the first async test or fixture."""

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        marked_fixtures: list[tuple[str, Any]],
        loop_of_caller: object,
    ) -> None:
        self.config = config
        self.settings = settings
        self.legacy = Usage(settings.legacy, str(config.rootpath))
        self.plan = SessionPlan()
        self.session: pytest.Session | None = None
        self.item: pytest.Item | None = None
        self.original: Any = None  # the function of the async test that is running
        self.debugger: Any = None  # a ``run.debugger.Debugger`` while ``--trace`` runs an async test
        self.is_marked = False  # whether the suite has put a mark on the present item
        self.defers = False  # whether the present item is left to a conftest that runs coroutines itself
        self.has_policy_choice = False  # whether the suite chooses event loop policies, as far as it is collected
        self.loop_factories = LoopFactories()
        self.existing_overrides: dict[str, bool] = {}
        self.marked_fixtures = marked_fixtures  # with a mark that a rule removes, not counted yet
        self.known_fixtures: dict[object, KnownFixture] = {}
        self.loop_fixtures: list[pytest.FixtureDef[Any]] = []  # those of asyncshim whose present value is a loop
        self.pool: Pool | None = None  # the Runners: ``None`` until something async is met
        self.hang_reports: HangReports | None = None  # from the moment when there is a pool
        self.checks: Checks | None = None  # if the suite asks for one
        self.findings: Findings | None = None  # if a report or a baseline is asked for
        self.scopes = Scopes()
        self.ending: list[Runner] = []  # the Runners that end with the present item
        self.winding_down: dict[AbstractEventLoop, Callable[[], None]] = {}  # of adopted loops
        self.held_loops: set[AbstractEventLoop] = set()  # of overrides, held by modules: closed with the session
        self.holds_new_loops: dict[object, bool] = {}  # by override: whether a module holds what it makes
        self.lent_loop: AbstractEventLoop | None = None  # the loop of ``asyncshim.Plugin``
        self.managed_loop: AbstractEventLoop | None = None  # the loop of ``AltPytestAsyncioPlugin``
        self.given_loops = GivenLoops()  # of context managers
        self.guards: Guards | None = None  # where alt-pytest-asyncio is enabled
        self.loop_of_caller = loop_of_caller  # the loop that was current when ``pytest.main()`` was called
        self.current_loop: CurrentLoop | None = None
        self.late_import: LateImport | None = None
        self._mode: str | None = _UNREAD
        self._resume: Callable[[], None] | None = None

    def pause(self, resume: Callable[[], None]) -> None:
        """Set up items without asyncshim until :meth:`resume`, which calls *resume*."""
        self._resume = resume

    def resume(self) -> None:
        """Called when something async is met, or the item must be known: each item is prepared for again."""
        resume, self._resume = self._resume, None
        if resume is not None:
            resume()

    @property
    def mode(self) -> str | None:
        """The current mode: a conftest may set ``config.option.asyncio_mode`` until collection begins."""
        if self.session is None:
            return read_mode(self.config)
        if self._mode is _UNREAD:
            self._mode = read_mode(self.config)
        return self._mode

    @property
    def has_used_loop(self) -> bool:
        """Whether a loop of the pool ran since the current test began."""
        return self.pool is not None and any(runner.used for runner in self.pool.runners)


STATE = pytest.StashKey[State]()


def state_of(config: pytest.Config) -> State | None:
    """Return the session's state; ``None`` when asyncshim is turned off (``-p no:asyncio``)."""
    return config.stash.get(STATE, None)
