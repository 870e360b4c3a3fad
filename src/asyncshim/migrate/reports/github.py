"""Annotations for GitHub Actions, one workflow command on each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report


# Errors are for files that could not be checked.
_LEVELS = {"safe": "notice", "unsafe": "warning", "manual": "warning"}


def render(report: Report) -> str:
    """Return a line for every finding that is still in the files, and for every failed file."""
    lines: list[str] = []
    for result in report.results:
        for finding in sorted(result.findings):
            if report.state(finding) == "changed":
                continue
            level = _LEVELS[finding.safety.value]
            place = {"file": result.path, "line": str(finding.line), "col": str(finding.column)}
            title = f"{finding.code} {report.name(finding.code)}".rstrip()
            lines.append(_command(level, {**place, "title": title}, finding.message))
        if result.error is not None:
            place = {"file": result.path, "line": str(result.error_line or 1)}
            lines.append(_command("error", {**place, "title": "asyncshim"}, result.error))
    return "".join(f"{line}\n" for line in lines)


def _command(level: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{name}={safe_text.github_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{safe_text.github_data(message)}"
