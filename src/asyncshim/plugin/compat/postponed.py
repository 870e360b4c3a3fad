"""Ctrl-C during the tear-down of an async fixture: the other fixtures are torn down before it is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asyncshim.plugin.loops.interrupts import Interrupts


class Postponed:
    """Registered when that has happened: the report of the tear-down, when all of it is over, raises the interrupt.

    Not the making of the report: around that, pytest before 8 has wrappers of a kind that warns about what they let
    through.
    """

    def __init__(self, pluginmanager: pytest.PytestPluginManager, interrupts: Interrupts) -> None:
        self._pluginmanager = pluginmanager
        self._interrupts = interrupts

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        """Raise it; such a tear-down is not reported."""
        __tracebackhide__ = True
        self._pluginmanager.unregister(self)
        self._interrupts.raise_postponed()
