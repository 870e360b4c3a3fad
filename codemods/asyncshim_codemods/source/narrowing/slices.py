"""A file with the statements blanked out that no rule can be interested in, and the way back to the whole file.

LibCST's time grows with what it is given, and in most files the rules look at a few decorators and signatures. A run of
statements that does not matter becomes one line, an expression of names: a name of its own, and the names that the
run reads and whose uses the rules count. What comes out has the run again in the place of that line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MARK = "_asyncshim_slice_"


class WholeFileNeededError(Exception):
    """A rule has to see statements that are blanked out, or one of their lines was changed."""


@dataclass(frozen=True, slots=True)
class Run:
    """Lines that are blanked out, by their numbers from 0, the last one included; ``names`` are read in them."""

    first: int
    last: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """``text`` is what LibCST gets; ``lines`` are the places of its lines in the file, ``runs`` the lines left out."""

    text: str
    lines: Sequence[int]
    runs: Mapping[str, str]

    def line(self, number: int) -> int:
        """The 1-based line of the file that the slice's 1-based line ``number`` is."""
        return self.lines[number - 1] + 1 if number <= len(self.lines) else self.lines[-1] + 2

    def restored(self, text: str) -> str:
        """``text``, which is the slice after some edits, with all that was left out."""
        if MARK not in text:
            return text
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if MARK in line:
                bare = line.removesuffix("\r")
                whole = self.runs.get(bare)
                if whole is None:
                    raise WholeFileNeededError
                lines[number] = whole + line[len(bare) :]
        return "\n".join(lines)


def cut(lines: Sequence[str], runs: Iterable[Run]) -> Slice:
    """The slice without these runs, which are in order and apart; ``lines`` are without their line feeds."""
    kept: list[str] = []
    places: list[int] = []
    left_out: dict[str, str] = {}
    at = 0
    for number, run in enumerate(runs):
        kept += lines[at : run.first]
        places += range(at, run.first)
        first = lines[run.first]
        indentation = first[: len(first) - len(first.lstrip(" \t"))]
        blank = f"{indentation}({', '.join([f'{MARK}{number}', *run.names])},)"
        whole = "\n".join(lines[run.first : run.last + 1])
        left_out[blank] = whole.removesuffix("\r")
        kept.append(blank + "\r" * whole.endswith("\r"))
        places.append(run.first)
        at = run.last + 1
    kept += lines[at:]
    places += range(at, len(lines))
    return Slice("\n".join(kept), places, left_out)
