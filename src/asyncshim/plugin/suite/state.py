"""The state of one pytest session under asyncshim: data only, found in ``config.stash``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asyncshim.plugin.suite.options import Settings, read_mode
from asyncshim.plugin.suite.usage import Usage

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from pathlib import Path

    from asyncshim.plugin.loops.late_import import LateImport
    from asyncshim.plugin.loops.loop_policy import CurrentLoop
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import LoopFactory, LoopScope, Runner

_UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is the same for every test of the session; made at the first set-up, when everything is collected."""

    is_made: bool = False
    one_loop: bool = False  # everything runs on the one shared loop, overrides of ``event_loop`` aside
    is_shared: bool = False
    """Each test without a mark runs on the shared loop: the suite has no override of ``event_loop`` either."""
    is_direct: bool = False  # the same, and such a test has no time limit and no loop scope but its own
    has_loop_override: bool = False
    has_policy_choice: bool = False
    has_loop_factories: bool = False
    deferring: tuple[Path, ...] = ()  # the folders of the conftest files that run coroutines themselves


class KnownFixture(NamedTuple):
    """What is known of an async fixture that was set up before."""

    function: Callable[..., Any]
    is_forced: bool
    make_adapter: Callable[..., Callable[..., Any]]
    loop_scope: str


class FixtureOnFactory(NamedTuple):
    """A fixture that lives on a loop of *factory*, and what tears it down."""

    factory: LoopFactory
    finish: Callable[[], None]


@dataclass(slots=True)
class LoopFactories:
    """The loop factories that the session's hooks gave, and the fixtures that live on the loop of one."""

    in_use: bool = False
    known: dict[tuple[str, object], LoopFactory] = field(default_factory=dict[tuple[str, object], "LoopFactory"])
    fixtures: dict[object, FixtureOnFactory] = field(default_factory=dict[object, FixtureOnFactory])


@dataclass(slots=True)
class Scopes:
    """The loop scopes that have begun, by the node that each ends with."""

    lifetimes: Any = None  # the module ``loops.lifetimes``, from the moment when there is a pool
    nodes: dict[object, LoopScope] = field(default_factory=dict[object, "LoopScope"])
    present_test: object = None  # what names the present test in messages, whenever they are made
    is_in_function: bool = False  # what is started now belongs to the test
    of_set_up: Any = "function"
    """The scope of the synchronous fixture that is being set up: it may be the first to need a loop."""
    outer_place: object = None  # the scope in which an outer session in this process starts things
    is_finishing: bool = False
    unreported: list[str] = field(default_factory=list[str])  # messages about leaked tasks for which no test was left


@dataclass(slots=True, eq=False)
class State:
    """What one session knows. asyncio is imported only when the first async test or fixture is met."""

    config: pytest.Config
    settings: Settings
    legacy: Usage
    plan: Plan = field(default_factory=Plan)
    session: pytest.Session | None = None
    item: pytest.Item | None = None
    is_marked: bool = False  # whether the suite has put a mark on the present item
    defers: bool = False  # whether the present item is left to a conftest that runs coroutines itself

    has_policy_choice: bool = False  # whether the suite chooses event loop policies, as far as it is collected
    loop_factories: LoopFactories = field(default_factory=LoopFactories)
    existing_overrides: dict[str, bool] = field(default_factory=dict[str, bool])
    marked_fixtures: list[Any] = field(default_factory=list[Any])
    """Functions of fixtures with an asyncio mark, not counted yet."""
    known_fixtures: dict[object, KnownFixture] = field(default_factory=dict[object, KnownFixture])
    loop_fixtures: list[pytest.FixtureDef[Any]] = field(default_factory=list[pytest.FixtureDef[Any]])
    """The fixtures of asyncshim whose present value is a loop."""

    pool: Pool | None = None  # the Runners: ``None`` until something async is met
    scopes: Scopes = field(default_factory=Scopes)
    ending: list[Runner] = field(default_factory=list["Runner"])  # the Runners that end with the present item
    lent_loop: AbstractEventLoop | None = None  # the loop of ``asyncshim.Plugin``
    loop_of_caller: object = None  # the loop that was current when ``pytest.main()`` was called
    current_loop: CurrentLoop | None = None
    late_import: LateImport | None = None
    _mode: str | None = _UNREAD

    @property
    def mode(self) -> str | None:
        """The mode in force: a conftest may set ``config.option.asyncio_mode`` until collection begins."""
        if self.session is None:
            return read_mode(self.config)
        if self._mode is _UNREAD:
            self._mode = read_mode(self.config)
        return self._mode


STATE = pytest.StashKey[State]()


def state_of(config: pytest.Config) -> State | None:
    """Return the session's state; ``None`` when asyncshim is turned off (``-p no:asyncio``)."""
    return config.stash.get(STATE, None)
