"""ASH401 in INI files: the options of pytest-asyncio in ``pytest.ini``, ``tox.ini`` and ``setup.cfg``."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from asyncshim_codemods.config.check import Change
from asyncshim_codemods.config.ini_spans import Option, scan_ini
from asyncshim_codemods.config.pytest_options import CODE, judge_option, written_for
from asyncshim_codemods.config.text import Edit, Source, delete_lines
from asyncshim_codemods.config.toml_edits import insert_line
from asyncshim_codemods.config.verdicts import ConfigFacts, Proposal, Verdict
from asyncshim_codemods.results import Options


def pytest_section(path: str) -> str:
    """The section of that file which pytest reads."""
    return "tool:pytest" if posixpath.basename(path) == "setup.cfg" else "pytest"


def propose(source: Source, facts: ConfigFacts, options: Options) -> Iterator[Proposal]:
    """The proposals of ASH401 for one INI file."""
    spans, section = scan_ini(source), pytest_section(source.path)
    present = spans.section(section)
    names = frozenset(option.name for option in present)
    for option in present:
        verdict = judge_option(option.name, option.text, options.runner, names)
        if verdict is not None:
            yield change_option(source, option, verdict)
    if facts.pytest_settings.path == source.path and section in spans.sections:
        yield from _added(source, section, present, spans.sections[section], options.runner)


def change_option(source: Source, option: Option, verdict: Verdict) -> Proposal:
    """The proposal that removes, rewrites or renames one option, as its verdict says."""
    if verdict.keep:
        return Proposal(option.start, verdict, option.line)
    change = Change((option.section, option.name), verdict.value, verdict.name)
    if verdict.value is None:
        edits = delete_lines(source, option.lines)
    else:
        edits = replace_text(source, option, verdict.value)
        if verdict.name is not None:
            edits.append(Edit(option.start, option.name_end, verdict.name))
    return Proposal(option.start, verdict, option.line, tuple(edits), (change,))


def replace_text(source: Source, option: Option, value: str) -> list[Edit]:
    """Put a one-line value in the place of the one that stands there; an option without a value gets it added."""
    if not option.value:
        end = option.start + len(source.line_text(option.line).strip())
        return [Edit(end, end, f" {value}")]
    first, *rest = option.value
    return [Edit(first.start, first.end, value), *delete_lines(source, [part.line for part in rest])]


def _added(source: Source, section: str, present: list[Option], header_line: int, runner: str) -> Iterator[Proposal]:
    """What that runner needs and the file that pytest chooses does not say."""
    names = {option.name: option for option in present}
    renamed = "anyio_mode" if "asyncio_mode" in names else None
    wanted = written_for(runner)
    line = max((option.lines[-1] for name, option in names.items() if name in wanted), default=header_line)
    for name, value in wanted.items():
        if name in names or name == renamed:
            continue
        verdict = Verdict(CODE, f"{name} = {value} added: plain async tests need it on {runner}", value=value)
        edit = insert_line(source, line, f"{name} = {value}")
        yield Proposal(source.line_span(line)[0], verdict, line, (edit,), (Change((section, name), value),))
