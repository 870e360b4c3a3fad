"""Whether the ``event_loop`` fixture that a function gets returns an event loop of asyncio."""

from __future__ import annotations

import builtins
import sys
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.source import parse
from asyncshim_codemods.source.document import Document
from asyncshim_codemods.suite.file_context import FileContext, fixture_name
from asyncshim_codemods.syntax.bindings import build_index
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import last_name, own_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asyncshim_codemods.syntax.index import Binding


class LoopOrigin(IntEnum):
    """The possible values of a fixture ``event_loop``."""

    ASYNCIO = 0
    """It is an event loop of asyncio."""
    UNKNOWN = 1
    """The given files do not show what it is."""
    UNRELATED = 2
    """It is certainly not an event loop of asyncio."""


_IMPLEMENTATIONS = frozenset({
    "aiogevent", "asyncio", "asyncqt", "gbulb", "leviathan", "looptime", "qasync", "quamash", "rloop", "tornado",
    "uvloop", "winloop",
})  # fmt: skip
_OTHER_LOOPS = ("PyQt", "PySide", "gevent", "mock", "pyglet", "pygame", "tkinter", "trio")
_MAKE_LOOPS = frozenset({"get_event_loop", "get_loop", "get_running_loop", "new_event_loop"})
# Methods and functions of asyncio's loops that a conftest calls on the value; no other kind of loop has them.
_ON_A_LOOP = frozenset({"run_until_complete", "shutdown_asyncgens", "shutdown_default_executor"})
_WITH_A_LOOP = frozenset({"asyncio.all_tasks", "asyncio.set_event_loop"})
_EVENT_LOOP = "event_loop"
_LOOP_FIXTURES = frozenset({_EVENT_LOOP, "loop"})
_LITERALS = (
    cst.BaseNumber,
    cst.BaseString,
    cst.BaseComp,
    cst.Dict,
    cst.DictComp,
    cst.FormattedString,
    cst.Lambda,
    cst.List,
    cst.Set,
    cst.Tuple,
)


def loop_origin(file: FileContext, function: cst.CSTNode) -> tuple[LoopOrigin, str]:
    """Return what the ``event_loop`` of a function, class or module is, and the file that defines it.

    pytest looks in the classes around the function, the module, and the nearest conftest with such a fixture. Files
    that pytest only loads as plugins are last.
    """
    around = {function, *file.index.ancestors(function)}
    own = file.once(_fixtures)
    inner = [each for each in own if file.index.nearest(each, cst.ClassDef) in around]
    outer = [each for each in own if file.index.nearest(each, cst.ClassDef) is None]
    for candidates in (inner, outer):
        if candidates and function not in candidates:
            return _together(value_of(file, each) for each in candidates), file.path
    for path, data in file.facts.loops.conftests_above(file.path):
        found = _defined_in(file, path, data)
        if found is not None:
            return found, path
    plugins = {path: _defined_in(file, path, data) for path, data in sorted(file.facts.loops.override_modules)}
    known = {path: found for path, found in plugins.items() if found is not None and path != file.path}
    return (_together(known.values()), next(iter(known))) if known else (LoopOrigin.ASYNCIO, "")


def is_unrelated(file: FileContext, function: cst.CSTNode) -> bool:
    """Return whether the ``event_loop`` that a function gets has nothing to do with asyncio."""
    return loop_origin(file, function)[0] is LoopOrigin.UNRELATED


def doubt_about_loop(file: FileContext, function: cst.CSTNode) -> str:
    """Return why the ``event_loop`` that a function gets may not be a loop of asyncio, or ""."""
    origin, path = loop_origin(file, function)
    return f"the `event_loop` of {path} may not be a loop of asyncio" if origin is LoopOrigin.UNKNOWN else ""


def _fixtures(file: FileContext) -> tuple[cst.FunctionDef, ...]:
    return tuple(
        each for each in file.index.functions if file.is_fixture(each) and fixture_name(file, each) == _EVENT_LOOP
    )


def _defined_in(file: FileContext, path: str, data: bytes) -> LoopOrigin | None:
    """Return what the module-level ``event_loop`` of another file is; None if it has none."""
    other = other_file(path, data)
    if other is None:
        return LoopOrigin.UNKNOWN
    found = [each for each in other.once(_fixtures) if other.index.nearest(each, cst.ClassDef) is None]
    classes = dict(file.facts.loops.loop_classes)
    return _together(value_of(other, each, classes) for each in found) if found else None


@lru_cache(maxsize=16)
def other_file(path: str, data: bytes) -> FileContext | None:
    """Return another file of the project as rules see it, without project facts; None if it cannot be parsed."""
    if parse.may_be_deep(data):
        return None
    try:
        module = Document(data).module
    except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError):
        return None
    return FileContext(path, build_index(module), ProjectFacts(), Options(frozenset()), data)


def value_of(file: FileContext, function: cst.FunctionDef, classes: dict[str, str] | None = None) -> LoopOrigin:
    """Return what a fixture function returns; ``classes`` are those of the project, with their bases."""
    known = dict(file.facts.loops.loop_classes) if classes is None else classes
    return _Value(file, known).of_function(function)


def _together(found: Iterable[LoopOrigin]) -> LoopOrigin:
    """Return what all of these have in common."""
    kinds = set(found)
    return kinds.pop() if len(kinds) == 1 else LoopOrigin.UNKNOWN


