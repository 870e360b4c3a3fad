"""Decides with ``ast`` which statements of a file no rule can be interested in; they are kept away from LibCST.

What is kept: all that holds one of the words that rules look for, or a name that stands for one; imports, the head of
the file, compound statements other than functions and classes; then, again and again, whatever binds a name that is
mentioned in what is kept. Of a function that matters for its decorators or parameters only, the body is left out; of a
class, the members that do not matter. Of what is left out, the names of imports and of functions at issue that it reads
stay known. A file is taken whole where this gains little or cannot be decided by lines: form feeds, mixed line ends,
an encoding cookie, words that two string literals make together, comments to asyncshim.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from asyncshim_codemods.source.narrowing.free_names import AmbiguousError, FreeNames, parameters
from asyncshim_codemods.source.narrowing.keywords import HotLines
from asyncshim_codemods.source.narrowing.slices import MARK, Run, Slice, cut
from asyncshim_codemods.source.narrowing.units import (
    Keep,
    Unit,
    cut_units,
    decorator_names,
    head,
    is_in_string,
    units_of,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Shorter files cost less than finding out what to leave out.
WORTH_IT = 1500
# And the part of its lines has to be left out that makes up for that.
WORTH_LEAVING = 0.2
_REFUSED = re.compile(
    r"""\f|asyncshim:|TODO\(asyncshim|\A(?:[^\n]*\n)?[^\n]*coding[:=]|\r(?!\n)|\w['"]\s*[bBfFrRuU]{0,2}['"]\w|""" + MARK
)
_WORDS = re.compile(r"[^\W\d]\w*")
# Names whose meaning rules ask for although they need not stand in the code: those that edits bring in.
_ASKED = frozenset({
    "AsyncGenerator", "AsyncIterable", "AsyncIterator", "asyncio", "asyncio_runner", "pytest",
    "pytest_asyncio_loop_factories", "uvloop", "winloop",
})  # fmt: skip


def sliced(data: bytes, names: Iterable[str] = ()) -> Slice | None:
    """What LibCST has to see of a file, or None for all of it; ``names`` are further ones that rules look for."""
    if len(data) < WORTH_IT:
        return None
    try:
        text = data.decode("utf-8")
        if _REFUSED.search(text) or text.count("\r") not in {0, text.count("\n")}:
            return None
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    lines = text.split("\n")
    plan = _Plan(text, lines, tree)
    try:
        plan.heat(names)
        plan.settle()
        runs = sorted(plan.runs(), key=lambda run: run.first)
    except _UnclearError:
        return None
    saved = sum(run.last - run.first for run in runs)
    return cut(lines, runs) if runs and saved >= len(lines) * WORTH_LEAVING else None


class _UnclearError(Exception):
    """Lines do not tell the statements apart."""


class _Plan:
    """The statements of one file, and how much of each is kept."""

    def __init__(self, text: str, lines: Sequence[str], tree: ast.Module) -> None:
        self._lines = lines
        self._free = FreeNames(":=" in text)
        self._units = units_of(tree.body, lines, self._free)
        self._hot = HotLines(text, lines)
        self._words: set[str] = set(_ASKED)
        self._mentioned: set[str] = set()
        self._binders: dict[str, list[Unit]] = {}
        self._deep: set[str] = set()
        self._names: dict[Unit, list[str]] = {}

    def heat(self, names: Iterable[str]) -> None:
        """Take in further names that are relevant, and those that a statement with a relevant word gives to things."""
        known = {*names}
        self._hot.add(known)
        while True:
            simple = (unit for unit in walk(self._units) if not unit.is_function and not unit.is_class)
            found = {name for unit in simple if self._is_hot(unit) for name in _stand_ins(unit, known)}
            known |= found
            if not self._hot.add(found):
                return

    def _is_hot(self, unit: Unit) -> bool:
        return self._hot.touch(unit.first, unit.last)

    def settle(self) -> None:
        """Decide about every statement."""
        self._judge(self._units)
        for unit in head(self._units):
            self._keep(unit, Keep.HEADER)
        while True:
            self._follow()
            if not self._account():
                return

    def _judge(self, units: Sequence[Unit]) -> None:
        for unit in units:
            for name in unit.binds:
                self._binders.setdefault(name, []).append(unit)
        for unit in units:
            if unit.shares_line or not unit.can_go or "global " in (text := self._part(unit)) or "nonlocal " in text:
                self._keep(unit, Keep.WHOLE)
            elif self._is_hot(unit):
                self._keep(unit, self._wanted(unit))
            elif ":=" in text and not self._is_walrus_inside(unit):
                self._keep(unit, Keep.WHOLE)

    def _is_walrus_inside(self, unit: Unit) -> bool:
        return unit.is_function and unit.body_first > unit.first and ":=" not in self._header(unit)

    def _wanted(self, unit: Unit) -> Keep:
        """How much of a statement with a relevant word matters."""
        if unit.is_class:
            return Keep.HEADER
        if not unit.is_function or not unit.has_body or self._hot.touch(unit.body_first, unit.last):
            return Keep.WHOLE
        # A fixture that is named so is read as a whole; a parameter of this name, or a marker, is all there is to see.
        above = "\n".join(self._lines[unit.first - 1 : unit.line - 1])
        special = "event_loop" in above or unit.binds & {"event_loop", "event_loop_policy"}
        return Keep.WHOLE if special else Keep.HEADER

    def _part(self, unit: Unit) -> str:
        return "\n".join(self._lines[unit.first - 1 : unit.last])

    def _header(self, unit: Unit) -> str:
        return "\n".join(self._lines[unit.first - 1 : unit.body_first - 1 if unit.has_body else unit.last])

    def _keep(self, unit: Unit, keep: Keep) -> None:
        if keep is Keep.HEADER and not unit.has_body:
            keep = Keep.WHOLE
        if keep <= unit.keep:
            return
        fresh = unit.keep is Keep.NOTHING
        unit.keep = keep
        if keep is Keep.WHOLE:
            text = self._part(unit)
            for each in walk(unit.children):
                each.keep = Keep.WHOLE
            if unit.is_function and "event_loop" in self._header(unit) and not unit.is_async:
                self._deep.update(_WORDS.findall(text))
        else:
            text = self._header(unit)
        words = _WORDS.findall(text)
        self._words.update(words)
        if not isinstance(unit.node, ast.Import | ast.ImportFrom):
            self._mentioned.update(words)
        if fresh and keep is Keep.HEADER and unit.is_class:
            self._judge(unit.children)

    def _follow(self) -> None:
        """Keep what binds a name that stands in what is kept, until nothing is new."""
        while True:
            wanted = [
                (unit, Keep.WHOLE if unit.is_function and name in self._deep else Keep.HEADER)
                for name in self._words & self._binders.keys()
                for unit in self._binders[name]
            ]
            wanted = [(unit, keep) for unit, keep in wanted if unit.keep < keep]
            if not wanted:
                return
            for unit, keep in wanted:
                self._keep(unit, keep)
                if keep is Keep.WHOLE:
                    self._deep.update(_WORDS.findall(self._part(unit)))

    def _account(self) -> bool:
        """Find out which names of interest the rest reads; whether some of it has to be kept for that."""
        self._names = {}
        pieces = [(unit, set(_WORDS.findall(self._rest(unit)))) for unit in cut_units(self._units)]
        for name in sorted(self._at_issue()):
            mentioning = [unit for unit, words in pieces if name in words]
            if not self._settle_name(name, mentioning):
                return True
        asking = self._asking()
        called = [
            unit for unit, words in pieces if any(f".{name}" in self._rest(unit) for name in words.intersection(asking))
        ]
        for unit in called:
            self._keep(unit, Keep.WHOLE)
        return bool(called)

    def _asking(self) -> set[str]:
        """The functions with a parameter ``event_loop``: rules look whether anybody calls them as methods."""
        found: set[str] = set()
        for unit in walk(self._units):
            if unit.keep is not Keep.NOTHING and not unit.is_class and self._is_hot(unit):
                nodes = ast.walk(unit.node) if unit.keep is Keep.WHOLE else [unit.node]
                functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
                found.update(node.name for node in functions if "event_loop" in parameters(node.args))
        return found

    def _rest(self, unit: Unit) -> str:
        return "\n".join(self._lines[(unit.body_first if unit.keep is Keep.HEADER else unit.first) - 1 : unit.last])

    def _settle_name(self, name: str, mentioning: Sequence[Unit]) -> bool:
        """Note one place that reads ``name``; False where a statement had to be kept instead."""
        for unit in mentioning:
            if unit.keep is Keep.NOTHING and name not in unit.beside and name in decorator_names(unit):
                self._names.setdefault(unit, []).append(name)
                return True
        for unit in mentioning:
            try:
                found = self._reads(unit, name)
            except AmbiguousError:
                self._keep(unit, Keep.WHOLE)
                return False
            if found:
                self._names.setdefault(unit, []).append(name)
                return True
        strings = [unit for unit in mentioning if is_in_string(unit, name)]
        for unit in strings:
            self._keep(unit, Keep.WHOLE)
        return not strings

    def _reads(self, unit: Unit, name: str) -> bool:
        """Whether what is left out of a statement reads the name from outside."""
        if name in unit.beside:
            raise AmbiguousError(name)
        node = unit.node
        if unit.keep is Keep.HEADER and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._free.reads(node.body, name) and name not in parameters(node.args)
        return self._free.reads([node], name)

    def _at_issue(self) -> set[str]:
        """The imported names that what is kept mentions, and the functions and classes with relevant words."""
        imported: set[str] = set()
        others: set[str] = set()
        for unit in walk(self._units):
            if unit.keep is Keep.NOTHING:
                continue
            if isinstance(unit.node, ast.Import | ast.ImportFrom):
                imported |= unit.binds
                continue
            if not unit.can_go:
                imported |= unit.binds
            elif self._is_hot(unit):
                others |= unit.binds
        return (imported & self._mentioned) | others

    def runs(self) -> Iterator[Run]:
        """The lines to leave out."""
        yield from self._runs_in(self._units)

    def _runs_in(self, units: Sequence[Unit]) -> Iterator[Run]:
        pending: list[Unit] = []
        for unit in units:
            if unit.keep is Keep.NOTHING:
                pending.append(unit)
                continue
            yield from self._run(pending)
            pending = []
            if unit.keep is Keep.HEADER and unit.is_class:
                yield from self._runs_in(unit.children)
            elif unit.keep is Keep.HEADER:
                yield from self._lines_out(unit.body_first, unit.last, self._names.get(unit, []), compound=True)
        yield from self._run(pending)

    def _run(self, units: Sequence[Unit]) -> Iterator[Run]:
        if units:
            names = [name for unit in units for name in self._names.get(unit, [])]
            compound = units[-1].is_function or units[-1].is_class
            yield from self._lines_out(units[0].first, units[-1].last, names, compound=compound)

    def _lines_out(self, first: int, last: int, names: Iterable[str], *, compound: bool) -> Iterator[Run]:
        if self._lines[last - 1].rstrip("\r").endswith("\\"):
            raise _UnclearError
        column = _column(self._lines[first - 1])
        following = last
        while compound and following < len(self._lines):
            line = self._lines[following]
            if line.strip() and not (line.lstrip().startswith("#") and _column(line) > column):
                break
            following += 1
            if line.strip():
                last = following
        yield Run(first - 1, last - 1, tuple(dict.fromkeys(names)))


def _column(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def _stand_ins(unit: Unit, known: set[str]) -> set[str]:
    """The names that a statement with a relevant word makes relevant as well."""
    node = unit.node
    if isinstance(node, ast.Import | ast.ImportFrom):
        ours = isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pytest_asyncio"
        return {
            alias.asname or alias.name.partition(".")[0]
            for alias in node.names
            if ours or alias.name.partition(".")[0] == "pytest_asyncio" or alias.name in known
        }
    return unit.binds
