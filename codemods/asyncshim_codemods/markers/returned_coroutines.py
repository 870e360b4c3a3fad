"""Tests that only run with the marker: synchronous functions that return a coroutine.

pytest-asyncio before 0.23, and asyncshim, await what a marked synchronous function returns. Without the marker,
asyncshim and the conftest of ``asyncshim eject`` do so only if a decorator made the function. Other runners never do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
# Libraries whose decorators of classes leave the methods alone.
_KEEP_METHODS = ("unittest.", "dataclasses.", "attr.", "attrs.", "allure.", "functools.")
_MAY_BE_COROUTINES = (cst.Call, cst.Name, cst.Attribute, cst.IfExp)


class Reason(NamedTuple):
    """Why the coroutine of a test may not be awaited without the marker, and whether that is certain."""

    text: str
    is_certain: bool = False


def unawaited(file: FileContext, use: MarkUse) -> Reason | None:
    """Return why a test of this marker may have a coroutine that is not awaited without the marker, or None."""
    found = file.once(_tests_with_a_reason)
    if not found:
        return None
    place: cst.CSTNode | None = applies_to(file, use)
    if isinstance(place, cst.Decorator):
        place = file.index.parents[place]
    if not isinstance(place, cst.FunctionDef | cst.ClassDef):
        place = file.index.module
    reasons = [why for test, why in found if test is place or file.index.holds(place, test)]
    return next((why for why in reasons if why.is_certain), next(iter(reasons), None))


def _tests_with_a_reason(file: FileContext) -> tuple[tuple[cst.FunctionDef, Reason], ...]:
    tests = (each for each in file.index.functions if file.is_test(each))
    return tuple((test, why) for test in tests if (why := _reason(file, test)))


def _reason(file: FileContext, function: cst.FunctionDef) -> Reason | None:
    name = function.name.value
    classes = (each for each in file.index.ancestors(function) if isinstance(each, cst.ClassDef))
    wrapping = [each for each in function.decorators if _may_wrap(file, each)]
    wrapping += [each for owner in classes for each in owner.decorators if _may_wrap_methods(file, each)]
    if wrapping:
        runner = file.options.runner if file.facts.kept is None else "pytest-asyncio"
        if runner in _RUN_WRAPPERS:
            return None
        decorator = last_name(target_of(wrapping[0]))
        return Reason(f"`{decorator}` may make `{name}` a plain function, which {runner} does not await")
    if is_async(function):
        return None
    returned = [each.value for each in own_code(function) if isinstance(each, cst.Return)]
    if called := next((each.func for each in returned if isinstance(each, cst.Call) and _is_async(file, each)), None):
        what = f"`{name}` returns the coroutine of `{last_name(called)}`"
        return Reason(f"{what}, which is awaited only with the marker: make the test `async def`", is_certain=True)
    if any(isinstance(each, _MAY_BE_COROUTINES) for each in returned):
        return Reason(f"`{name}` returns a value: if that is a coroutine, it is awaited only with the marker")
    return None


def _is_async(file: FileContext, call: cst.Call) -> bool:
    """Return whether it is the call of a coroutine function of this file."""
    found = [each.node for each in file.names.bindings_of(call.func)] if isinstance(call.func, cst.Name) else []
    return bool(found) and all(isinstance(each, cst.FunctionDef) and _is_plain_async(each) for each in found)


def _is_plain_async(function: cst.FunctionDef) -> bool:
    is_generator = any(isinstance(each, cst.Yield) for each in own_code(function))
    return is_async(function) and not function.decorators and not is_generator


def _may_wrap_methods(file: FileContext, decorator: cst.Decorator) -> bool:
    """Return whether a decorator of a class may wrap its methods: one from elsewhere, or one that sets attributes."""
    target = target_of(decorator)
    meaning = file.names.of(target)
    if meaning is not None:
        return not meaning.startswith((*_KEEP_ASYNC, *_KEEP_METHODS))
    nodes = [each.node for each in file.names.bindings_of(target)] if isinstance(target, cst.Name) else []
    sets = [name for word in ("setattr", "type") for name in file.index.names.get(word, ())]
    return not nodes or any(
        not isinstance(each, cst.FunctionDef) or any(file.index.holds(each, name) for name in sets) for each in nodes
    )


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