class _Value:
    """Follows the values of one file to the calls that make them."""

    def __init__(self, file: FileContext, classes: dict[str, str]) -> None:
        self._file = file
        self._classes = classes
        self._seen: set[cst.CSTNode] = set()

    def of_function(self, function: cst.FunctionDef) -> LoopOrigin:
        """Return what a function returns or yields."""
        if function in self._seen:
            return LoopOrigin.UNKNOWN
        self._seen.add(function)
        values = [each.value for each in own_code(function) if isinstance(each, cst.Return | cst.Yield)]
        found = _together(LoopOrigin.UNKNOWN if each is None else self.of(each) for each in values)
        if found is LoopOrigin.UNKNOWN and self._is_treated_as_loop(function):
            return LoopOrigin.ASYNCIO
        return found

    def of(self, value: cst.CSTNode) -> LoopOrigin:
        """Return what an expression is."""
        if isinstance(value, _LITERALS):
            return LoopOrigin.UNRELATED
        if isinstance(value, cst.Call):
            return self._of_call(value)
        if isinstance(value, cst.Name):
            return self._of_name(value)
        if isinstance(value, cst.IfExp):
            return _together((self.of(value.body), self.of(value.orelse)))
        if isinstance(value, cst.Await | cst.NamedExpr):
            return self.of(value.expression if isinstance(value, cst.Await) else value.value)
        return LoopOrigin.UNKNOWN

    def _of_name(self, name: cst.Name) -> LoopOrigin:
        bindings = self._file.names.bindings_of(name)
        if not bindings:
            return LoopOrigin.UNRELATED if hasattr(builtins, name.value) else LoopOrigin.UNKNOWN
        return _together(self._of_binding(name, each) for each in bindings)

    def _of_binding(self, name: cst.Name, binding: Binding) -> LoopOrigin:
        if binding.kind is BindingKind.PARAMETER:
            return LoopOrigin.ASYNCIO if name.value in _LOOP_FIXTURES else LoopOrigin.UNKNOWN
        if binding.kind is BindingKind.CLASS:
            return LoopOrigin.UNRELATED
        if binding.value is None or binding.value is name or binding.value in self._seen:
            return LoopOrigin.UNKNOWN
        self._seen.add(binding.value)
        return self.of(binding.value)

    def _of_call(self, call: cst.Call) -> LoopOrigin:
        meaning = self._file.names.of(call.func)
        if last_name(call.func) in _MAKE_LOOPS:
            return LoopOrigin.ASYNCIO
        if meaning is not None:
            return self._of_import(meaning)
        if not isinstance(call.func, cst.Name):
            return LoopOrigin.UNKNOWN
        bindings = self._file.names.bindings_of(call.func)
        if not bindings:
            is_builtin = hasattr(builtins, call.func.value) and call.func.value not in {"getattr", "next"}
            return LoopOrigin.UNRELATED if is_builtin else LoopOrigin.UNKNOWN
        return _together(self._of_definition(each.node) for each in bindings)

    def _of_definition(self, node: cst.CSTNode) -> LoopOrigin:
        if isinstance(node, cst.FunctionDef) and not node.decorators:
            return self.of_function(node)
        if isinstance(node, cst.ClassDef) and not node.decorators:
            return self._of_class(node)
        return LoopOrigin.UNKNOWN

    def _of_class(self, node: cst.ClassDef) -> LoopOrigin:
        if node in self._seen:
            return LoopOrigin.UNKNOWN
        self._seen.add(node)
        return _of_bases([self._of_base(base.value) for base in node.bases])

    def _of_base(self, base: cst.BaseExpression) -> LoopOrigin:
        meaning = self._file.names.of(base)
        if meaning is not None:
            return self._of_import(meaning)
        if isinstance(base, cst.Name):
            bindings = self._file.names.bindings_of(base)
            if not bindings:
                return LoopOrigin.UNRELATED if hasattr(builtins, base.value) else LoopOrigin.UNKNOWN
            return _together(self._of_definition(each.node) for each in bindings)
        return LoopOrigin.UNKNOWN

    def _of_import(self, meaning: str) -> LoopOrigin:
        """Return what an imported class or function makes."""
        root = meaning.partition(".")[0]
        last = meaning.rpartition(".")[2]
        if root in _IMPLEMENTATIONS or "QtAsyncio" in meaning:
            return LoopOrigin.ASYNCIO if "loop" in last.lower() else LoopOrigin.UNKNOWN
        if root in sys.stdlib_module_names or root.startswith(_OTHER_LOOPS):
            return LoopOrigin.UNRELATED
        return self._of_class_elsewhere(last, set())

    def _of_class_elsewhere(self, name: str, seen: set[str]) -> LoopOrigin:
        """Return what a class of another file is, by the names of its bases."""
        if name not in self._classes or name in seen:
            return LoopOrigin.UNKNOWN
        seen.add(name)
        found: list[LoopOrigin] = []
        for base in filter(None, (each.strip() for each in self._classes[name].split(","))):
            root, last = base.partition(".")[0], base.rpartition(".")[2]
            if last.endswith("EventLoop") or root in _IMPLEMENTATIONS:
                found.append(LoopOrigin.ASYNCIO)
            else:
                is_plain = last in {"object", "ABC"}
                found.append(LoopOrigin.UNRELATED if is_plain else self._of_class_elsewhere(last, seen))
        return _of_bases(found)

    def _is_treated_as_loop(self, function: cst.FunctionDef) -> bool:
        """Return whether the function uses a value as only a loop of asyncio can be used."""
        for node in own_code(function):
            if isinstance(node, cst.Call):
                is_method = isinstance(node.func, cst.Attribute) and node.func.attr.value in _ON_A_LOOP
                if is_method or self._file.names.of(node.func) in _WITH_A_LOOP:
                    return True
        return False


def _of_bases(found: list[LoopOrigin]) -> LoopOrigin:
    """Return what a class with these bases is: one base of asyncio is enough."""
    if LoopOrigin.ASYNCIO in found:
        return LoopOrigin.ASYNCIO
    return LoopOrigin.UNKNOWN if LoopOrigin.UNKNOWN in found else LoopOrigin.UNRELATED
