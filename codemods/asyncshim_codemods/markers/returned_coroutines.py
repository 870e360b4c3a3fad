"""Tests that only run with the marker: synchronous functions that return a coroutine.

pytest-asyncio before 0.23, and asyncshim, await what a marked synchronous function returns. Without the marker,
asyncshim and the conftest of ``asyncshim eject`` do so only if a decorator made the function. Other runners never do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.markers.uses import applies_to
from asyncshim_codemods.suite.file_context import is_async, target_of
from asyncshim_codemods.syntax.tree import last_name, own_code

if TYPE_CHECKING:
    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext

_RUN_WRAPPERS = frozenset({"asyncshim", "conftest"})
# Decorators that return a coroutine function for a coroutine function, or the function itself.
_KEEP_ASYNC = ("pytest.", "unittest.mock.", "mock.", "hypothesis.", "freezegun.", "time_machine.", "respx.", "typing.")
_BUILTIN = frozenset({"staticmethod", "classmethod"})


def unawaited(file: FileContext, use: MarkUse) -> str:
    """Return a message about a test of this marker whose coroutine is not awaited without the marker, or ""."""
    found = file.once(_tests_with_a_reason)
    if not found:
        return ""
    place: cst.CSTNode | None = applies_to(file, use)
    if isinstance(place, cst.Decorator):
        place = file.index.parents[place]
    if not isinstance(place, cst.FunctionDef | cst.ClassDef):
        place = file.index.module
    return next((why for test, why in found if test is place or file.index.holds(place, test)), "")


def _tests_with_a_reason(file: FileContext) -> tuple[tuple[cst.FunctionDef, str], ...]:
    tests = (each for each in file.index.functions if file.is_test(each))
    return tuple((test, why) for test in tests if (why := reason(file, test)))


def reason(file: FileContext, function: cst.FunctionDef) -> str:
    """Return why the coroutine of this test may never be awaited without the marker, or ""."""
    name = function.name.value
    wrapping = [each for each in function.decorators if _may_wrap(file, each)]
    if wrapping:
        runner = file.options.runner if file.facts.kept is None else "pytest-asyncio"
        if runner in _RUN_WRAPPERS:
            return ""
        decorator = last_name(target_of(wrapping[0]))
        return f"`{decorator}` may make `{name}` a plain function, which {runner} does not await"
    if not is_async(function) and any(_may_return_coroutine(each) for each in own_code(function)):
        return f"`{name}` returns a value: if that is a coroutine, it is awaited only with the marker"
    return ""


def _may_wrap(file: FileContext, decorator: cst.Decorator) -> bool:
    """Return whether a decorator may make a plain function of a coroutine function."""
    target = target_of(decorator)
    meaning = file.names.of(target)
    if meaning is not None:
        return not meaning.startswith(_KEEP_ASYNC)
    if not isinstance(target, cst.Name):
        return True
    bindings = file.names.bindings_of(target)
    if not bindings:
        return target.value not in _BUILTIN
    nodes = [each.node for each in bindings]
    return not all(isinstance(each, cst.FunctionDef) and _keeps_async(file, each) for each in nodes)


def _keeps_async(file: FileContext, decorator: cst.FunctionDef) -> bool:
    """Return whether all functions inside a decorator are async, apart from one that only holds another one."""
    inner = [each for each in file.index.functions if file.index.holds(decorator.body, each)]
    leaves = [each for each in inner if not any(other is not each and file.index.holds(each, other) for other in inner)]
    return all(is_async(each) for each in leaves)


def _may_return_coroutine(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Return) and isinstance(node.value, cst.Call | cst.Name | cst.Attribute | cst.IfExp)
