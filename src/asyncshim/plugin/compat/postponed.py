"""Ctrl-C during the tear-down of an async fixture: the other fixtures are torn down before it is raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from asyncshim.plugin.loops.interrupts import Interrupts


class Postponed:
    """Raises the interrupt when pytest logs the report of the tear-down. Registered after such an interrupt.

    The hook that makes the report is not used: before pytest 8 its old-style wrappers warn about exceptions.
    """

    def __init__(self, pluginmanager: pytest.PytestPluginManager, interrupts: Interrupts) -> None:
        self._pluginmanager = pluginmanager
        self._interrupts = interrupts

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        """Raise the interrupt; the tear-down is not reported."""
        __tracebackhide__ = True
        self._pluginmanager.unregister(self)
        self._interrupts.raise_postponed()
