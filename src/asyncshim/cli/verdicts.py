"""Show the result of a comparison of two runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asyncshim.cli.fitting import columns_of, fitted
from asyncshim.migrate import safe_text
from asyncshim.migrate.reports.text import count, grid

if TYPE_CHECKING:
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.prove.verify import Verdict

_LISTED = 50
# Both outcomes, with the space between the columns.
_OUTCOMES = 30
_NARROWEST = 20


def show(verdict: Verdict, screen: Screen) -> None:
    """List the tests that differ, and with ``-v`` why they failed."""
    shown = verdict.differences[:_LISTED]
    width = columns_of(sys.stdout)
    rows = [("test", "before", "after")]
    for one in shown:
        name = fitted(safe_text.name(one.test), max(width - _OUTCOMES, _NARROWEST) if width else None)
        first, *rest = name.split("\n")
        rows += [(first, _shown(one.before), _shown(one.after)), *((part, "", "") for part in rest)]
    for line in grid(rows, "<<<"):
        screen.out(line)
    if len(verdict.differences) > _LISTED:
        screen.out(f"  and {len(verdict.differences) - _LISTED:,} more")
    for line in _texts(verdict):
        screen.detail(line)


def show_flaky(verdict: Verdict, screen: Screen) -> None:
    """Name the tests that differ between two runs of the same files."""
    for test in verdict.flaky:
        screen.prose(
            f"warning: {safe_text.line(test)} is flaky: it differs between two runs of the same files", always=True
        )


def same(verdict: Verdict, *, collect: bool) -> str:
    """Return ``2 tests, the same outcomes.``."""
    waiting = 0 if collect else len(verdict.after.outcomes) - verdict.after.ran
    rest = f"; {count(waiting, 'test')} did not run" if waiting else ""
    return f"{count(verdict.compared, 'test')}, the same {'node ids' if collect else 'outcomes'}{rest}."


def _texts(verdict: Verdict) -> Iterator[str]:
    texts = {**verdict.before.texts, **verdict.after.texts}
    for one in verdict.differences[:5]:
        if one.test in texts:
            yield f"\n{safe_text.name(one.test)}:\n{texts[one.test]}"


def _shown(outcome: str | None) -> str:
    return {None: "missing", "collected": "did not run"}.get(outcome) or str(outcome)
