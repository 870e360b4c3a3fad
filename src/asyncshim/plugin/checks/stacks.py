"""The lines of user code that a thread runs, as text and as the place of a finding."""

from __future__ import annotations

import linecache
import os
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import NamedTuple

MOST_SHOWN = 20
_MOST_KEPT = 200
_STDLIB = tuple({sysconfig.get_path("stdlib") + os.sep, sysconfig.get_path("platstdlib") + os.sep})
_MACHINERY = tuple(str(folder) + os.sep for folder in (Path(os.__file__).parent / "asyncio", Path(__file__).parents[1]))
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


class Line(NamedTuple):
    """The line that a frame is at."""

    path: str
    number: int
    function: str
    module: str

    def shown(self, root: str) -> str:
        """Return the line as text; the path is relative to *root* where possible."""
        if not self.path:
            return f"the callback {self.function}, a function without Python code"
        source = linecache.getline(self.path, self.number).strip()
        place = f"{self.place(root)} in {self.function}"
        return f"{place}: {source}" if source else place

    def place(self, root: str) -> str:
        """Return PATH:LINE; "" for a function without Python code."""
        if not self.path:
            return ""
        path = self.path.removeprefix(root + os.sep) if root else self.path
        return f"{path.replace(os.sep, '/')}:{self.number}"


Stack = tuple[Line, ...]
"""Lines of user code, the innermost last."""


def stack_of(frames: Iterable[FrameType]) -> Stack:
    """Return the lines of user code in *frames*, whose first is the innermost."""
    lines: list[Line] = []
    for frame in frames:
        code = frame.f_code
        if not is_machinery(code.co_filename):
            module = str(frame.f_globals.get("__name__", ""))
            lines.append(Line(code.co_filename, frame.f_lineno, code.co_qualname, module))
            if len(lines) == _MOST_KEPT:
                break
    return tuple(reversed(lines))


def line_of_callback(name: str) -> Line:
    """Return the line for a callback that is written in C and has no frame."""
    return Line("", 0, name, "")


def shown(stack: Stack, root: str) -> str:
    """Return the innermost lines of *stack* as text."""
    lines = [f"  {line.shown(root)}" for line in stack[-MOST_SHOWN:]]
    if len(stack) > MOST_SHOWN:
        lines.insert(0, f"  … {len(stack) - MOST_SHOWN} outer frames are left out")
    return "\n".join(lines) or "  no line of Python code is known"


def line_of_suite(stack: Stack, root: Path) -> Line | None:
    """Return the innermost line of the suite; without one, that of a library or the innermost one."""
    of_library = None
    for line in reversed(stack):
        if is_stdlib(line.path):  # which may be below the root, too
            continue
        is_installed = any(folder in line.path for folder in _INSTALLED)
        if not is_installed and line.path.startswith(str(root) + os.sep):
            return line
        of_library = of_library or line
    return of_library or (stack[-1] if stack else None)


def is_machinery(path: str) -> bool:
    """Return whether the file is asyncio's or ours; it is not imported for that."""
    return path.startswith(_MACHINERY)


def is_stdlib(path: str) -> bool:
    """Return whether the file belongs to the standard library."""
    is_below = path.startswith(_STDLIB) or path.startswith("<frozen ")
    return is_below and not any(folder in path for folder in _INSTALLED)
