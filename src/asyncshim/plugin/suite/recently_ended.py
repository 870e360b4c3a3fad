"""Name recently ended tasks and servers in the reports of tests that fail later, which may have needed them."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from typing import Any

import pytest

from asyncshim.plugin.suite.state import State

_MOST = 5
_TITLE = "ended by asyncshim at the end of earlier loop scopes"


class RecentlyEnded:
    """Registered when something is ended for the first time. Adds a section to the report of each failure."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._texts: deque[str] = deque(maxlen=_MOST)

    def note(self, ended: Iterable[object]) -> None:
        """Remember descriptions of what was ended, the last few."""
        self._texts.extend(map(str, ended))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        """Name what was ended, if code failed that has used a loop."""
        report: Any = yield
        if report.failed and self._state.has_used_loop:
            failure: str = report.longreprtext
            texts = [text for text in self._texts if text not in failure]
            if texts:
                report.sections.append((_TITLE, "\n".join(texts)))
        return report


def note(state: State, ended: Iterable[object]) -> None:
    """Remember what was ended at the end of a loop scope."""
    known: RecentlyEnded | None = state.scopes.ended
    if known is None:
        known = state.scopes.ended = RecentlyEnded(state)
        state.config.pluginmanager.register(known)
    known.note(ended)
