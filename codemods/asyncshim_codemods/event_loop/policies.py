"""The ``event_loop_policy`` fixtures of a suite: which loop each of them chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.factories import Factory, is_about_platform, on_every_system, policy_made
from asyncshim_codemods.suite.file_context import argument, fixture_name, has_star_arguments
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncshim_codemods.suite.file_context import FileContext

EVENT_LOOP_POLICY = "event_loop_policy"


@dataclass(frozen=True, slots=True, eq=False)
class PolicyFixture:
    """One fixture of this name; ``factory`` is None if it does more than choose a known policy."""

    function: cst.FunctionDef
    factory: Factory | None


def loop_policies(file: FileContext) -> tuple[PolicyFixture, ...]:
    """Return every such fixture of the file; use ``file.once(loop_policies)``."""
    return tuple(
        PolicyFixture(function, _factory(file, function))
        for function in file.index.functions
        if file.is_fixture(function) and fixture_name(file, function) == EVENT_LOOP_POLICY
    )


def _factory(file: FileContext, function: cst.FunctionDef) -> Factory | None:
    call = file.fixture_call(function)
    if call is not None and (has_star_arguments(call) or argument(call, "params") is not None):
        return None
    if len(function.decorators) > 1 or {each.name.value for each in function.params.params} - {"self", "cls"}:
        return None
    try:
        return _chosen(file, function.body.body, None)
    except _CustomPolicyError:
        return None


class _CustomPolicyError(Exception):
    """The fixture does more than choose a policy."""


def _chosen(file: FileContext, body: Sequence[cst.CSTNode], otherwise: Factory | None) -> Factory | None:
    """Return what these statements return or yield, or ``otherwise``.

    Branches may depend on the system; statements may assign policies to names.
    """
    for position, statement in enumerate(body):
        match statement:
            case cst.SimpleStatementLine(body=[cst.Return(value=value) | cst.Expr(cst.Yield(value=value))]):
                return _made(file, value)
            case cst.If(test=test, body=block, orelse=orelse) if is_about_platform(file, test):
                others = orelse.body.body if isinstance(orelse, cst.Else) else () if orelse is None else (orelse,)
                rest = _chosen(file, [*others, *body[position + 1 :]], otherwise)
                return _together(_chosen(file, [*block.body, *body[position + 1 :]], otherwise), rest)
            case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom() | cst.Pass()]):
                pass
            case cst.SimpleStatementLine(body=[cst.Expr(value=value)]) if text_of(value) is not None:
                pass
            case cst.SimpleStatementLine(body=[cst.Assign(targets=[cst.AssignTarget(cst.Name())], value=value)]):
                _made(file, value)
            case _:
                raise _CustomPolicyError
    return otherwise


def _made(file: FileContext, value: cst.CSTNode | None) -> Factory:
    """Return the kind of loop of a policy, or of all the policies that a name may hold."""
    if isinstance(value, cst.Name):
        made: Factory | None = None
        for each in (binding.value for binding in file.names.bindings_of(value)):
            if each is value:
                raise _CustomPolicyError
            made = _together(_made(file, each), made)
        if made is not None:
            return made
    found = policy_made(file, value) if isinstance(value, cst.BaseExpression) else None
    if found is None:
        raise _CustomPolicyError
    return found


def _together(one: Factory | None, other: Factory | None) -> Factory | None:
    if one is None or other is None:
        return one or other
    found = on_every_system(one, other)
    if found is None:
        raise _CustomPolicyError
    return found
