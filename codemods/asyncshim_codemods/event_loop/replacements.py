"""Replacements of ``event_loop``: in a coroutine the running loop, in synchronous code ``asyncio_runner``.

Code gets the loop as a parameter, or from ``request.getfixturevalue("event_loop")``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Prepend, Replace
from asyncshim_codemods.event_loop.resolution import is_unrelated
from asyncshim_codemods.event_loop.uses import EVENT_LOOP, is_alias, stands_in_own_code
from asyncshim_codemods.project.own_names import PROVIDED
from asyncshim_codemods.suite.file_context import is_async
from asyncshim_codemods.syntax.tree import dotted, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

# The limit of black and ruff without settings.
WIDTH = 88

# Methods that change the loop: they would act on the loop that all tests share.
_CHANGES = ("close", "run_forever", "set_debug", "set_default_executor", "set_task_factory", "stop")
_LISTS = frozenset({"fixturenames", "funcargnames"})
_METHODS = frozenset({"getfixturevalue", "getfuncargvalue"})


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A call with the name of the fixture as its only argument."""

    call: cst.Call
    name: cst.SimpleString
    function: cst.FunctionDef | None
    """The function whose code makes the call, if it makes it itself: not in a lambda."""


def lookups(file: FileContext) -> Iterator[Lookup]:
    """Yield every call that requests an ``event_loop`` of asyncio by name."""
    for string in file.strings(EVENT_LOOP):
        if is_unrelated(file, string):
            continue
        parent = file.index.parents[string]
        call = file.index.parents[parent] if isinstance(parent, cst.Arg) else None
        if isinstance(call, cst.Call) and last_name(call.func) in _METHODS:
            function = file.index.enclosing_function(call)
            inner = file.index.nearest(call, cst.Lambda)
            is_later = inner is not None and file.index.enclosing_function(inner) is function
            yield Lookup(call, string, None if is_later else function)


def comparisons(file: FileContext) -> Iterator[cst.SimpleString]:
    """Yield the name in every ``"event_loop" in request.fixturenames``."""
    for string in file.strings(EVENT_LOOP):
        parent = file.index.parents[string]
        if not isinstance(parent, cst.Comparison) or is_unrelated(file, string):
            continue
        if any(
            isinstance(each.operator, cst.In | cst.NotIn) and last_name(each.comparator) in _LISTS
            for each in parent.comparisons
        ):
            yield string


def _has_comparisons(file: FileContext) -> bool:
    return any(True for _ in comparisons(file))


def becomes_running_loop(file: FileContext, lookup: Lookup) -> bool:
    """Return whether the call is made by an async test or fixture, in which the loop runs."""
    function = lookup.function
    if function is None or not is_async(function) or not _is_alone(file, lookup):
        return False
    return file.is_test(function) or file.is_fixture(function)


def becomes_runner(file: FileContext, lookup: Lookup) -> bool:
    """Return whether the call is made by synchronous code, and the runner has ``asyncio_runner``."""
    return (
        file.options.runner in PROVIDED["asyncio_runner"]
        and not (lookup.function is not None and is_async(lookup.function))
        and not file.facts.loops.parametrized_for(file.path)
        and _is_alone(file, lookup)
    )


def _is_alone(file: FileContext, lookup: Lookup) -> bool:
    """Return whether no code changes the loop, or asks whether a test requests it, which belongs to the call."""
    return len(lookup.call.args) == 1 and not file.once(_has_comparisons) and not _is_changed(file, lookup)


def _is_changed(file: FileContext, lookup: Lookup) -> bool:
    """Return whether the code changes the loop, which it has from the call or in the variable that the call fills."""
    parent = file.index.parents[lookup.call]
    variables = {name for target in getattr(parent, "targets", ()) if (name := dotted(target.target)) is not None}
    return any(
        node.value is lookup.call or dotted(node.value) in variables
        for method in _CHANGES
        for node in file.index.attributes.get(method, ())
    )


def binding_edit(
    file: FileContext, function: cst.FunctionDef, parameter: cst.Param, module: str, uses: Sequence[cst.Name]
) -> Edit:
    """Return the edit that binds the running loop in a coroutine, whose ``uses`` of the parameter remain.

    That is a first line, unless there is only one use: then ``loop = event_loop``, an argument, a returned value and a
    method without arguments get the loop directly.
    """
    source = f"{module}.get_running_loop()"
    (use,) = uses if len(uses) == 1 else (None,)
    if use is not None:
        parent = file.index.parents[use]
        is_bound = isinstance(parent, cst.Assign) and is_alias(file, function, parent, use)
        if is_bound or _reads_better(file, function, use, source):
            return Replace(use, cst.parse_expression(source))
    return Prepend(function, f"{parameter.name.value} = {source}\n")


def _reads_better(file: FileContext, function: cst.FunctionDef, use: cst.Name, source: str) -> bool:
    """Return whether the call can stand in the place of the only use: it runs once, and its line is short enough."""
    if not stands_in_own_code(file, function, use) or use.lpar:
        return False
    loops = (each for each in file.index.ancestors(use) if isinstance(each, cst.For | cst.While))
    if any(file.index.holds(function, each) for each in loops):
        return False
    match file.index.parents[use]:
        case cst.Arg() | cst.Return() | cst.Yield():
            pass
        case cst.Attribute() as method:
            call = file.index.parents[method]
            if not isinstance(call, cst.Call) or call.func is not method or call.args:
                return False
        case _:
            return False
    return _length_of_line(file, use, "_" * len(source)) <= WIDTH


def _length_of_line(file: FileContext, use: cst.Name, name: str) -> int:
    """Return the length of the line of the name after its replacement by another one, which stands nowhere else."""
    statement = file.index.statement(use)
    lines = file.index.module.code_for_node(statement.with_deep_changes(use, value=name)).splitlines()
    return file.index.indentation(statement) + max(len(line) for line in lines if name in line)
