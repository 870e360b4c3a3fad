"""Time limits of tests and fixtures: the marker's, else the suite's."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.time_limit import TimeLimit

_WRONG = "mark.asyncshim_timeout takes one number of seconds, 0 or more, not"


def limit_of_fixture(state: State, name: str) -> TimeLimit | None:
    """Return the time limit of the async fixture *name*, if the suite has one."""
    return _limit(f"the async fixture {name!r}", state.settings.timeout) if state.settings.timeout else None


def limit_of_test(state: State, nodeid: str, mark: pytest.Mark | None) -> TimeLimit | None:
    """Return the time limit of the test *nodeid*, whose marker ``asyncshim_timeout`` is *mark*, if it has one."""
    seconds = state.settings.timeout if mark is None else _seconds_of(mark, nodeid)
    return _limit(nodeid, seconds) if seconds else None


def _limit(what: str, seconds: float) -> TimeLimit:
    from asyncshim.plugin.loops.time_limit import TimeLimit

    return TimeLimit(seconds, what)


def _seconds_of(mark: pytest.Mark, nodeid: str) -> float:
    values = [*mark.args, *mark.kwargs.values()]
    if len(values) == 1 and set(mark.kwargs) <= {"seconds"}:
        with contextlib.suppress(TypeError, ValueError):
            seconds = float(values[0])
            if 0 <= seconds < float("inf"):
                return seconds
    given = ", ".join([*map(repr, mark.args), *(f"{name}={value!r}" for name, value in mark.kwargs.items())])
    pytest.fail(f"{nodeid}: {_WRONG} ({given})", pytrace=False)
