from __future__ import annotations

import dataclasses
import functools
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from asyncshim.migrate.reports import sarif
from asyncshim.migrate.reports.model import RunMode
from asyncshim_codemods.results import FileResult, Finding, Safety
from reports import report

jsonschema = pytest.importorskip("jsonschema")


@functools.cache
def official_schema() -> dict[str, object]:
    """Return the schema published by OASIS: from a given file, or from an npm package of Microsoft."""
    named = os.environ.get("ASYNCSHIM_SARIF_SCHEMA")
    if named:
        return json.loads(Path(named).read_text("utf-8"))
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm to fetch the official schema with; ASYNCSHIM_SARIF_SCHEMA may name it")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", "-s", "@microsoft/jest-sarif@1.0.0-beta.0"], cwd=folder, check=False, timeout=120)
        packed = list(Path(folder).glob("*.tgz"))
        if not packed:
            pytest.skip("npm could not fetch the official schema")
        with tarfile.open(packed[0]) as archive:
            member = archive.extractfile("package/lib/schemas/sarif-2.1.0-rtm.5.json")
            assert member is not None
            return json.loads(member.read())


@pytest.mark.parametrize("mode", list(RunMode))
def test_the_sarif_report_matches_the_official_schema(mode: RunMode) -> None:
    schema = official_schema()
    for one in (report(mode), report(mode, ())):
        jsonschema.Draft7Validator(schema).validate(json.loads(sarif.render(one)))


def test_findings_are_sarif_results_and_errors_are_notifications() -> None:
    (run,) = json.loads(sarif.render(report()))["runs"]
    assert run["tool"]["driver"]["name"] == "asyncshim"
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("ASH101", "note"),
        ("ASH331", "warning"),
        ("ASH999", "warning"),
    ]
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "tests/api/test_a.py", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 9, "startColumn": 15}
    assert run["results"][2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "tests/api/caf%E9%20%60x%60.py"
    )
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert [one["message"]["text"] for one in invocation["toolExecutionNotifications"]] == [
        "syntax error: <unclosed>",
        "cannot be read: No such file",
    ]


def test_every_sarif_result_refers_to_its_rule() -> None:
    (run,) = json.loads(sarif.render(report()))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[0]["name"] == "OldWord"
    assert rules[0]["shortDescription"] == {"text": "about a old-word"}


def test_a_rewritten_use_is_not_a_sarif_result() -> None:
    (run,) = json.loads(sarif.render(report(RunMode.WRITTEN)))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["ASH331", "ASH999"]


def test_rules_and_the_tool_have_addresses() -> None:
    (run,) = json.loads(sarif.render(report()))["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"] == "urn:asyncshim"
    assert driver["rules"][0]["helpUri"] == "urn:asyncshim:rules/ash101"
    documented = dataclasses.replace(report(), documentation="https://example.com/docs/")
    (run,) = json.loads(sarif.render(documented))["runs"]
    assert run["tool"]["driver"]["informationUri"] == "https://example.com/docs/"
    assert run["tool"]["driver"]["rules"][0]["helpUri"] == "https://example.com/docs/rules/ash101"


def test_a_fingerprint_stays_when_lines_move_and_differs_for_each_use() -> None:
    def fingerprints(*lines: int) -> list[str]:
        uses = tuple(Finding(line, 1, "ASH331", "the same use", Safety.MANUAL, False) for line in lines)
        (run,) = json.loads(sarif.render(report(RunMode.PREVIEW, (FileResult("tests/test_a.py", b"", b"", uses),))))[
            "runs"
        ]
        return [result["partialFingerprints"]["asyncshimUse/v1"] for result in run["results"]]

    assert fingerprints(3, 9) == fingerprints(13, 40)
    assert len(set(fingerprints(1, 2, 3))) == 3
