"""What the rules about ``event_loop`` have to know of other files: who runs a loop, who overrides, who calls what."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim.history import OTHER_BACKEND_FIXTURES, OTHER_BACKEND_MARKS
from asyncshim_codemods.project.blocking_names import BLOCKS_ANYWHERE, RUNS_A_LOOP, blocks_by_name
from asyncshim_codemods.project.leaks import lasting, may_start
from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

_Names = frozenset[str]

# Files without any of these are not parsed; plain searches, because there may be very many files.
_RUNS = (*(name.encode() for name in sorted(BLOCKS_ANYWHERE)), b"o.run(", b"uvloop.run(", b".Runner", b"IOLoop")
_LAST_NAMES = sorted(BLOCKS_ANYWHERE.union(name.rpartition(".")[2] for name in RUNS_A_LOOP))
_RUNS_BY_NAME = re.compile(rf"\b(?:{'|'.join(_LAST_NAMES)})\b".encode())
_OVERRIDE = re.compile(rb"""def event_loop\s*\(|name\s*=\s*["']event_loop["']""")
_GENERATES = re.compile(rb"""\bmetafunc\s*\.parametrize\(\s*(?:argnames\s*=\s*)?[\[(]?\s*["'][^"'\n]*\bevent_loop\b""")
_LAZY = re.compile(rb"""\b(?:lazy_fixture|lf)\(\s*["'](\w+)["']""")
_ASKS = re.compile(rb"""["']event_loop["']\s*(?:not\s+)?in\s[\s\w.]*(?:fixturenames|funcargnames)""")
_AT_THE_MARGIN = (b"\ndef ", b"\nasync def ", b"\nclass ")
_IDENTIFIER = re.compile(rb"\w+")
_SUPER = re.compile(rb"super\(\)\.(\w+)")
_STARTS_TASKS = (b"create_task(", b"ensure_future(", b"call_soon(", b"call_later(")
_OTHER_BACKENDS = tuple(
    word.encode() for word in (*(f"mark.{name}" for name in OTHER_BACKEND_MARKS), *OTHER_BACKEND_FIXTURES)
)


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """Facts of one file, or of many."""

    asking: _Names = field(default_factory=_Names)
    """Files in which code asks whether a test requests ``event_loop``."""
    blocking: _Names = field(default_factory=_Names)
    """Functions, methods, classes and fixtures that run a loop when called, or hand out what does."""
    lazy: _Names = field(default_factory=_Names)
    """Fixtures that ``lazy_fixture`` asks for by a string."""
    mentioning: _Names = field(default_factory=_Names)
    """Functions and classes, tests aside, that have the word ``event_loop`` in their code."""
    parametrized: _Names = field(default_factory=_Names)
    """Files with an ``event_loop`` of several values, or with a hook that gives tests several."""
    gives: _Names = field(default_factory=_Names)
    """Functions that return a task or server that they started."""
    lasting: _Names = field(default_factory=_Names)
    """Functions that may leave tasks or servers running when they end, as ``path:name``."""
    task_starters: _Names = field(default_factory=_Names)
    """Functions that start tasks, or schedule callbacks, which somebody may expect to have had their turn."""
    through_super: _Names = field(default_factory=_Names)
    """Methods that an overriding method calls."""
    other_backends: bool = False
    """Whether some tests belong to another backend."""

    def lasting_under(self, path: str) -> str:
        """One of those functions that is at work in a module, below a conftest, or perhaps called there; or ""."""
        own = PurePosixPath(path)
        for each in sorted(self.lasting):
            where, _, name = each.rpartition(":")
            place = PurePosixPath(where)
            is_below = own.parent in place.parents if own.name == "conftest.py" else own == place
            is_helper = not place.name.startswith("test") and place.parts[0] == own.parts[0]
            if is_below or is_helper:
                return f"`{name}` of {where}"
        return ""

    def asking_about(self, path: str) -> str:
        """A file whose code may ask whether the tests in ``path`` request ``event_loop``; or ""."""
        return next((each for each in sorted(self.asking) if _serves(each, path)), "")

    def parametrized_for(self, path: str) -> bool:
        """Whether an override of several values may apply to ``path``: its own, or that of a conftest above it."""
        own = PurePosixPath(path)
        return any(
            each == own or each.name != "conftest.py" or each.parent in own.parents
            for each in map(PurePosixPath, self.parametrized)
        )


def _serves(one: str, path: str) -> bool:
    """Whether the code of a file may be at work for the tests in ``path``: its own, a conftest's above, a helper's."""
    place, own = PurePosixPath(one), PurePosixPath(path)
    if place.name == "conftest.py":
        return place.parent in own.parents
    return place == own or not place.name.startswith("test")


class LoopCollector:
    """Takes in the Python files of a project one by one."""

    def __init__(self) -> None:
        self._found: set[LoopFacts] = set()

    def add(self, path: str, data: bytes) -> None:
        """Take in one file; most have nothing to say."""
        self._found.add(loop_facts(path, data))

    def absorb(self, other: LoopCollector) -> None:
        """Take over what was read elsewhere."""
        self._found |= other._found

    def facts(self) -> LoopFacts:
        """What all of them say."""
        found = self._found or {LoopFacts()}
        names = [each.name for each in fields(LoopFacts) if each.name != "other_backends"]
        unions = {name: frozenset[str]().union(*(getattr(each, name) for each in found)) for name in names}
        return LoopFacts(**unions, other_backends=any(each.other_backends for each in found))


def may_parse(data: bytes) -> bool:
    """Return whether a file without any word of a rule is parsed nevertheless."""
    return any(word in data for word in _RUNS) or may_start(data)


def loop_facts(path: str, data: bytes) -> LoopFacts:
    """What one Python file says; most say nothing, nor does one that cannot be parsed."""
    parametrizes = b"event_loop" in data and b"params=" in data and _OVERRIDE.search(data) is not None
    runs = any(word in data for word in _RUNS)
    starts = may_start(data)
    generates = b"event_loop" in data and b"metafunc" in data and _GENERATES.search(data) is not None
    tree = parsed(data) if parametrizes or runs or starts else None
    found = lasting(tree) if tree is not None and starts else None
    return LoopFacts(
        asking=frozenset([path] if b"event_loop" in data and _ASKS.search(data) else ()),
        blocking=frozenset(_blocking(tree, data) if tree is not None and runs else ()),
        lazy=frozenset(_words(_LAZY, data) if b"lf(" in data or b"lazy_fixture" in data else ()),
        gives=frozenset(() if found is None else found.gives),
        lasting=frozenset(() if found is None else (f"{path}:{name}" for name in found.leaves)),
        mentioning=frozenset(_mentioning(data) if b"event_loop" in data else ()),
        task_starters=frozenset(_task_starters(data)),
        parametrized=frozenset(
            [path] if generates or (tree is not None and parametrizes and _is_parametrized(tree)) else ()
        ),
        through_super=frozenset(_words(_SUPER, data) if b"super()." in data else ()),
        other_backends=any(word in data for word in _OTHER_BACKENDS),
    )


def _words(pattern: re.Pattern[bytes], data: bytes) -> Iterator[str]:
    return (word.decode("utf-8", "replace") for word in pattern.findall(data))


def _task_starters(data: bytes) -> Iterator[str]:
    """The functions in which tasks are started, found without parsing: those whose ``def`` comes last before that."""
    for word in _STARTS_TASKS:
        at = data.find(word)
        while at >= 0:
            start = data.rfind(b"def ", 0, at)
            if start >= 0:
                yield data[start + 4 : data.find(b"(", start)].decode("utf-8", "replace").strip()
            at = data.find(word, at + 1)


def _mentioning(data: bytes) -> Iterator[str]:
    """The definitions around the word: the last one that begins before it, and the last one at the left margin."""
    at = data.find(b"event_loop")
    while at >= 0:
        outer = max((data.rfind(word, 0, at), word) for word in _AT_THE_MARGIN)
        for start, word in ((data.rfind(b"def ", 0, at), b"def "), outer):
            name = _IDENTIFIER.match(data, start + len(word)) if start >= 0 else None
            if name is not None and not name[0].startswith((b"test", b"Test")):
                yield name[0].decode("utf-8", "replace")
        at = data.find(b"event_loop", at + 1)


def _is_parametrized(tree: ast.Module) -> bool:
    return any(map(_is_parametrized_override, ast.walk(tree)))


def _is_parametrized_override(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _last_name(decorator.func).endswith("fixture"):
            keywords = {keyword.arg: keyword.value for keyword in decorator.keywords}
            name = keywords.get("name")
            called = name.value if isinstance(name, ast.Constant) else node.name
            if called == "event_loop" and "params" in keywords:
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Owner:
    """A function, lambda or class. ``is_collected``: pytest runs its body, as a test or a fixture."""

    name: str
    is_collected: bool = False
    is_async: bool = False


def _blocking(tree: ast.Module, data: bytes) -> Iterator[str]:
    """The names of what blocks; a test or fixture that drives the loop while pytest runs it, and only then, is none."""
    for node, owners in _with_owners(tree, _lines_with(_RUNS_BY_NAME, data)):
        name = _dotted(node)
        if not blocks_by_name(name) or owners[-1].is_async:
            continue
        if name.endswith("run_until_complete") and owners[-1].is_collected:
            continue
        yield from (owner.name for owner in owners)


def _lines_with(pattern: re.Pattern[bytes], data: bytes) -> list[int]:
    """The lines, counted from 1, that hold the pattern, in order."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return [number for number, line in enumerate(lines, 1) if pattern.search(line)]


def _with_owners(tree: ast.Module, lines: list[int]) -> Iterator[tuple[ast.AST, tuple[_Owner, ...]]]:
    """Every name and attribute on these lines with what it stands in, outermost first."""
    stack: list[tuple[ast.AST, tuple[_Owner, ...]]] = [(tree, ())]
    while stack:
        node, owners = stack.pop()
        if owners and type(node) in {ast.Name, ast.Attribute}:
            yield node, owners
        inner = owners
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = (*owners, _Owner(node.name, _is_collected(node), isinstance(node, ast.AsyncFunctionDef)))
        elif isinstance(node, ast.ClassDef):
            inner = (*owners, _Owner(node.name))
        elif isinstance(node, ast.Lambda) and owners:
            inner = (*owners, _Owner(owners[-1].name))
        stack += [(child, inner) for child in ast.iter_child_nodes(node) if _is_on(child, lines)]


def _is_on(node: ast.AST, lines: list[int]) -> bool:
    """Whether any of these lines belongs to the node, or may: not every kind of node tells."""
    if not isinstance(node, ast.stmt | ast.expr):
        return True
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    at = bisect_left(lines, decorators[0].lineno if decorators else node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _is_collected(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = (each.func if isinstance(each, ast.Call) else each for each in function.decorator_list)
    return function.name.startswith("test") or any("fixture" in _last_name(each) for each in decorators)


def _dotted(node: ast.AST) -> str:
    """A chain of names as text; what it hangs on, if that is no name, is left out."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    return _dotted(node).rpartition(".")[2]
