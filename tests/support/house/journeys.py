"""Which modules of asyncshim run, or get a value, while something happens: read by a profile function.

`python -m house.journeys OUTPUT FOLDER...` runs suites in one process and writes what ran in each phase of each test.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import asyncshim
import asyncshim_codemods

# As installed: the tests also run with a wheel.
_FOLDERS = [Path(package.__path__[0]) for package in (asyncshim, asyncshim_codemods)]

Ran = dict[str, dict[str, list[str]]]
"""The functions that ran, by phase and module."""


def module_of(frame: FrameType) -> str | None:
    """Return the module of ours that has the code, as `plugin/hooks.py`; `None` for any other."""
    return _module_in(frame.f_code.co_filename)


@functools.cache
def _module_in(file: str) -> str | None:
    path = Path(file)
    return next((path.relative_to(folder).as_posix() for folder in _FOLDERS if folder in path.parents), None)


@contextmanager
def profiled(watch: Callable[[FrameType, str, object], object]) -> Iterator[None]:
    """Call `watch` for every call and return in the block."""
    former = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(former)


class Below:
    """Knows which code runs below functions with certain names."""

    def __init__(self, is_entry: Callable[[str], bool], *names: str) -> None:
        self._is_entry = is_entry
        self._names = names
        self._entered: list[FrameType] = []

    def has(self, frame: FrameType, event: str) -> bool:
        """Take note of the event. Return whether it belongs to one of these functions, or to what they call."""
        code = frame.f_code
        if event == "call" and code.co_name in self._names and self._is_entry(code.co_filename):
            self._entered.append(frame)
        is_below = bool(self._entered)
        if event == "return" and self._entered and frame is self._entered[-1]:
            self._entered.pop()
        return is_below


def run_suite(folder: str) -> Ran:
    """Run the suite in a folder."""
    ran: Ran = {}
    phase = ""

    def watch(frame: FrameType, event: str, _value: object) -> None:
        nonlocal phase
        code = frame.f_code
        if code.co_name == "call_and_report" and code.co_filename.endswith("runner.py"):
            known = frame.f_locals
            phase = f"{known['item'].name}:{known['when']}" if event == "call" else ""
        elif event == "call" and phase and (module := module_of(frame)) is not None:
            ran.setdefault(phase, {}).setdefault(module, []).append(code.co_qualname)

    options = ["-q", "--import-mode=importlib", "-pno:cacheprovider", "-pasyncshim.plugin", f"--rootdir={folder}"]
    with profiled(watch):
        exit_code = pytest.main([*options, folder])
    assert exit_code == 0, f"the suite in {folder} fails"
    return ran


def main(output: str, folders: Sequence[str]) -> None:
    Path(output).write_text(json.dumps({folder: run_suite(folder) for folder in folders}), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
