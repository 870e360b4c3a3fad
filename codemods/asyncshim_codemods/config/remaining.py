"""The files that still require pytest-asyncio after this run; while there are any, limits of its version stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from asyncshim_codemods.config.reported import is_generated
from asyncshim_codemods.config.review import ConfigFacts
from asyncshim_codemods.config.rewrite import rewrite_config
from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import FileKind, is_bound, kind_of
from asyncshim_codemods.project.needs import names_dependency
from asyncshim_codemods.results import Finding, Options
from asyncshim_codemods.source.suppressions import codes_in, covers

_REQUIRES, _NAMES = "ASH501", "ASH502"


def remaining(
    files: Iterable[tuple[str, bytes]], edited: Collection[str], facts: ConfigFacts, options: Options
) -> tuple[str, ...]:
    """The paths of those of ``files`` that still require it; only ``edited`` ones are rewritten in this run."""
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
    left = (each for each in result.findings if not (each.fixed and is_edited))
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
