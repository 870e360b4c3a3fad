"""From one configuration file to its result: review it, make the edits, check them by parsing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from asyncshim_codemods.config.check import Change, check_ini, check_toml, parse_ini, parse_toml
from asyncshim_codemods.config.ini_plan import IniPlan
from asyncshim_codemods.config.pytest_ini import IniSection, section_name
from asyncshim_codemods.config.pytest_options import CODE, written_for
from asyncshim_codemods.config.pytest_rules import review_section
from asyncshim_codemods.config.pytest_toml import TomlSection, pytest_tables
from asyncshim_codemods.config.review import ConfigFacts, Review, Verdict
from asyncshim_codemods.config.settings import PYTEST_FILES
from asyncshim_codemods.config.text import ConfigError, Edit, Source, apply_edits
from asyncshim_codemods.config.toml_plan import TomlPlan
from asyncshim_codemods.results import FileResult, Options, Safety


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of one file, and what a parser has to see changed after them."""

    edits: Iterable[Edit]
    changes: Iterable[Change]


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is parsed, reviewed and checked."""

    parse: Callable[[Source], object]
    review: Callable[[Review], Draft]
    check: Callable[[Source, str, Iterable[Change]], None]


def is_config(path: str) -> bool:
    """Whether ``rewrite_config`` has something to say about files of that name."""
    return _format(path) is not None


def rewrite_config(path: str, data: bytes, facts: ConfigFacts, options: Options) -> FileResult:
    """What becomes of one file that is not Python; a file that cannot be read or edited safely is an error value."""
    format_ = _format(path)
    if format_ is None or not _relevant(data, options.runner):
        return FileResult(path, data, data)
    try:
        source = Source.decode(path, data)
        format_.parse(source)
        return _result(Review(source, facts, options), data, format_)
    except ConfigError as error:
        return FileResult(path, data, data, (), error.message, error.line)


def _result(review: Review, data: bytes, format_: Format) -> FileResult:
    source, draft = review.source, format_.review(review)
    findings = tuple(sorted(review.findings))
    edits = [*draft.edits, *review.comment_edits()]
    if not edits:
        return FileResult(source.path, data, data, findings)
    try:
        text = apply_edits(source.text, edits)
        format_.check(source, text, draft.changes)
    except ConfigError as error:
        first = next((found.line for found in findings if found.fixed), None)
        raise ConfigError(error.message, first) from None
    return FileResult(source.path, data, source.encode(text), findings)


def _review_toml(review: Review) -> Draft:
    plan = TomlPlan(review.source)
    sections = [TomlSection(plan, table) for table in pytest_tables(review.source.path)]
    for section in sections:
        review_section(review, section, chosen=section.exists and _chosen(review))
        section.keep_alive()
    if review.source.path == "pyproject.toml" and not review.facts.settings:
        _report_missing_table(review)
    return Draft(plan.edits(), plan.changes)


def _review_ini(review: Review) -> Draft:
    plan = IniPlan(review.source)
    section = IniSection(plan, section_name(review.source.path))
    review_section(review, section, chosen=section.exists and _chosen(review))
    return Draft(plan.edits(), plan.changes)


def _chosen(review: Review) -> bool:
    """Whether pytest takes its configuration from here, for the root's suite or one that names pytest-asyncio."""
    settings = review.chosen
    ours = settings.mode or settings.fixture_loop_scope or settings.test_loop_scope
    return settings.path == review.source.path and ("/" not in settings.path or ours is not None)


def _report_missing_table(review: Review) -> None:
    """Say what to write where pytest has no configuration at all: a new table would change its root folder."""
    runner = review.options.runner
    lines = ", ".join(f'{name} = "{value}"' for name, value in written_for(runner).items())
    if lines:
        message = f"pytest has no configuration here: add [tool.pytest.ini_options] with {lines} for {runner}"
        review.accept(0, Verdict(CODE, message, Safety.MANUAL))


_TOML = Format(parse_toml, _review_toml, check_toml)
_INI = Format(parse_ini, _review_ini, check_ini)


def _relevant(data: bytes, runner: str) -> bool:
    """A byte pre-filter: every spelling of what the rules look for holds this word."""
    return b"asyncio" in data.lower() or bool(written_for(runner))


def _format(path: str) -> Format | None:
    name = posixpath.basename(path)
    if name not in PYTEST_FILES:
        return None
    return _TOML if name.endswith(".toml") else _INI
