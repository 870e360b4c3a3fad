"""Tasks of earlier loop scopes that ignored their cancellation: named in the reports of tests that fail beside them."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING, Any

import pytest

from asyncshim.plugin.suite.state import State

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Leak

_TITLE = "still running on the shared loop"
_WAY_OUT = "They may have disturbed this test: @pytest.mark.own_runner gives a test an event loop of its own."


class StillRunning:
    """Registered at the first such task."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._tasks: list[Leak] = []

    def note(self, tasks: Iterable[Leak]) -> None:
        """Remember abandoned tasks."""
        self._tasks += tasks

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Name the tasks that other tests started, if code failed that used a loop beside them."""
        report: Any = yield
        if report.failed and self._state.has_used_loop and not any(item.iter_markers("own_runner")):
            tasks = [task for task in self._tasks if task.starter != item.nodeid]
            if tasks:
                report.sections.append((_TITLE, "\n".join([*map(_described, tasks), _WAY_OUT])))
        return report


def _described(task: Leak) -> str:
    return f"{task.kind} {task.name}, created at {task.created} by {task.starter}"


def note(state: State, leaked: Iterable[Leak]) -> None:
    """Remember the tasks among *leaked* that ignored their cancellation."""
    abandoned = [task for task in leaked if task.stubborn]
    if not abandoned:
        return
    if state.scopes.still_running is None:
        state.scopes.still_running = StillRunning(state)
        state.config.pluginmanager.register(state.scopes.still_running)
    state.scopes.still_running.note(abandoned)
