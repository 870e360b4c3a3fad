"""Say that the project has uses that are not within the given paths."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from asyncshim.migrate.reports.text import count

if TYPE_CHECKING:
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.outcome import Outcome


def uses_outside(outcome: Outcome) -> int:
    """Return the number of uses outside the given paths."""
    return sum(len(result.findings) for result in outcome.outside)


def outside_the_paths(outcome: Outcome, opened: Session, command: str) -> str:
    """Return ``2 uses outside the paths`` with the first place and the command that includes them; or ""."""
    uses = uses_outside(outcome)
    if not uses:
        return ""
    first = outcome.outside[0]
    place = f"{opened.project.shown(first.path)}:{min(first.findings).line}"
    where = shlex.quote(opened.project.shown("."))
    files = f" in {count(len(outcome.outside), 'file')}" if len(outcome.outside) > 1 else ""
    return f"{count(uses, 'use')} outside the paths{files} (first: {place}): `python -m asyncshim {command} {where}`"
