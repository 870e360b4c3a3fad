"""Where a coroutine gets its loop: in a first line, in ``loop = event_loop``, or where it uses the loop once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Prepend, Replace
from asyncshim_codemods.event_loop.uses import is_alias, stands_in_own_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

# The limit of black and ruff without settings.
WIDTH = 88


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
