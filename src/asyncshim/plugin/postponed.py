"""Ctrl-C amid the tear-down of an async fixture: the other fixtures are torn down first, then pytest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asyncshim.plugin.interrupts import Interrupts


class Postponed:
    """Registered when that has happened: what pytest calls next, after all of a tear-down, raises the interrupt."""

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> None:
        """Raise it; there is no report of such a tear-down."""
        __tracebackhide__ = True
        item.config.pluginmanager.unregister(self)
        self._interrupts.raise_postponed()
