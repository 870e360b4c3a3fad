"""Whether an ``event_loop`` override can go, and what may be an override although its code does not show it."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.event_loop.overrides import OverrideFixture, OverrideKind, loop_overrides
from asyncshim_codemods.event_loop.resolution import other_file
from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.project.imports_and_aliases import module_name, same_module
from asyncshim_codemods.project.used_names import EVERYTHING
from asyncshim_codemods.results import Safety
from asyncshim_codemods.suite.file_context import FIXTURES, argument, fixture_name, target_of
from asyncshim_codemods.syntax.index import BindingKind, ScopeKind
from asyncshim_codemods.syntax.tree import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_READ_BY_NAME = ("eval", "exec", "getattr", "globals", "locals", "vars")
_MAKE_NO_FIXTURE = ("property", "staticmethod", "classmethod", "setter", "getter", "deleter")


def removals(file: FileContext, kind: OverrideKind, message: str, but: str) -> Iterator[Proposal]:
    """Yield the proposal to remove each override of this kind, or a report that it stays: ``but`` begins that one."""
    for override in file.once(loop_overrides):
        if override.kind is kind:
            name = override.function.name
            refused = refusal(file, override)
            if refused:
                yield Proposal(name, f"{but}, but {refused}", Safety.MANUAL)
                continue
            doubts = doubt(file, override)
            is_unsafe = bool(doubts) or kind is not OverrideKind.PLAIN
            said = message + (f"; but {doubts}" if doubts else "")
            yield Proposal(name, said, Safety.UNSAFE if is_unsafe else Safety.SAFE, (Remove(override.function),))


def refusal(file: FileContext, override: OverrideFixture) -> str:
    """Return why the override cannot be removed, or ""."""
    if file.is_called_by_name(override.function):
        return "other code of this file uses it by name"
    name = override.function.name.value
    ours = module_name(file.path)
    if any(taken == name and same_module(ours, module) for module, taken in file.facts.imported):
        return "another file imports it by name: remove that import first"
    if file.is_exported(name):
        return "`__all__` names it"
    if reader := file.once(_reader_by_name):
        return f"`{reader}` may read it by its name"
    if EVERYTHING in file.facts.requested:
        return f"`getfixturevalue` with a computed name may request `{EVENT_LOOP}`"
    if any(each.kind.name != "FUNCTION" for each in file.index.scope_of(override.function).bindings[name]):
        return "its name is bound in more than one way"
    return ""


def doubt(file: FileContext, override: OverrideFixture) -> str:
    """Return what makes the removal unsafe, or ""."""
    if override.scope == "function":
        return "each test had a separate loop, and now all tests share one"
    if override.scope is None:
        return "its scope cannot be read"
    for path, data in file.facts.loops.conftests_above(file.path):
        if not _has_only_plain_overrides(path, data):
            return f"the `event_loop` of {path} would become active"
    leaking = file.facts.loops.leaking_below(file.path)
    if leaking:
        return f"{leaking} may leak tasks or servers, which live as long as this loop"
    if file.facts.imported_whole(file.path):
        return f"another file imports this whole module and may use `{EVENT_LOOP}`"
    return ""


def _reader_by_name(file: FileContext) -> str:
    """Return the function through which code of the file may read the module's ``event_loop`` by name, or ""."""
    for name in _READ_BY_NAME:
        for each in file.index.names.get(name, ()):
            call = file.index.parents[each]
            if not isinstance(call, cst.Call) or call.func is not each:
                continue
            if file.names.home(name, file.index.scope_of(each)) is None and _may_read(file, name, call):
                return name
    return ""


def _may_read(file: FileContext, name: str, call: cst.Call) -> bool:
    if name in {"eval", "exec"}:
        code = file.text(call.args[0].value) if call.args else ""
        return code is None or EVENT_LOOP in code
    if name == "getattr":
        return len(call.args) > 1 and file.text(call.args[1].value) == EVENT_LOOP
    if name in {"locals", "vars"} and (call.args or file.index.enclosing_function(call) is not None):
        return name == "vars" and bool(call.args) and _key(file, call) in {EVENT_LOOP, None}
    return _key(file, call) in {EVENT_LOOP, None}


