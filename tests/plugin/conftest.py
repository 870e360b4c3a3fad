"""Fixtures for the tests of the plugin."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import pytest

from house import alarms as _alarms
from house import idle_clock as _idle_clock
from house.foreign import Installer
from house.loops import Loops

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runner_pool import Pool
    from asyncshim.plugin.loops.runners import Runner

OURS = {"asyncshim", "pytest_asyncio"}


@pytest.fixture(scope="session")
def _others() -> list[str]:
    """Plugins that would only cost time: a test that wants one says ``-p NAME``."""
    return sorted({f"-p no:{entry.name}" for entry in entry_points(group="pytest11") if entry.name not in OURS})


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, _others: list[str]) -> pytest.Pytester:
    """A pytest below this one: its tests run in the order in which they are written, with nobody else's settings."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(["-p no:cacheprovider", *_others]))
    for name in ("ASYNCSHIM_RUNNER", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE"):
        monkeypatch.delenv(name, raising=False)
    return pytester


@pytest.fixture
def idle_clock(pytester: pytest.Pytester) -> None:
    """For the event loops of nested sessions, time passes only while they have nothing else to do."""
    pytester.makeconftest(inspect.getsource(_idle_clock))


@pytest.fixture
def alarms(pytester: pytest.Pytester) -> None:
    """Nested sessions can import `alarms`."""
    pytester.makepyfile(alarms=inspect.getsource(_alarms))


@pytest.fixture
def loops(monkeypatch: pytest.MonkeyPatch) -> Loops:
    """Those that are made and closed from now on."""
    loops = Loops()
    make, close = asyncio.BaseEventLoop.__init__, asyncio.BaseEventLoop.close

    def counting_make(self: asyncio.BaseEventLoop) -> None:
        loops.made.append(self)
        make(self)

    def counting_close(self: asyncio.BaseEventLoop) -> None:
        if not self.is_closed():
            loops.closed.append(self)
        close(self)

    monkeypatch.setattr(asyncio.BaseEventLoop, "__init__", counting_make)
    monkeypatch.setattr(asyncio.BaseEventLoop, "close", counting_close)
    return loops


@pytest.fixture(scope="session")
def installer(tmp_path_factory: pytest.TempPathFactory) -> Installer:
    """Other people's plugins."""
    return Installer(tmp_path_factory.mktemp("foreign"))


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Runners without pytest between them and the test."""
    from asyncshim.plugin.loops.runner_pool import (
        Pool,  # as late as the plugin imports it, or sessions inside tests would find it
    )

    asyncio.set_event_loop(None)
    pool = Pool(timeout=0.1)
    yield pool
    pool.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def runner(pool: Pool) -> Runner:
    """The one that everything shares by default."""
    return pool.use(pool.default())
