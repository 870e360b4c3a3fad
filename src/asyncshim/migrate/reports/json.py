"""The report as JSON; ``report.schema.json`` in this folder describes it."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.migrate.reports.model import Report
    from asyncshim_codemods.results import FileResult

VERSION = 1


def render(report: Report) -> str:
    """Return the report as JSON."""
    content = {
        "version": VERSION,
        "asyncshim": report.version,
        "mode": report.mode.value,
        "summary": {
            "files": report.files,
            "changed": report.tally.changed,
            "failed": report.tally.failed,
            "rewritten": report.tally.fixed,
            "left": report.tally.remaining,
        },
        "rules": [
            {"code": row.code, "name": report.name(row.code), "rewritten": row.fixed, "left": row.remaining}
            for row in report.tally.rows
        ],
        "files": [_file(result) for result in report.results],
    }
    return json.dumps(content, indent=2) + "\n"


def schema() -> str:
    """Return the JSON schema of the report."""
    return (resources.files("asyncshim.migrate.reports") / "report.schema.json").read_text("utf-8")


def _file(result: FileResult) -> dict[str, object]:
    return {
        "path": result.path,
        "changed": result.changed,
        "error": result.error,
        "error_line": result.error_line,
        "findings": [
            {
                "line": finding.line,
                "column": finding.column,
                "code": finding.code,
                "message": finding.message,
                "safety": finding.safety.value,
                "rewritten": finding.fixed,
            }
            for finding in sorted(result.findings)
        ],
    }
