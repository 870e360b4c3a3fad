"""Facts about other files for the rules about ``event_loop``: what runs a loop, overrides it or leaks tasks."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from asyncshim.history import OTHER_BACKEND_FIXTURES, OTHER_BACKEND_MARKS
from asyncshim_codemods.project import definitions
from asyncshim_codemods.project.blocking_names import BLOCKS_ANYWHERE, RUNS_A_LOOP, blocks_by_name
from asyncshim_codemods.project.constructors import plain_constructors
from asyncshim_codemods.project.leaks import find_leaks
from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

_Names = frozenset[str]

# Files without any of these are not parsed. Plain searches are fast enough for very many files.
_RUNS = (*(name.encode() for name in sorted(BLOCKS_ANYWHERE)), b"o.run(", b"uvloop.run(", b".Runner", b"IOLoop")
_LAST_NAMES = sorted(BLOCKS_ANYWHERE.union(name.rpartition(".")[2] for name in RUNS_A_LOOP))
_RUNS_BY_NAME = re.compile(rf"\b(?:{'|'.join(_LAST_NAMES)})\b".encode())
_OVERRIDE = re.compile(rb"""def event_loop\s*\(|name\s*=\s*["']event_loop["']""")
_GENERATES = re.compile(rb"""\bmetafunc\s*\.parametrize\(\s*(?:argnames\s*=\s*)?[\[(]?\s*["'][^"'\n]*\bevent_loop\b""")
_LAZY = re.compile(rb"""\b(?:lazy_fixture|lf)\(\s*["'](\w+)["']""")
_LOOP_CLASS = re.compile(rb"^class (\w*[Ll]oop\w*)[ \t]*(?:\(([^()\n]*)\))?[ \t]*:", re.MULTILINE)
_COROUTINE = re.compile(rb"async def (\w+)")
_SUPER = re.compile(rb"super\(\)\.(\w+)")
_STARTS_TASKS = (b"create_task(", b"ensure_future(", b"call_soon(", b"call_later(")
_OTHER_BACKENDS = tuple(
    word.encode() for word in (*(f"mark.{name}" for name in OTHER_BACKEND_MARKS), *OTHER_BACKEND_FIXTURES)
)


@dataclass(frozen=True, slots=True)
class LoopFacts:
    """Facts of one file, or of many."""

    asking: _Names = field(default_factory=_Names)
    """Files in which code asks whether a test requests ``event_loop``, or reads it as its argument."""
    blocking: _Names = field(default_factory=_Names)
    """Functions, methods, classes and fixtures that run a loop when they are called, or return something that does."""
    lazy: _Names = field(default_factory=_Names)
    """Fixtures that ``lazy_fixture`` requests by name."""
    mentioning: _Names = field(default_factory=_Names)
    """Functions and classes, except tests, whose code contains the word ``event_loop``."""
    passing: _Names = field(default_factory=_Names)
    """Functions and classes, except tests, that pass ``event_loop`` in a call."""
    called: _Names = field(default_factory=_Names)
    """What is called with ``event_loop``, and tests that are called with any arguments."""
    parametrized: _Names = field(default_factory=_Names)
    """Files with a parametrized ``event_loop``, or with a hook that parametrizes it."""
    returning: _Names = field(default_factory=_Names)
    """Functions that return a task or server that they started."""
    leaking: _Names = field(default_factory=_Names)
    """Functions that may leak tasks or servers, as ``path:name``."""
    task_starters: _Names = field(default_factory=_Names)
    """Functions that start tasks or schedule callbacks, themselves or in what they await."""
    coroutines: _Names = field(default_factory=_Names)
    """Functions and methods that are ``async def``."""
    awaits: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """Of one file: each coroutine function, except tests, with the name of what it awaits."""
    context_setters: _Names = field(default_factory=_Names)
    """Functions of files with context variables that call a method ``set``, and those that await them."""
    uses_context_variables: bool = False
    """Whether some file uses context variables."""
    through_super: _Names = field(default_factory=_Names)
    """Methods that are called through ``super()``."""
    conftests: frozenset[tuple[str, bytes]] = field(default_factory=frozenset[tuple[str, bytes]])
    """Path and content of each conftest that may override ``event_loop``."""
    override_modules: frozenset[tuple[str, bytes]] = field(default_factory=frozenset[tuple[str, bytes]])
    """The same of other files that pytest may load as plugins: neither a conftest nor a test module."""
    constructors: frozenset[tuple[str, str, str]] = field(default_factory=frozenset[tuple[str, str, str]])
    """Path and name of what may get a loop, and what it needs in order to only keep it; see ``constructors``."""
    sync_requests: _Names = field(default_factory=_Names)
    """Fixtures that synchronous tests and fixtures request."""
    async_requests: _Names = field(default_factory=_Names)
    """Fixtures that async tests and fixtures request."""
    sync_folders: _Names = field(default_factory=_Names)
    """Folders with synchronous tests."""
    loop_classes: frozenset[tuple[str, str]] = field(default_factory=frozenset[tuple[str, str]])
    """Classes with "loop" in their names, and their bases as written."""
    other_backends: bool = False
    """Whether some tests belong to another backend."""

    def leaking_below(self, path: str) -> str:
        """Return a leaking function of a module, of the files below a conftest, or of a helper they may call; or ""."""
        own = PurePosixPath(path)
        for each in sorted(self.leaking):
            where, _, name = each.rpartition(":")
            place = PurePosixPath(where)
            is_below = own.parent in place.parents if own.name == "conftest.py" else own == place
            is_helper = not place.name.startswith("test") and place.parts[0] == own.parts[0]
            if is_below or is_helper:
                return f"`{name}` of {where}"
        return ""

    def conftests_above(self, path: str) -> list[tuple[str, bytes]]:
        """Return path and content of the other conftests whose ``event_loop`` ``path`` may use, the nearest first."""
        folders = PurePosixPath(path).parents
        found = [each for each in self.conftests if each[0] != path and PurePosixPath(each[0]).parent in folders]
        return sorted(found, key=lambda each: folders.index(PurePosixPath(each[0]).parent))

    def asking_about(self, path: str) -> str:
        """Return a file whose code may ask whether the tests in ``path`` request ``event_loop``; or ""."""
        return next((each for each in sorted(self.asking) if _serves(each, path)), "")

    def parametrized_for(self, path: str) -> bool:
        """Return whether a parametrized override may apply to ``path``."""
        own = PurePosixPath(path)
        return any(
            each == own or each.name != "conftest.py" or each.parent in own.parents
            for each in map(PurePosixPath, self.parametrized)
        )


def _serves(one: str, path: str) -> bool:
    """Return whether the tests in ``path`` may run the code of this file: the same file, a conftest or a helper."""
    place, own = PurePosixPath(one), PurePosixPath(path)
    if place.name == "conftest.py":
        return place.parent in own.parents
    return place == own or not place.name.startswith("test")


class LoopCollector:
    """Collects the facts of Python files one by one."""

    def __init__(self) -> None:
        self._found: set[LoopFacts] = set()

    def add(self, path: str, data: bytes) -> None:
        """Add the facts of one file."""
        self._found.add(loop_facts(path, data))

    def absorb(self, other: LoopCollector) -> None:
        """Take over what was read elsewhere."""
        self._found |= other._found

    def facts(self) -> LoopFacts:
        """Return the facts of all files together."""
        found = self._found or {LoopFacts()}
        flags = ("other_backends", "uses_context_variables")
        names = [each.name for each in fields(LoopFacts) if each.name not in flags]
        unions: dict[str, Any] = {name: frozenset().union(*(getattr(each, name) for each in found)) for name in names}
        unions |= {flag: any(getattr(each, flag) for each in found) for flag in flags}
        awaits = unions.pop("awaits")
        unions |= {
            name: definitions.with_callers(unions[name], awaits) for name in ("task_starters", "context_setters")
        }
        return LoopFacts(**unions)


def may_parse(data: bytes) -> bool:
    """Return whether a file without any word of a rule is parsed nevertheless."""
    return any(word in data for word in _RUNS) or definitions.may_start(data)


def loop_facts(path: str, data: bytes) -> LoopFacts:
    """Return the facts of one Python file; none if it cannot be parsed."""
    overrides = b"event_loop" in data and _OVERRIDE.search(data) is not None
    parametrizes = overrides and b"params=" in data
    runs = any(word in data for word in _RUNS)
    starts = definitions.may_start(data)
    generates = b"event_loop" in data and b"metafunc" in data and _GENERATES.search(data) is not None
    tree = parsed(data) if parametrizes or runs or starts else None
    found = find_leaks(tree) if tree is not None and starts else None
    is_parametrized = generates or (
        tree is not None and parametrizes and any(map(_is_parametrized_override, ast.walk(tree)))
    )
    in_context = definitions.uses_context(data)
    requests = definitions.requests_in(path, data)
    return LoopFacts(
        constructors=frozenset((path, name, needs) for name, needs in plain_constructors(data)),
        sync_requests=requests.by_sync,
        async_requests=requests.by_async,
        sync_folders=requests.sync_folders,
        asking=frozenset([path] if definitions.asks_for_loop(data) else ()),
        blocking=frozenset(_blocking(tree, data) if tree is not None and runs else ()),
        lazy=frozenset(_words(_LAZY, data) if b"lf(" in data or b"lazy_fixture" in data else ()),
        returning=frozenset(() if found is None else found.returning),
        leaking=frozenset(() if found is None else (f"{path}:{name}" for name in found.leaking)),
        mentioning=frozenset(definitions.mentioning(data)),
        passing=frozenset(definitions.passing(data)),
        called=frozenset(definitions.called(data)),
        task_starters=frozenset(definitions.functions_with(_STARTS_TASKS, data)),
        coroutines=frozenset(_words(_COROUTINE, data) if b"async def" in data else ()),
        awaits=frozenset(definitions.awaiting(data)),
        context_setters=frozenset(definitions.functions_with((b".set(",), data) if in_context else ()),
        uses_context_variables=in_context,
        parametrized=frozenset([path] if is_parametrized else ()),
        conftests=frozenset([(path, data)] if overrides and PurePosixPath(path).name == "conftest.py" else ()),
        override_modules=frozenset([(path, data)] if overrides and _may_be_plugin(path) else ()),
        loop_classes=frozenset(_loop_classes(data) if b"oop" in data and b"\nclass " in data else ()),
        through_super=frozenset(_words(_SUPER, data) if b"super()." in data else ()),
        other_backends=any(word in data for word in _OTHER_BACKENDS),
    )


def _may_be_plugin(path: str) -> bool:
    """Return whether pytest loads the file only as a plugin: it is neither a conftest nor a test module."""
    stem = PurePosixPath(path).stem
    return stem != "conftest" and not stem.startswith("test_") and not stem.endswith("_test")


def _loop_classes(data: bytes) -> Iterator[tuple[str, str]]:
    for name, bases in _LOOP_CLASS.findall(data):
        yield name.decode("utf-8", "replace"), bases.decode("utf-8", "replace")


def _words(pattern: re.Pattern[bytes], data: bytes) -> Iterator[str]:
    return (word.decode("utf-8", "replace") for word in pattern.findall(data))


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
    """Yield the names of what blocks, except tests and fixtures that run the loop only while pytest runs them."""
    for node, owners in _with_owners(tree, _lines_with(_RUNS_BY_NAME, data)):
        name = _dotted(node)
        if not blocks_by_name(name) or owners[-1].is_async:
            continue
        if name.endswith("run_until_complete") and owners[-1].is_collected:
            continue
        yield from (owner.name for owner in owners)


def _lines_with(pattern: re.Pattern[bytes], data: bytes) -> list[int]:
    """Return the numbers of the lines that match the pattern, counted from 1."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return [number for number, line in enumerate(lines, 1) if pattern.search(line)]


def _with_owners(tree: ast.Module, lines: list[int]) -> Iterator[tuple[ast.AST, tuple[_Owner, ...]]]:
    """Yield each name and attribute on these lines, with the functions and classes around it, outermost first."""
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
    """Return whether the node has any of these lines; nodes without line numbers may have them."""
    if not isinstance(node, ast.stmt | ast.expr):
        return True
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    at = bisect_left(lines, decorators[0].lineno if decorators else node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _is_collected(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = (each.func if isinstance(each, ast.Call) else each for each in function.decorator_list)
    return function.name.startswith("test") or any("fixture" in _last_name(each) for each in decorators)


def _dotted(node: ast.AST) -> str:
    """Return a dotted name as text, without its first part if that is not a name."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    return _dotted(node).rpartition(".")[2]
