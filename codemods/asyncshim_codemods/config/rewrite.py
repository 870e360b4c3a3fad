"""Rewrite one configuration file: review it, make the edits, and check them by parsing."""

from __future__ import annotations

from asyncshim_codemods.config.formats import FORMATS, Format
from asyncshim_codemods.config.pytest_options import written_for
from asyncshim_codemods.config.review import ConfigFacts, Review
from asyncshim_codemods.project.file_kinds import kind_of
from asyncshim_codemods.results import FileResult, Options
from asyncshim_codemods.source.config_text import ConfigError, ConfigText, apply_edits


def is_config(path: str) -> bool:
    """Return whether ``rewrite_config`` handles files of that name."""
    return kind_of(path) is not None


def rewrite_config(path: str, data: bytes, facts: ConfigFacts, options: Options) -> FileResult:
    """Rewrite one configuration file; if it cannot be read or edited safely, the result holds an error."""
    kind = kind_of(path)
    if kind is None or not _relevant(data, options.runner):
        return FileResult(path, data, data)
    format_ = FORMATS[kind]
    try:
        source = ConfigText.decode(path, data) if format_.check else ConfigText.decode_any(path, data)
        if format_.parse is not None:
            format_.parse(source)
        return _result(Review(source, facts, options, editable=format_.check is not None), data, format_)
    except ConfigError as error:
        return FileResult(path, data, data, (), error.message, error.line)


def _result(review: Review, data: bytes, format_: Format) -> FileResult:
    source, draft = review.source, format_.review(review)
    findings = tuple(sorted(review.findings))
    edits = [*draft.edits, *review.comment_edits()]
    changes = list(draft.changes)
    if not (edits or changes) or format_.check is None:
        return FileResult(source.path, data, data, findings)
    try:
        text = apply_edits(source.text, edits)
        if changes and format_.edit is not None:
            text = format_.edit(text, changes)
        format_.check(source, text, changes)
    except ConfigError as error:
        first = next((found.line for found in findings if found.fixed), None)
        raise ConfigError(error.message, first) from None
    return FileResult(source.path, data, source.encode(text), findings)


def _relevant(data: bytes, runner: str) -> bool:
    """A byte pre-filter: every spelling of what the rules look for holds one of these words."""
    lowered = data.lower()
    return b"asyncio" in lowered or bool(written_for(runner)) or (runner != "asyncshim" and b"asyncshim" in lowered)
