from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from asyncshim.migrate.cache.entries import UnusableEntryError, decoded, encoded
from asyncshim.migrate.plan.one_file import Visited
from asyncshim.migrate.plan.outcome import Outcome
from asyncshim_codemods.results import FileResult, Finding, Safety

FOUND = (
    Finding(3, 1, "ASH101", "the marker", Safety.SAFE, True),
    Finding(1, 7, "ASH331", "caf\u00e9 \udce9 needs review", Safety.MANUAL, False),
    Finding(9, 2, "ASH101", "the marker", Safety.UNSAFE, False),
)
OUTCOME = Outcome(
    visited=(
        Visited(FileResult("a.py", b"", b"new", FOUND)),
        Visited(FileResult("b\udce9.py", b"", b"", error="syntax error", error_line=4)),
        Visited(FileResult("c.py", b"", b"", error="cannot")),
    ),
    files=7,
    note="No dependency file names a runner",
    outside=(FileResult("d.py", b"", b"", FOUND[1:]),),
    config=("pytest.ini",),
)


def comparable(outcome: Outcome) -> list[object]:
    results = [(one.path, one.changed, one.findings, one.error, one.error_line) for one in outcome.results]
    return [results, outcome.outside, outcome.files, outcome.note, outcome.config]


def stored() -> dict[str, object]:
    content: dict[str, object] = json.loads(json.dumps(encoded(OUTCOME)))
    return content


def test_an_outcome_survives_json() -> None:
    assert comparable(decoded(stored())) == comparable(OUTCOME)


def test_the_bytes_of_files_are_not_stored() -> None:
    assert "new" not in json.dumps(stored()).replace('"note"', "")


def test_a_text_is_stored_once() -> None:
    assert json.dumps(stored()).count("the marker") == 1


@pytest.mark.parametrize(
    "change",
    [
        {"results": None},
        {"results": [["a.py", True, None, None]]},
        {"results": [["a.py", True, None, None, [1, 1, 0, 1, "safe"]]]},
        {"results": [["a.py", True, None, None, [1, 1, 0, 99, "safe", True]]]},
        {"results": [["a.py", True, None, None, [1, 1, 0, -1, "safe", True]]]},
        {"results": [["a.py", True, None, None, [1, 1, 0, 1, "harmless", True]]]},
        {"results": [["a.py", True, None, None, ["1", 1, 0, 1, "safe", True]]]},
        {"results": [["a.py", 1, None, None, []]]},
        {"results": [[None, True, None, None, []]]},
        {"results": [["a.py", True, 3, None, []]]},
        {"files": "7"},
        {"files": True},
        {"note": None},
        {"texts": {"a": "b"}},
        {"config": [1]},
    ],
)
def test_content_of_another_form_is_refused(change: Mapping[str, object]) -> None:
    with pytest.raises(UnusableEntryError):
        decoded({**stored(), **change})


@pytest.mark.parametrize("content", [None, [], {}, "x", 1])
def test_other_content_is_refused(content: object) -> None:
    with pytest.raises(UnusableEntryError):
        decoded(content)
