"""The results of the rules for one file: plain values that can be pickled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

TODO_COMMENT = re.compile(r"[#;][ \t]*TODO\(asyncshim\):[ \t]*(?P<text>(?P<code>ASH\d+\b)?[^\r\n]*)")
"""A to-do comment that ``--todo`` adds, with the code of its rule."""

TOO_DEEP = "nested too deeply to be parsed"
"""The error of a file that no stack is large enough for."""

_TODO_WIDTH = 100


def todo_comment(code: str, message: str, indentation: int) -> str:
    """Return the to-do comment for a finding; a long message is cut, because ``check`` shows it whole."""
    text = f"# TODO(asyncshim): {code} {message}"
    width = max(_TODO_WIDTH - indentation, 50)
    if len(text) <= width:
        return text
    text = text[: width - 3].rpartition(" ")[0]
    if text.count("`") % 2:
        text = text.rpartition("`")[0]
    return f"{text.rstrip(' ,;:')} ..."


class Safety(StrEnum):
    """Whether a rewrite may change behaviour; the rule pages give the conditions."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One use of an old feature, at a place in the file as it was read.

    ``line`` and ``column`` are 1-based. ``fixed`` is true when the ``new`` bytes of the result no longer
    contain the use; otherwise ``message`` gives the reason.
    """

    line: int
    column: int
    code: str
    message: str
    safety: Safety
    fixed: bool


@dataclass(frozen=True, slots=True)
class FileResult:
    """The result for one file. ``new == old`` if nothing changed; ``error`` is one sentence, or ``None``.

    With an error, ``new == old``: no partial result is returned. ``error_line`` is the 1-based line of the error, if it
    has one; ``details`` is the traceback of a rule that crashed.
    """

    path: str
    old: bytes
    new: bytes
    findings: tuple[Finding, ...] = field(default=())
    error: str | None = None
    error_line: int | None = None
    details: str = field(default="", compare=False)

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.new != self.old


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the rules that the user chose.

    ``select`` holds the codes that may act (already resolved from ``--select/--ignore``), ``runner`` is one of
    ``asyncshim``, ``conftest``, ``alt-pytest-asyncio``, ``pytest-asyncio``, ``anyio``. ``runner_given`` says that the
    user named it.
    """

    select: frozenset[str]
    unsafe: bool = False
    todo: bool = False
    runner: str = "asyncshim"
    runner_given: bool = False
