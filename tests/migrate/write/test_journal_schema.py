from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from asyncshim.migrate.read import files
from asyncshim.migrate.write import journal_schema
from asyncshim.migrate.write.run_record import Entry, Run, Stage

RUN = Run(
    4,
    Stage.DONE,
    "p",
    (Entry("d/a.py", f"d/.asyncshim-{'0' * 32}-0.tmp", files.digest(b"a"), files.digest(b"b"), 0o644, 0, 1),),
    3,
)


def content(run: Run) -> dict[str, object]:
    listed = {**dataclasses.asdict(run), "entries": [dataclasses.asdict(entry) for entry in run.entries]}
    return {"version": 1, **listed}


def test_a_saved_run_is_read_back(tmp_path: Path) -> None:
    assert journal_schema.parse(content(RUN), 4, tmp_path) == RUN


def test_a_journal_with_a_path_twice_is_refused(tmp_path: Path) -> None:
    twice = dataclasses.replace(RUN, entries=RUN.entries * 2)
    with pytest.raises(journal_schema.ForgedError, match="a path that is there twice cannot be right"):
        journal_schema.parse(content(twice), 4, tmp_path)
