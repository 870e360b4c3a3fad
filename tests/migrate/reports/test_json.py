from __future__ import annotations

import json

import pytest

from asyncshim.migrate.reports import json as json_report
from asyncshim.migrate.reports.model import RunMode
from reports import report

jsonschema = pytest.importorskip("jsonschema")


@pytest.mark.parametrize("mode", list(RunMode))
def test_the_json_report_matches_its_schema(mode: RunMode) -> None:
    schema = json.loads(json_report.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json_report.render(report(mode))), schema)
    jsonschema.validate(json.loads(json_report.render(report(mode, ()))), schema)


def test_the_json_report_contains_every_finding_and_error() -> None:
    content = json.loads(json_report.render(report()))
    assert (content["version"], content["asyncshim"], content["mode"]) == (1, "0.1.0", "preview")
    assert content["summary"] == {"files": 12, "changed": 1, "failed": 2, "rewritten": 1, "left": 2}
    assert content["rules"][0] == {"code": "ASH101", "name": "old-word", "rewritten": 1, "left": 0}
    first, odd, broken, gone = content["files"]
    assert [finding["line"] for finding in first["findings"]] == [4, 9]
    assert first["findings"][1] == {
        "line": 9,
        "column": 15,
        "code": "ASH331",
        "message": "a loop that runs for ever: 100% by hand, <b>really</b>",
        "safety": "manual",
        "rewritten": False,
    }
    assert odd["path"] == "tests/api/caf\udce9 `x`.py"
    assert (broken["error"], broken["error_line"]) == ("syntax error: <unclosed>", 7)
    assert gone["error_line"] is None


def test_the_json_schema_refuses_unknown_keys() -> None:
    content = json.loads(json_report.render(report()))
    content["files"][0]["findings"][0]["severity"] = "high"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, json.loads(json_report.schema()))
