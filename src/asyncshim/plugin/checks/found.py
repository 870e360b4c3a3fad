"""The findings of a check in one phase of a test, and how they are reported."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from asyncshim.plugin.checks.stacks import Line
from asyncshim.plugin.findings.collection import Findings
from asyncshim.plugin.findings.model import RuntimeFinding


class Phase(NamedTuple):
    """The set-up, call or tear-down of a test, or, without a test, the end of the session."""

    item: pytest.Item | None
    when: str
    is_allowed: bool = False  # to block the loop

    @property
    def nodeid(self) -> str:
        """The node id of the test."""
        return "the end of the session" if self.item is None else self.item.nodeid


class Found(NamedTuple):
    """A finding, what the report says of it, and the reaction: ``warn`` or ``error``."""

    text: str
    line: Line | None
    reaction: str
    category: type[Warning]


def judge(findings: Findings | None, finding: RuntimeFinding, reaction: str) -> str:
    """Return ``ignore``, ``warn`` or ``error``: what *reaction* says, unless a baseline says otherwise."""
    return reaction if findings is None else findings.judge(finding, reaction)


def place_of(line: Line | None, root: Path) -> str:
    """Return the place of a finding."""
    return "" if line is None else line.place(str(root))
