"""From one configuration file to its result: collect proposals, make the edits, check them by parsing."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from asyncshim_codemods.config import pytest_ini, pytest_toml
from asyncshim_codemods.config.check import Change, check_ini, check_toml, parse_ini, parse_toml
from asyncshim_codemods.config.pytest_options import written_for
from asyncshim_codemods.config.settings import PYTEST_FILES
from asyncshim_codemods.config.text import ConfigError, Source, apply_edits
from asyncshim_codemods.config.verdicts import ConfigFacts, Proposal, failed, finding, unchanged
from asyncshim_codemods.results import FileResult, Options

Proposer = Callable[[Source, ConfigFacts, Options], Iterable[Proposal]]


@dataclass(frozen=True, slots=True)
class Format:
    """How a kind of file is read, and who has something to say about it."""

    parse: Callable[[Source], object]
    check: Callable[[Source, str, Iterable[Change]], None]
    proposers: tuple[Proposer, ...]


_TOML = Format(parse_toml, check_toml, (pytest_toml.propose,))
_INI = Format(parse_ini, check_ini, (pytest_ini.propose,))


def is_config(path: str) -> bool:
    """Whether ``rewrite_config`` has something to say about files of that name."""
    return _format(path) is not None


def rewrite_config(path: str, data: bytes, facts: ConfigFacts, options: Options) -> FileResult:
    """What becomes of one file that is not Python; a file that cannot be read or edited safely is an error value."""
    format_ = _format(path)
    if format_ is None or not _relevant(data, options.runner):
        return unchanged(path, data)
    try:
        source = Source.decode(path, data)
        format_.parse(source)
        return _result(source, data, format_, facts, options)
    except ConfigError as error:
        return failed(path, data, error.message, error.line)


def _result(source: Source, data: bytes, format_: Format, facts: ConfigFacts, options: Options) -> FileResult:
    found = [proposal for propose in format_.proposers for proposal in propose(source, facts, options)]
    proposals = [proposal for proposal in found if proposal.verdict.code in options.select]
    made = [proposal for proposal in proposals if proposal.verdict.applies(options)]
    findings = [finding(source, proposal, fixed=proposal in made) for proposal in proposals]
    if not made:
        return unchanged(source.path, data, findings)
    text = apply_edits(source.text, [edit for proposal in made for edit in proposal.edits])
    try:
        format_.check(source, text, [change for proposal in made for change in proposal.changes])
    except ConfigError as error:
        raise ConfigError(error.message, source.line(made[0].offset)) from None
    return FileResult(source.path, data, source.encode(text), tuple(sorted(findings)))


def _relevant(data: bytes, runner: str) -> bool:
    """A byte pre-filter: every spelling of what the rules look for holds this word."""
    return b"asyncio" in data.lower() or bool(written_for(runner))


def _format(path: str) -> Format | None:
    name = posixpath.basename(path)
    if name not in PYTEST_FILES:
        return None
    return _TOML if name.endswith(".toml") else _INI
