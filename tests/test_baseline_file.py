from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from asyncshim import baseline_file
from asyncshim.baseline_file import BaselineFile
from asyncshim.errors import UsageError

BOTH = BaselineFile(
    Counter({("a.py", "ASH101 @mark"): 2}),
    Counter({("b.py::test_\u00e9[a b]", "task: f"): 5_000, ("a.py::t", "task: g"): 1, ("a.py::t", "task: f"): 1}),
)


def test_what_is_saved_can_be_loaded(tmp_path: Path) -> None:
    BOTH.save(tmp_path / "b.json")
    assert baseline_file.load(tmp_path / "b.json") == BOTH


def test_the_file_is_sorted_and_has_one_finding_on_each_line() -> None:
    assert BOTH.text().splitlines() == [
        "{",
        ' "version": 1,',
        ' "accepted": {',
        '  "a.py": [',
        '   "ASH101 @mark",',
        '   "ASH101 @mark"',
        "  ]",
        " },",
        ' "runtime": {',
        '  "a.py::t": {',
        '   "task: f": 1,',
        '   "task: g": 1',
        "  },",
        '  "b.py::test_\\u00e9[a b]": {',
        '   "task: f": 5000',
        "  }",
        " }",
        "}",
    ]


def test_a_part_that_no_test_run_wrote_is_not_written(tmp_path: Path) -> None:
    BaselineFile(Counter()).save(tmp_path / "b.json")
    assert "runtime" not in (tmp_path / "b.json").read_text()
    assert baseline_file.load(tmp_path / "b.json").runtime is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a baseline of asyncshim; write it with --new"),
        (b"<<<<<<< HEAD\n{}", "is not a baseline"),
        (b"\xff\xfe", "is not a baseline"),
        (b"[" * 200_000, "is not a baseline"),
        (b'{"version": 1}', "is not a baseline"),
        (b'{"version": 1, "accepted": {}, "runtime": []}', "is not a baseline"),
        (b'{"version": 1, "accepted": {}, "runtime": {"a": []}}', "is not a baseline"),
        (b'{"version": 1, "accepted": {}, "runtime": {"a": {"task: f": "1"}}}', "is not a baseline"),
        (b'{"version": 1, "accepted": {}, "runtime": {"a": {"task: f": true}}}', "is not a baseline"),
        (b'{"version": 1, "accepted": {}, "runtime": {"a": {"task: f": -1}}}', "is not a baseline"),
        (b'{"version": 7, "accepted": {}}', "has another format version; write it again with --new"),
        (None, "the baseline does not exist; --new writes it"),
        ("folder", "the baseline cannot be read: "),
        ("fifo", "the baseline cannot be read: not a regular file"),
    ],
)
def test_an_unusable_file_is_one_sentence(tmp_path: Path, content: bytes | str | None, message: str) -> None:
    file = tmp_path / "b.json"
    if content == "folder":
        file.mkdir()
    elif content == "fifo":
        os.mkfifo(file)
    elif isinstance(content, bytes):
        file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        baseline_file.load(file, option="--new")
    assert str(caught.value).startswith(f"{file}: {message}")
    assert "\n" not in str(caught.value)
