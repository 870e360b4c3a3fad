from __future__ import annotations

import json

from asyncshim.migrate.prove.record import read


def line(test: str, when: str, outcome: str = "", text: str = "") -> str:
    return json.dumps({"id": test, "when": when, "outcome": outcome, "text": text})


STARTED = [line("/p", "root"), line("t", "collected", "collected"), line("t", "setup", "passed")]
WHOLE = [*STARTED, line("t", "call", "passed"), line("t", "teardown", "passed"), line("", "end", "0")]


def test_a_whole_record_has_no_trouble() -> None:
    record = read(WHOLE)
    assert record.trouble(0, None) is None
    assert record.outcomes == {"t": "passed"}


def test_an_incomplete_line_is_the_last_one_of_a_dead_process() -> None:
    record = read([*STARTED, '{"id": "t", "wh'])
    assert record.trouble(-11, None) == "pytest was killed by SIGSEGV, in t"
    assert record.trouble(-99, None) == "pytest was killed by signal 99, in t"


def test_a_test_whose_tear_down_is_missing_did_not_end() -> None:
    record = read([*STARTED, line("t", "call", "passed")])
    assert record.trouble(0, None) == "the process ended with exit code 0 before pytest did, in t"


def test_the_time_limit_is_named_with_the_test_that_exceeds_it() -> None:
    assert read(STARTED).trouble(None, 8) == "pytest did not end within 8 seconds, in t"


def test_several_files_that_cannot_be_collected_are_counted() -> None:
    errors = [line("a.py", "collect", "error", "E  x"), line("b.py", "collect", "error", "E  y")]
    assert read([line("/p", "root"), *errors]).trouble(2, None) == "pytest could not collect a.py and 1 more"
