"""A suite's own ``event_loop_policy`` fixtures: which loop each of them chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.file_context import argument, has_star_arguments
from asyncshim_codemods.fixture_names import fixture_name
from asyncshim_codemods.loop_makers import Factory, policy_made
from asyncshim_codemods.names import text_of

if TYPE_CHECKING:
    from asyncshim_codemods.file_context import FileContext

EVENT_LOOP_POLICY = "event_loop_policy"


@dataclass(frozen=True, slots=True, eq=False)
class PolicyFixture:
    """One fixture of this name; ``factory`` is None where it does more than choose a known policy."""

    function: cst.FunctionDef
    factory: Factory | None


def loop_policies(file: FileContext) -> tuple[PolicyFixture, ...]:
    """Every such fixture of the file; ask through ``file.once(loop_policies)``."""
    return tuple(
        PolicyFixture(function, _factory(file, function))
        for function in file.index.functions
        if file.is_fixture(function) and fixture_name(file, function) == EVENT_LOOP_POLICY
    )


def _factory(file: FileContext, function: cst.FunctionDef) -> Factory | None:
    decorator = file.fixture_decorator(function)
    call = None if decorator is None else decorator.decorator
    if isinstance(call, cst.Call) and (has_star_arguments(call) or argument(call, "params") is not None):
        return None
    if len(function.decorators) > 1 or {each.name.value for each in function.params.params} - {"self", "cls"}:
        return None
    body = list(function.body.body)
    if body and _is_docstring(body[0]):
        body = body[1:]
    match body:
        case [cst.SimpleStatementLine(body=[cst.Return(value=value) | cst.Expr(cst.Yield(value=value))])]:
            return policy_made(file, value) if isinstance(value, cst.BaseExpression) else None
        case _:
            return None


def _is_docstring(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=value)]):
            return text_of(value) is not None
        case _:
            return False
