"""Rewrite one configuration file and check the result by parsing; find the files that still require pytest-asyncio."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim_codemods.config.pytest_options import written_for
from asyncshim_codemods.config.reported import is_generated
from asyncshim_codemods.config.review import ConfigFacts, Review
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import PYTEST_FILES, FileKind, is_bound, kind_of
from asyncshim_codemods.project.needs import names_dependency
from asyncshim_codemods.results import FileResult, Finding, Options
from asyncshim_codemods.source.config_text import ConfigText, apply_edits
from asyncshim_codemods.source.ini_reading import ConfigError
from asyncshim_codemods.source.suppressions import codes_in, covers

if TYPE_CHECKING:
    from asyncshim_codemods.config.formats import Format

_REQUIRES, _NAMES = "ASH501", "ASH502"


def rewrite_config(path: str, data: bytes, facts: ConfigFacts, options: Options) -> FileResult:
    """Rewrite one configuration file; if it cannot be read or edited safely, the result holds an error."""
    kind = kind_of(path)
    if kind is None or not (_relevant(data, options.runner) or _gets_option(path, facts)):
        return FileResult(path, data, data)
    from asyncshim_codemods.config.formats import FORMATS  # with the editors of all formats

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
    """Return a byte pre-filter: every spelling of what the rules look for holds one of these words."""
    lowered = data.lower()
    names_it = b"asyncio" in lowered or b"default_async_timeout" in lowered or b"default-async-timeout" in lowered
    return names_it or bool(written_for(runner)) or (runner != "asyncshim" and b"asyncshim" in lowered)


def _gets_option(path: str, facts: ConfigFacts) -> bool:
    """Return whether a file without any of these words may get ``asyncio_mode = auto`` or a time limit."""
    gets_mode = facts.kept is not None and facts.kept.auto
    return (gets_mode or bool(facts.alt.enabled_in)) and posixpath.basename(path) in PYTEST_FILES


def remaining(
    files: Iterable[tuple[str, bytes]], edited: Collection[str], facts: ConfigFacts, options: Options
) -> tuple[str, ...]:
    """Return the ``files`` that still require pytest-asyncio after this run, which rewrites only ``edited`` files.

    While there are any, limits of its version stay.
    """
    every = replace(options, select=options.select | {_REQUIRES, _NAMES})
    return tuple(
        sorted(
            path
            for path, data in files
            if names_dependency(data) and _requires(path, data, facts, every, is_edited=path in edited)
        )
    )


def _requires(path: str, data: bytes, facts: ConfigFacts, options: Options, *, is_edited: bool) -> bool:
    lines = data.decode("utf-8", "replace").splitlines()
    # What a tool makes from the other files follows them.
    if kind_of(path) in {FileKind.LOCK, None} or is_bound(path) or is_generated("\n".join(lines)):
        return False
    result = rewrite_config(path, data, facts, options)
    left = [each for each in result.findings if not (each.fixed and is_edited)]
    if is_edited and result.changed and names_dependency(result.new):
        # An edit may keep the requirement for old Pythons.
        again = rewrite_config(path, result.new, facts, options)
        lines_after = result.new.decode("utf-8", "replace").splitlines()
        if any(_is_about_it(each, lines_after) for each in again.findings):
            return True
    return result.error is not None or _is_suppressed(lines) or any(_is_about_it(each, lines) for each in left)


def _is_about_it(finding: Finding, lines: list[str]) -> bool:
    """Return whether a finding is about the package itself, not about its options or about asyncshim."""
    line = lines[finding.line - 1]
    if finding.code == _NAMES or "asyncshim" in line.lower():
        return req.OLD_IN_TEXT.search(line) is not None
    return finding.code == _REQUIRES


def _is_suppressed(lines: list[str]) -> bool:
    """Return whether a comment on its line, or above it, keeps a requirement as it is."""
    return any(
        req.OLD_IN_TEXT.search(line) and any(covers(codes_in(each), _REQUIRES) for each in (line, above))
        for above, line in zip(["", *lines], lines, strict=False)
    )
