"""Lines of user code, as text and as places."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from asyncshim.plugin.checks import stacks
from asyncshim.plugin.checks.stacks import Line


def line(path: str, number: int = 1) -> Line:
    return Line(path, number, "function", "module")


def test_the_innermost_line_comes_last_without_those_of_asyncio() -> None:
    found = stacks.stack_of([sys._getframe()])
    assert found[-1][:1] + found[-1][2:] == (
        __file__,
        "test_the_innermost_line_comes_last_without_those_of_asyncio",
        __name__,
    )
    assert stacks.is_machinery(asyncio.__file__)
    assert stacks.is_machinery(stacks.__file__)
    assert not stacks.is_machinery(json.__file__)


def test_a_line_is_shown_relative_to_the_root_with_its_source(tmp_path: Path) -> None:
    tmp_path.joinpath("test_it.py").write_text("time.sleep(1)\n")
    (shown,) = stacks.shown((line(str(tmp_path / "test_it.py")),), str(tmp_path)).splitlines()
    assert shown == "  test_it.py:1 in function: time.sleep(1)"


def test_at_most_twenty_lines_are_shown() -> None:
    shown = stacks.shown(tuple(line("/no/file.py", number) for number in range(200)), "/top").splitlines()
    assert len(shown) == 21
    assert shown[0] == "  … 180 outer frames are left out"
    assert shown[-1] == "  /no/file.py:199 in function"


def test_a_callback_without_frame_is_named() -> None:
    callback = stacks.line_of_callback("time.sleep")
    assert stacks.shown((callback,), "") == "  the callback time.sleep, a function without Python code"
    assert not callback.place("")
    assert stacks.shown((), "") == "  no line of Python code is known"


def test_the_line_of_the_suite_is_its_innermost_one() -> None:
    of_suite = line(os.path.join(os.sep, "top", "tests", "test_it.py"))
    library = line(os.path.join(os.sep, "top", ".venv", "site-packages", "library.py"))
    standard = line(json.__file__)
    root = Path(os.sep, "top")
    assert stacks.line_of_suite((of_suite, library, standard), root) == of_suite
    assert stacks.line_of_suite((library, standard), root) == library
    assert stacks.line_of_suite((standard,), root) == standard
    assert stacks.line_of_suite((), root) is None
