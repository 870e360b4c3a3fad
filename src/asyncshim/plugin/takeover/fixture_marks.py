"""``@pytest.mark.asyncio`` on a fixture: pytest 9 refuses it when the module is imported; it never had an effect."""

from __future__ import annotations

import functools
from typing import Any

from asyncshim.plugin.compat import pytest_compat


class Tolerance:
    """Drops the mark instead of refusing it, above and below ``@pytest.fixture``, between begin and end."""

    def __init__(self) -> None:
        self.uses: list[Any] = []
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
            marks = getattr(function, "__dict__", {}).get("pytestmark")
            if self._active and marks and all(mark.name == "asyncio" for mark in marks):
                del function.pytestmark
                self.uses.append(function)
            return original(marker, function)

        return call

    def _above(self, original: Any) -> Any:
        """Handle the mark above ``@pytest.fixture``: it gets a fixture."""

        @functools.wraps(original)
        def store_mark(obj: Any, mark: Any, **kwargs: Any) -> None:
            if self._active and mark.name == "asyncio" and pytest_compat.is_fixture_object(obj):
                self.uses.append(pytest_compat.function_of_fixture(obj))
                return
            if "stacklevel" in kwargs:  # of pytest 8, which warns about other marks
                kwargs["stacklevel"] += 1
            original(obj, mark, **kwargs)

        return store_mark
