"""ASH401 in TOML: the options of pytest-asyncio in pytest's tables of ``pyproject.toml`` and ``pytest.toml``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from asyncshim_codemods.config.check import Change, parse_toml
from asyncshim_codemods.config.pytest_options import CODE, judge_option, written_for
from asyncshim_codemods.config.text import Source
from asyncshim_codemods.config.toml_edits import insert_pair, remove_pair, rename_key, replace_value
from asyncshim_codemods.config.toml_spans import Item, TomlSpans, scan_toml
from asyncshim_codemods.config.values import Path, value_at
from asyncshim_codemods.config.verdicts import ConfigFacts, Proposal, Verdict
from asyncshim_codemods.results import Options, Safety

INI_OPTIONS: Path = ("tool", "pytest", "ini_options")
NATIVE: Path = ("tool", "pytest")


def pytest_tables(path: str) -> tuple[Path, ...]:
    """The tables of that file which pytest reads."""
    return (INI_OPTIONS, NATIVE) if posixpath.basename(path) == "pyproject.toml" else (("pytest",),)


def propose(source: Source, facts: ConfigFacts, options: Options) -> Iterator[Proposal]:
    """The proposals of ASH401 for one TOML file."""
    document, spans = parse_toml(source), scan_toml(source.text)
    for table in pytest_tables(source.path):
        items = [item for item in spans.children(table) if item.path != INI_OPTIONS]
        yield from _existing(source, document, items, options.runner)
    if written_for(options.runner):
        yield from _missing(source, spans, facts, options.runner)


def _existing(source: Source, document: object, items: list[Item], runner: str) -> Iterator[Proposal]:
    present = frozenset(str(item.path[-1]) for item in items)
    for item in items:
        value = value_at(document, item.path)
        verdict = judge_option(str(item.path[-1]), value, runner, present)
        if verdict is not None:
            yield change_pair(source, items, item, verdict)


def change_pair(source: Source, siblings: list[Item], item: Item, verdict: Verdict) -> Proposal:
    """The proposal that removes, rewrites or renames one ``key = value``, as its verdict says."""
    anchor = source.line(item.start)
    if verdict.keep:
        return Proposal(item.start, verdict, anchor)
    change = Change(item.path, verdict.value, verdict.name)
    if verdict.value is None:
        edits = remove_pair(source, item, siblings)
    else:
        edits = replace_value(source, item, verdict.value) + (rename_key(item, verdict.name) if verdict.name else [])
    return Proposal(item.start, verdict, anchor, tuple(edits), (change,))


def _missing(source: Source, spans: TomlSpans, facts: ConfigFacts, runner: str) -> Iterator[Proposal]:
    """What that runner needs and the file that pytest chooses does not say."""
    chosen = facts.pytest_settings.path
    if chosen is None and source.path == "pyproject.toml":
        lines = ", ".join(f'{name} = "{value}"' for name, value in written_for(runner).items())
        message = f"pytest has no configuration here: add [tool.pytest.ini_options] with {lines} for {runner}"
        yield Proposal(0, Verdict(CODE, message, Safety.MANUAL, keep=True), 1)
    if chosen != source.path:
        return
    for table in pytest_tables(source.path):
        items = [item for item in spans.children(table) if item.path != INI_OPTIONS]
        header = spans.header(table)
        if header is None or (not items and table == NATIVE):
            continue
        yield from _added(source, table, items, source.line(header.start), runner)
        return


def _added(source: Source, table: Path, items: list[Item], header_line: int, runner: str) -> Iterator[Proposal]:
    present = {str(item.path[-1]): item for item in items}
    renamed = "anyio_mode" if "asyncio_mode" in present else None
    line = max(
        (source.line(item.value_end - 1) for name, item in present.items() if name in written_for(runner)),
        default=header_line,
    )
    for name, value in written_for(runner).items():
        if name in present or name == renamed:
            continue
        verdict = Verdict(CODE, f"{name} = {value} added: plain async tests need it on {runner}", value=value)
        edits = tuple(insert_pair(source, line, name, value))
        yield Proposal(source.line_span(line)[0], verdict, line, edits, (Change((*table, name), value),))
