from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.cli.fitting import columns_of, fitted, fitted_grid


def test_lines_are_broken_at_spaces_and_indented() -> None:
    assert fitted("one two three four", 11) == "one two\n  three\n  four"


def test_a_line_without_spaces_is_broken_where_it_must() -> None:
    assert fitted("x" * 25, 10) == "x" * 10 + "\n  " + "x" * 8 + "\n  " + "x" * 7


def test_indentation_and_short_lines_stay() -> None:
    text = "error:\n  short\n    a longer line\n"
    assert fitted(text, 14) == "error:\n  short\n    a longer\n      line\n"
    assert fitted("exactly 14 one", 14) == "exactly 14 one"


def test_a_pipe_has_no_limit() -> None:
    assert fitted("x " * 500, None) == "x " * 500


def test_a_terminal_that_is_too_narrow_for_the_indentation_still_gets_everything() -> None:
    assert "".join(fitted("abcdef", 1).split()) == "abcdef"


def test_the_last_column_of_a_grid_is_broken() -> None:
    rows = [("a", "one two three four five"), ("long", "six")]
    assert list(fitted_grid(rows, 26)) == ["a     one two three four", "      five", "long  six"]
    assert list(fitted_grid(rows, None)) == ["a     one two three four five", "long  six"]


@pytest.mark.parametrize(
    ("columns", "expected"), [("72", 72), ("0", None), ("wide", None), ("-3", None), ("\u00b2", None), (None, None)]
)
def test_a_file_has_as_many_columns_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: str | None, expected: int | None
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    with (tmp_path / "out.txt").open("w", encoding="utf-8") as stream:
        assert columns_of(stream) == expected
