"""The report formats, and the option value ``FORMAT[=FILE]``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError
from asyncshim.migrate.reports import github, html, json, markdown, sarif, text

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json.render,
    "markdown": markdown.render,
    "github": github.render,
    "sarif": sarif.render,
    "html": html.render,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One requested report; without a file it goes to stdout."""

    format: str
    file: Path | None

    def render(self, report: Report) -> bytes:
        """Return the bytes of the report."""
        return FORMATS[self.format](report).encode("utf-8", "surrogateescape")


def parse(value: str) -> Wanted:
    """Parse ``FORMAT`` or ``FORMAT=FILE``."""
    name, separator, file = value.partition("=")
    if name not in FORMATS:
        raise UsageError(f"--report: unknown format {name!r}; known are {', '.join(FORMATS)}")
    if separator and not file:
        raise UsageError(f"--report: {value!r} has no file name after '='")
    return Wanted(name, Path(file) if file else None)
