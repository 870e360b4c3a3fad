"""The section of the terminal summary about findings; its length is bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.plugin.findings import json_report

if TYPE_CHECKING:
    from asyncshim.plugin.findings.collection import Findings, Group

_MOST = 10
_MOST_NEW = 50
_WIDTH = 400


def lines(
    findings: Findings, report: Path | None, baseline: Path | None, root: Path, messages: list[str]
) -> Iterator[str]:
    """Yield the lines; one that begins with ``= `` is a title."""
    if report is not None or messages or findings.new or findings.accepts_all:
        yield "= asyncshim: findings"
    if report is not None:
        yield from _overview(findings)
    if baseline is not None and findings.new and findings.fails_new:
        yield from _new(findings, shown(baseline, root))
    yield from messages
    if report is not None:
        yield f"The report is in {shown(report, root)}."


def count(number: int, one: str = "finding") -> str:
    """Return ``1 finding`` or ``2 findings``."""
    return f"{number:,} {one}" + ("" if number == 1 else "s")


def shown(path: Path, root: Path | None = None) -> str:
    """Return the path of a file, relative to *root* if it is inside, with unprintable characters escaped."""
    return printable(str(path.relative_to(root) if root is not None and path.is_relative_to(root) else path))


def printable(text: str) -> str:
    """Return *text* as one line of limited length, with unprintable characters escaped."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."


def _overview(findings: Findings) -> Iterator[str]:
    total = findings.kinds.total()
    kinds = ", ".join(f"{number:,} {kind}" for kind, number in findings.kinds.most_common())
    yield f"{count(total)}{': ' if kinds else '.'}{kinds}"
    yield from _table("By test:", json_report.by_test(findings), "test")
    yield from _table("By place of creation:", json_report.by_place(findings), "place")
    if findings.omitted:
        yield f"Only counted by kind, because there are too many: {count(findings.omitted.total())}."


def _table(title: str, counts: Counter[str], what: str) -> Iterator[str]:
    if not counts:
        return
    yield title
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    for name, number in ordered[:_MOST]:
        yield f"{number:>7,}  {printable(name) or 'unknown'}"
    if len(ordered) > _MOST:
        yield f"         and {count(len(ordered) - _MOST, f'other {what}')}"


def _new(findings: Findings, baseline: str) -> Iterator[str]:
    yield f"Not accepted by {baseline}: {count(findings.new)}"
    groups = sorted((group for group in findings.groups.values() if group.new), key=json_report.order)
    for group in groups[:_MOST_NEW]:
        yield f"  {_described(group)}"
    rest = findings.new - sum(group.new for group in groups[:_MOST_NEW])
    if rest:
        yield f"  and {rest:,} more"


def _described(group: Group) -> str:
    first = group.first
    times = f"{group.new:,} x " if group.new > 1 else ""
    name = first.code if first.code == first.kind else f"{first.kind} {first.code}"
    return printable(f"{first.test or 'unknown test'}: {times}{name} at {first.place}")
