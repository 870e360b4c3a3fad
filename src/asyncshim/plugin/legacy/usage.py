"""Uses of old features, counted by rule code; shown, warned about or failed on as ``asyncshim_legacy`` says."""

from __future__ import annotations

import warnings
from collections import Counter
from types import CodeType
from typing import Any

import pytest

from asyncshim.plugin.legacy import marks
from asyncshim.plugin.warning_types import LegacyUsageWarning

MESSAGES = {
    "ASH101": "@pytest.mark.asyncio is not needed: async tests run without it",
    "ASH102": "pytestmark = pytest.mark.asyncio is not needed: async tests run without it",
    "ASH105": "@pytest.mark.asyncio on a fixture has no meaning, and pytest 9 refuses it",
    "ASH106": "@pytest.mark.asyncio on a function that is not async has no meaning",
    "ASH201": "@pytest_asyncio.fixture is not needed: @pytest.fixture takes async functions",
    "ASH302": "the fixture event_loop was removed in pytest-asyncio 1.0: use asyncio.get_running_loop()",
    "ASH305": "overriding the fixture event_loop has had no effect since pytest-asyncio 1.0",
    "ASH307": "overriding the fixture event_loop_policy is deprecated since pytest-asyncio 1.3",
}


class Usage:
    """The old features that this session used, each place once."""

    def __init__(self, reaction: str) -> None:
        self.reaction = reaction
        self._places: set[tuple[str, str, int]] = set()

    def counts(self) -> dict[str, int]:
        """How many places use what each rule would rewrite."""
        return dict(sorted(Counter(code for code, _, _ in self._places).items()))

    def note(self, code: str, path: str, line: int) -> None:
        """One use at *path*, *line*. Warns or fails the present test, once for each place, if the suite wants that."""
        place = (code, path, line)
        if place in self._places and self.reaction != "error":
            return
        self._places.add(place)
        message = f"{code} {MESSAGES[code]}; `python -m asyncshim migrate` rewrites it"
        if self.reaction == "warn":
            warnings.warn_explicit(LegacyUsageWarning(message), LegacyUsageWarning, path, line)
        elif self.reaction == "error":
            pytest.fail(f"{path}:{line}: {message} (asyncshim_legacy = error)", pytrace=False)

    def note_function(self, code: str, function: Any) -> None:
        """One use by *function*."""
        found: CodeType | None = getattr(getattr(function, "__func__", function), "__code__", None)
        if found is not None:
            self.note(code, found.co_filename, found.co_firstlineno)

    def note_item(self, item: pytest.Function, mark: pytest.Mark | None, *, is_async: bool) -> None:
        """What a test itself uses: the marker, the fixture ``event_loop``."""
        if "event_loop" in item._fixtureinfo.argnames:
            self.note_function("ASH302", item.obj)
        if mark is None or mark is marks.ASYNCIO.mark:
            return
        if mark in item.own_markers:
            self.note_function("ASH101" if is_async else "ASH106", item.obj)
        elif is_async:
            owner = next((node for node in item.listchain() if mark in node.own_markers), item)
            self.note("ASH102", str(owner.path), 1)
