"""The report as JSON; ``findings.schema.json`` in this folder describes it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib import resources
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.plugin.findings.collection import Findings, Group

VERSION = 1


def render(findings: Findings) -> str:
    """Return the report as JSON."""
    groups = sorted(findings.groups.values(), key=order)
    total = findings.kinds.total()
    content = {
        "version": VERSION,
        "asyncshim": version("asyncshim"),
        "summary": {"findings": total, "new": findings.new, "accepted": total - findings.new},
        "kinds": _numbers("kind", findings.kinds),
        "tests": _numbers("test", by_test(findings)),
        "places": _numbers("place", by_place(findings)),
        "findings": [_as_json(group) for group in groups],
        "omitted": findings.omitted.total(),
    }
    return json.dumps(content, indent=1) + "\n"


def schema() -> str:
    """Return the JSON schema of the report."""
    return (resources.files("asyncshim.plugin.findings") / "findings.schema.json").read_text("utf-8")


def by_test(findings: Findings) -> Counter[str]:
    """Return how many findings each test has, of those that are kept."""
    return _sums((group.first.test, group.count) for group in findings.groups.values())


def by_place(findings: Findings) -> Counter[str]:
    """Return how many findings each place has, of those that are kept."""
    return _sums((group.first.place, group.count) for group in findings.groups.values())


def order(group: Group) -> tuple[str, ...]:
    """Return the key by which findings are sorted: the test, then the rest."""
    first = group.first
    return first.test, first.kind, first.code, first.place, first.scope


def _sums(counts: Iterable[tuple[str, int]]) -> Counter[str]:
    found = Counter[str]()
    for name, count in counts:
        found[name] += count
    return found


def _numbers(what: str, counts: Counter[str]) -> list[dict[str, object]]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{what: name, "count": count} for name, count in ordered]


def _as_json(group: Group) -> dict[str, object]:
    first = group.first
    return {
        "kind": first.kind,
        "test": first.test,
        "code": first.code,
        "place": first.place,
        "scope": first.scope,
        "detail": first.detail,
        "count": group.count,
        "new": group.new,
    }
