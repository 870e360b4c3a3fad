"""The diagnosis as JSON, described by ``doctor.schema.json``, and as text that can be pasted into an issue."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

from asyncshim.migrate import safe_text
from asyncshim.migrate.doctor import shown

if TYPE_CHECKING:
    from asyncshim.migrate.doctor.model import Conflict, Diagnosis

VERSION = 1
# Markdown shows lines with this indentation as they are, so the text needs no fence.
_INDENT = " " * 4
_GAP = "  "
# The name of a row that belongs to the one above it.
_DEEPER = "  "
_NARROWEST = 40
_Rows = Sequence[tuple[str, str]]


def as_json(found: Diagnosis) -> Mapping[str, Any]:
    """Return the diagnosis as a JSON object, without the home directory in any text."""
    return {"version": VERSION, **cast("dict[str, Any]", _cleaned(asdict(found)))}


def schema() -> str:
    """Return the JSON schema of the diagnosis."""
    return (resources.files("asyncshim.migrate.doctor") / "doctor.schema.json").read_text("utf-8")


def _cleaned(value: object) -> object:
    if isinstance(value, dict):
        return {key: _cleaned(each) for key, each in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each) for each in cast("Sequence[object]", value)]
    return str(shown.without_home(value)) if isinstance(value, str) else value


def as_text(found: Diagnosis, width: int) -> Iterator[str]:
    """Yield the lines of the text: headings, and below each rows that are indented by four columns."""
    width = max(width, _NARROWEST)
    environment = found.environment
    yield f"asyncshim doctor {environment.version('asyncshim')}"
    for heading, rows in (
        ("Interpreter", _interpreter(found)),
        ("pytest plugins, in load order", _plugins(found)),
        ("Who runs async tests", _runs(found)),
        ("Configuration", _configuration(found)),
        ("Conflicts", _conflicts(found.conflicts)),
        ("Types", [(each.module, each.source) for each in found.types]),
        ("Uses of pytest-asyncio", _uses(found)),
        ("Errors", [("", each) for each in found.errors]),
        ("Next", [("", found.next_command), ("", f"({found.next_reason})")]),
    ):
        if rows:
            yield ""
            yield heading
            yield ""
            yield from _columns(rows, width)


def _columns(rows: _Rows, width: int) -> Iterator[str]:
    """Yield the rows in two columns; a name that ends with a colon is the beginning of its line instead."""
    rows = [(safe_text.line(shown.without_home(a)), safe_text.line(shown.without_home(b))) for a, b in rows]
    column = max((len(name) for name, _ in rows if not name.endswith(":")), default=0)
    for name, value in rows:
        padded = f"{name:<{column}}" if not name.endswith(":") else name
        lead = f"{_INDENT}{padded} " if name.endswith(":") else f"{_INDENT}{padded}{_GAP if column else ''}"
        later = " " * len(lead) if not name.endswith(":") else f"{_INDENT}{_DEEPER}{_GAP}"
        wrapped = textwrap.wrap(
            value,
            max(width, len(later) + 20),
            initial_indent=lead,
            subsequent_indent=later,
            break_on_hyphens=False,
            break_long_words=False,
        )
        yield from (line.rstrip() for line in wrapped or [lead])


def _interpreter(found: Diagnosis) -> _Rows:
    environment = found.environment
    kind = "virtual environment" if environment.virtual else "no virtual environment"
    return [
        (environment.implementation, environment.python),
        ("executable", f"{environment.executable} ({kind})"),
        ("system", environment.platform),
        *environment.packages,
        *environment.variables,
    ]


def _plugins(found: Diagnosis) -> _Rows:
    return [
        (f"{number}. {plugin.name}", f"{plugin.distribution} {plugin.version}")
        for number, plugin in enumerate(found.environment.plugins, 1)
    ] or [("", "none")]


def _runs(found: Diagnosis) -> _Rows:
    runs = found.executor
    why = [("why" if not number else "", reason) for number, reason in enumerate(runs.reasons)]
    mode = [("mode", runs.mode)] if runs.mode else []
    return [("plugin", runs.who), *mode, *why, *((name, tests) for name, tests in runs.others)]


def _configuration(found: Diagnosis) -> _Rows:
    rows: list[tuple[str, str]] = []
    for file in found.configuration:
        rows.append((f"{file.path}:", file.use))
        rows += [(_DEEPER, f"{key} = {value}") for key, value in file.settings]
    for facts in found.code:
        if facts.plugins:
            rows.append((f"{facts.path}:", f"pytest_plugins = {', '.join(map(shown.plain, facts.plugins))}"))
    return [
        ("project:", f"{found.root} (version control: {found.version_control})"),
        *(rows or [("", "no file configures pytest or asyncshim")]),
    ]


def _conflicts(conflicts: Sequence[Conflict]) -> _Rows:
    rows: list[tuple[str, str]] = []
    for each in conflicts:
        place = f"{each.place}: " if each.place and not each.message.startswith(each.place) else ""
        rows.append((each.level.value, f"{place}{each.message}"))
        if each.remedy:
            rows.append(("", f"-> {each.remedy}"))
    return rows or [("", "none")]


def _uses(found: Diagnosis) -> _Rows:
    uses = found.uses
    if uses is None:
        return []
    if not (uses.safe or uses.unsafe or uses.manual or uses.failed):
        return [("", f"none in {uses.files:,} {'file' if uses.files == 1 else 'files'}")]
    numbers = {"safe": uses.safe, "unsafe": uses.unsafe, "manual review": uses.manual, "not checked": uses.failed}
    return [(name, f"{number:,}") for name, number in numbers.items() if number]
