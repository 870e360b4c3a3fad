"""What calls a fixture or test itself, and so fills its ``event_loop`` parameter in pytest's place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.suite.file_context import target_of
from asyncshim_codemods.syntax.tree import all_parameters, last_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asyncshim_codemods.suite.file_context import FileContext


def called_by(file: FileContext, function: cst.FunctionDef) -> str:
    """Return what passes arguments to this fixture or test, so that a parameter cannot go; or ""."""
    facts = file.facts.loops
    for decorator in function.decorators:
        target = target_of(decorator)
        name = last_name(target)
        if name in facts.passing and not (file.names.of(target) or "").startswith("pytest"):
            return f"`{name}` may fill it; review both manually"
        if any(_passes_arguments(file, each) for each in _definitions(file, name)):
            return f"`{name}` passes arguments by position; review both manually"
    if file.is_fixture(function):
        return ""
    if file.is_called_by_name(function):
        return "other code calls this test by name; review it manually"
    name = function.name.value
    is_method = isinstance(file.index.scope_of(function).node, cst.ClassDef)
    if is_method and name in facts.through_super:
        return "other code calls this test through `super()`; review it manually"
    if name in facts.called and (is_method or file.facts.imported_elsewhere(file.path, name)):
        return "other code calls this test with arguments; review it manually"
    return ""


def _definitions(file: FileContext, name: str) -> Sequence[cst.FunctionDef]:
    return file.once(_functions_by_name).get(name, [])


def _functions_by_name(file: FileContext) -> Mapping[str, list[cst.FunctionDef]]:
    found: dict[str, list[cst.FunctionDef]] = defaultdict(list)
    for function in file.index.functions:
        found[function.name.value].append(function)
    return found


def _passes_arguments(file: FileContext, decorator: cst.FunctionDef) -> bool:
    """Return whether a decorator calls what it decorates with arguments of its own, or with ``event_loop``."""
    inner = [each for each in file.index.functions if each is decorator or file.index.holds(decorator, each)]
    names = {parameter.name.value for each in inner for parameter in all_parameters(each.params)}
    for name in sorted(names - {"self", "cls"}):
        for use in file.index.names.get(name, ()):
            call = file.index.parents[use]
            is_called = isinstance(call, cst.Call) and call.func is use and any(map(_is_own, call.args))
            if is_called and file.index.holds(decorator, use):
                return True
    return False


def _is_own(arg: cst.Arg) -> bool:
    if arg.star:
        return False
    if arg.keyword is not None:
        return arg.keyword.value == EVENT_LOOP
    return not (isinstance(arg.value, cst.Name) and arg.value.value in {"self", "cls"})
