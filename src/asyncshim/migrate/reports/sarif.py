"""The report as SARIF 2.1.0, a format that code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from asyncshim.migrate import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim.migrate.reports.model import Report
    from asyncshim_codemods.results import FileResult, Finding

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# A name in place of an address, until the package metadata names a documentation site.
_NO_ADDRESS = "urn:asyncshim"
_LEVELS = {"safe": "note", "unsafe": "warning", "manual": "warning"}


def render(report: Report) -> str:
    """Return the findings that are still in the files as results, and failed files as notifications."""
    codes = [row.code for row in report.tally.rows]
    run = {
        "tool": {
            "driver": {
                "name": "asyncshim",
                "semanticVersion": report.version,
                "informationUri": report.documentation or _NO_ADDRESS,
                "rules": [_rule(report, code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.tally.failed == 0,
                "toolExecutionNotifications": [_failure(one) for one in report.results if one.error is not None],
            }
        ],
        "results": [one for result in report.results for one in _results(report, result, codes)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(report: Report, code: str) -> dict[str, object]:
    rule: dict[str, object] = {"id": code}
    if code in report.rules:
        info = report.rules[code]
        rule["name"] = "".join(part.capitalize() for part in info.name.split("-"))
        rule["shortDescription"] = {"text": info.summary}
        rule["fullDescription"] = {"text": info.documentation or info.summary}
        address = f"{report.documentation.rstrip('/')}/" if report.documentation else f"{_NO_ADDRESS}:"
        rule["helpUri"] = f"{address}rules/{code.lower()}"
        rule["defaultConfiguration"] = {"level": _LEVELS[info.safety.value]}
    return rule


def _results(report: Report, result: FileResult, codes: list[str]) -> Iterator[dict[str, object]]:
    seen: Counter[str] = Counter()
    for finding in sorted(result.findings):
        if report.state(finding) != "changed":
            use = f"{finding.code} {finding.message}"
            yield {
                **_result(result.path, finding, codes),
                "partialFingerprints": {"asyncshimUse/v1": _fingerprint(result.path, use, seen[use])},
            }
            seen[use] += 1


def _fingerprint(path: str, use: str, number: int) -> str:
    """Return a digest that stays the same when the lines above a use change, so that code hosts recognize it."""
    text = f"{path}\0{use}\0{number}"
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _result(path: str, finding: Finding, codes: list[str]) -> dict[str, object]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.safety.value],
        "message": {"text": safe_text.line(finding.message)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}],
    }


def _failure(result: FileResult) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": _artifact(result.path)}
    if result.error_line:
        location["region"] = {"startLine": result.error_line}
    return {
        "level": "error",
        "message": {"text": safe_text.line(result.error or "")},
        "locations": [{"physicalLocation": location}],
    }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": safe_text.uri(path), "uriBaseId": "SRCROOT"}
