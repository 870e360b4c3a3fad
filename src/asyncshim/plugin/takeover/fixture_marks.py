"""Marks on fixtures: pytest 9 refuses them when the module is imported; they never had an effect.

``@pytest.mark.asyncio`` and ``@pytest.mark.usefixtures("event_loop")`` are ignored and counted, other marks are ignored
if ``asyncshim_fixture_marks`` says so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from asyncshim.plugin.compat import pytest_compat


class Tolerance:
    """Drops marks instead of refusing them, above and below ``@pytest.fixture``, between begin and end."""

    def __init__(self, ignores_all: Callable[[], bool] = lambda: False) -> None:
        self.uses: list[tuple[str, Any]] = []  # what rule removes the mark, and the function below it
        self.when_used: Callable[[], None] | None = None  # called after one was added
        self._ignores_all = ignores_all
        self._active = False
        self._undo: list[tuple[Any, str, Any, Any]] = []

    def begin(self) -> None:
        """Wrap the two functions of pytest that refuse the mark."""
        self._active = True
        marker, store = pytest_compat.fixture_marker_class(), pytest_compat.mark_storing_module()
        self._replace(marker, "__call__", self._below(marker.__call__))
        self._replace(store, "store_mark", self._above(store.store_mark))

    def end(self) -> None:
        """Restore pytest's functions; a wrapper that another plugin has wrapped stays, without effect."""
        self._active = False
        while self._undo:
            owner, name, original, replacement = self._undo.pop()
            if getattr(owner, name) is replacement:
                setattr(owner, name, original)

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        self._undo.append((owner, name, getattr(owner, name), replacement))
        setattr(owner, name, replacement)

    def _below(self, original: Any) -> Any:
        """Handle ``@pytest.fixture`` above the mark: it gets a marked function."""

        @functools.wraps(original)
        def call(marker: Any, function: Any) -> Any:
            if self._active and self._drop(function, getattr(function, "__dict__", {}).get("pytestmark") or ()):
                del function.pytestmark
            return original(marker, function)

        return call

    def _above(self, original: Any) -> Any:
        """Handle the mark above ``@pytest.fixture``: it gets a fixture."""

        @functools.wraps(original)
        def store_mark(obj: Any, mark: Any, **kwargs: Any) -> None:
            is_on_fixture = self._active and pytest_compat.is_fixture_object(obj)
            if is_on_fixture and self._drop(pytest_compat.function_of_fixture(obj), (mark,)):
                return
            if "stacklevel" in kwargs:  # of pytest 8, which warns about other marks
                kwargs["stacklevel"] += 1
            original(obj, mark, **kwargs)

        return store_mark

    def _drop(self, function: Any, marks: Iterable[Any]) -> bool:
        """Return whether all *marks* on *function* are ignored; count those of pytest-asyncio."""
        codes = [_rule_for(mark) for mark in marks]
        if not codes or not (all(codes) or self._ignores_all()):
            return False
        self.uses += ((code, function) for code in codes if code is not None)
        if self.when_used is not None:
            self.when_used()
        return True


def _rule_for(mark: Any) -> str | None:
    """Return the code of the rule that removes *mark*; ``None`` for a mark that has nothing to do with asyncio."""
    if mark.name == "asyncio":
        return "ASH105"
    is_of_loop = mark.name == "usefixtures" and mark.args and all(name == "event_loop" for name in mark.args)
    return "ASH308" if is_of_loop else None