def _key(file: FileContext, call: cst.Call) -> str | None:
    """Return the literal key that code looks up in the namespace that ``call`` returns; None for anything else."""
    parent = file.index.parents[call]
    if isinstance(parent, cst.Subscript) and parent.value is call:
        element = parent.slice[0].slice
        return file.text(element.value) if isinstance(element, cst.Index) else None
    if isinstance(parent, cst.Attribute) and parent.attr.value in {"get", "pop", "setdefault"}:
        holder = file.index.parents[parent]
        return file.text(holder.args[0].value) if isinstance(holder, cst.Call) and holder.args else None
    return None


def _has_only_plain_overrides(path: str, data: bytes) -> bool:
    """Return whether another file certainly has no override that does more than make a default loop."""
    file = other_file(path, data)
    if file is None:
        return False
    kinds = {override.kind for override in loop_overrides(file)}
    return kinds <= {OverrideKind.PLAIN} and not any(hidden_overrides(file))


def hidden_overrides(file: FileContext) -> Iterator[tuple[cst.CSTNode, str]]:
    """Yield places that may define an ``event_loop`` fixture, each with the reason why this is not certain."""
    for function in file.index.functions:
        if function.name.value == EVENT_LOOP and file.is_fixture(function) and not fixture_name(file, function):
            yield function.name, "its `name=` cannot be read here"
        decorator = _unknown_decorator(file, function)
        if decorator is not None:
            yield function.name, f"the effect of `@{_code(file, decorator.decorator)}` is unknown here"
    for scope in file.index.scopes.values():
        if scope.kind in {ScopeKind.MODULE, ScopeKind.CLASS}:
            for binding in scope.bindings.get(EVENT_LOOP, ()):
                value = binding.value
                if binding.kind is BindingKind.ASSIGN and value is not None and _may_be_fixture(file, value):
                    yield value, f"it is an assignment, not a function: `{_code(file, value)}`"
                elif isinstance(binding.node, cst.ImportAlias) and _is_brought_in(file, binding.node):
                    yield binding.node, "another file defines it under another name"


def _unknown_decorator(file: FileContext, function: cst.FunctionDef) -> cst.Decorator | None:
    """Return a decorator that may turn the function into an ``event_loop`` fixture."""
    for decorator in function.decorators:
        call = decorator.decorator
        given = argument(call, "name") if isinstance(call, cst.Call) else None
        name = function.name.value if given is None else file.text(given.value)
        if name != EVENT_LOOP:
            continue
        if file.is_fixture(function) or not file.is_collectable(function):
            return None
        if _may_make_fixture(file, target_of(decorator)):
            return decorator
    return None


def _may_make_fixture(file: FileContext, target: cst.BaseExpression) -> bool:
    name = last_name(target).lower()
    root = (file.names.of(target) or "").partition(".")[0]
    if name.endswith(_MAKE_NO_FIXTURE) or root in sys.stdlib_module_names:
        return False
    return "fixture" in name or _is_collected_from(file)


def _is_collected_from(file: FileContext) -> bool:
    """Return whether pytest collects fixtures from the file because of its name."""
    return PurePosixPath(file.path).name == "conftest.py" or file.is_test_module


def _may_be_fixture(file: FileContext, value: cst.BaseExpression) -> bool:
    """Return whether it is ``pytest.fixture(make)``, ``pytest.fixture(scope=…)(make)`` or ``helpers.event_loop``."""
    if isinstance(value, cst.Call):
        called = value.func.func if isinstance(value.func, cst.Call) else value.func
        return file.names.of(called) in FIXTURES
    if isinstance(value, cst.Attribute) and value.attr.value == EVENT_LOOP:
        return file.names.of(value) is not None
    return False


def _is_brought_in(file: FileContext, alias: cst.ImportAlias) -> bool:
    """Return whether a conftest imports the name without using it: ``from loops import make as event_loop``."""
    is_renamed = isinstance(file.index.parents[alias], cst.ImportFrom) and alias.asname is not None
    if not is_renamed or PurePosixPath(file.path).name != "conftest.py":
        return False
    is_own_name = isinstance(alias.name, cst.Name) and alias.name.value == EVENT_LOOP
    return not is_own_name and not file.names.uses_in(EVENT_LOOP, file.index.root)


def _code(file: FileContext, node: cst.CSTNode) -> str:
    return " ".join(file.index.module.code_for_node(node).split())[:60]
