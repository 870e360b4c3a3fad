from __future__ import annotations

import pytest

from asyncshim_codemods.source.narrowing.slices import Run, WholeFileNeededError, cut

LINES = ["import pytest", "", "def f():", "    x = 1", "    return x", "", "y = 2", ""]


def test_a_run_becomes_one_line_that_names_what_it_reads() -> None:
    made = cut(LINES, [Run(3, 4, ("pytest", "y")), Run(6, 6)])
    assert made.text == ("import pytest\n\ndef f():\n    (_asyncshim_slice_0, pytest, y,)\n\n(_asyncshim_slice_1,)\n")
    assert [made.line(number) for number in range(1, 8)] == [1, 2, 3, 4, 6, 7, 8]


def test_what_was_left_out_comes_back_into_edited_text() -> None:
    made = cut(LINES, [Run(3, 4)])
    edited = "@new\n" + made.text.replace("def f()", "async def f()")
    assert made.restored(edited) == "@new\nimport pytest\n\nasync def f():\n    x = 1\n    return x\n\ny = 2\n"
    assert made.restored("y = 2\n") == "y = 2\n"


def test_carriage_returns_stay() -> None:
    made = cut([line + "\r" for line in LINES[:-1]] + [""], [Run(3, 4), Run(6, 6)])
    assert made.text.count("\r\n") == made.text.count("\n") == 6
    assert made.restored(made.text) == "\r\n".join(LINES)
    assert made.restored(made.text.rstrip()) == "\r\n".join(LINES[:-1])


def test_a_last_line_without_an_end_has_none_afterwards() -> None:
    made = cut(["x = 1", "y = 2"], [Run(1, 1)])
    assert made.restored(made.text) == "x = 1\ny = 2"
    assert made.line(3) == 3


def test_a_line_that_was_changed_asks_for_the_whole_file() -> None:
    made = cut(LINES, [Run(3, 4)])
    with pytest.raises(WholeFileNeededError):
        made.restored(made.text.replace("    (", "(", 1))
