"""What calls a fixture or test itself, and so fills its ``event_loop`` parameter in pytest's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.suite.file_context import target_of
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import all_parameters, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_FUNCARGS = "funcargs"


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
    if _is_read_from_item(file, function):
        return "`funcargs` holds it only while it is requested; review both manually"
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


def _definitions(file: FileContext, name: str) -> Iterator[cst.FunctionDef]:
    return (each for each in file.index.functions if each.name.value == name)


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


def _is_read_from_item(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the function reads its own argument as ``request.node.funcargs["event_loop"]``."""
    return any(
        text_of(string) == EVENT_LOOP and _is_key_of_funcargs(file, string)
        for string in file.index.strings
        if file.index.holds(function.body, string)
    )


def _is_key_of_funcargs(file: FileContext, string: cst.SimpleString) -> bool:
    holder = file.index.parents[string]
    if isinstance(holder, cst.Arg):
        call = file.index.parents[holder]
        method = call.func if isinstance(call, cst.Call) else None
        return isinstance(method, cst.Attribute) and last_name(method.value) == _FUNCARGS
    subscript = file.index.nearest(string, cst.Subscript)
    return subscript is not None and last_name(subscript.value) == _FUNCARGS
