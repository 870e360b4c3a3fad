"""The marker ``asyncshim_timeout`` in the place of a limit of alt-pytest-asyncio."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Proposal
from asyncshim_codemods.project.alt_names import no_limits
from asyncshim_codemods.project.alt_uses import MODULE
from asyncshim_codemods.results import Safety
from asyncshim_codemods.syntax.index import BindingKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.suite.file_context import FileContext

MARKER = "asyncshim_timeout"


def in_use(facts: ProjectFacts) -> bool:
    """Return whether some file of the project says that its suite is for alt-pytest-asyncio."""
    if facts.alt.loaded or facts.alt.enabled_in or any(each.endswith(f" imports {MODULE}") for each in facts.alt.uses):
        return True
    return any(MODULE in word for settings in facts.settings for word in settings.addopts)


def when_installed(file: FileContext, proposal: Proposal) -> Proposal:
    """Return the proposal; it only reports if the runner, or what this run installs, does not know the marker."""
    runner = file.options.runner
    what, becomes, _ = proposal.message.partition(f" becomes the marker {MARKER}")
    if proposal.edits and not becomes:  # it only removes something
        return proposal
    if runner != "asyncshim":
        what = f"{what} sets a time limit" if becomes else what.partition(":")[0]
        return replace(proposal, message=f"{what}, and {no_limits(runner)}", safety=Safety.MANUAL, edits=())
    stays = file.facts.alt.stays
    if not stays or proposal.safety is Safety.MANUAL:
        return proposal
    return replace(proposal, message=f"{proposal.message} (not applied: {stays})", safety=Safety.MANUAL, edits=())


def number(file: FileContext, value: cst.BaseExpression, at: cst.CSTNode) -> cst.BaseExpression | None:
    """Return the expression of a positive number: a literal, or a constant of the module above ``at``; or None."""
    if not isinstance(value, cst.Name):
        return value if _is_positive(value) else None
    bindings = file.names.bindings_of(value)
    root = file.index.root
    if (
        len(bindings) != 1
        or bindings[0].kind is not BindingKind.ASSIGN
        or bindings[0] not in root.bindings[value.value]
    ):
        return None
    lines = list(file.index.module.body)
    line, owner = file.index.statement(bindings[0].node), file.index.top_level(at)
    is_early = line in lines and lines.index(line) < lines.index(owner)
    given = bindings[0].value
    return value if is_early and given is not None and _is_positive(given) else None


def _is_positive(value: cst.CSTNode) -> bool:
    if not isinstance(value, cst.Integer | cst.Float):
        return False
    seconds = value.evaluated_value
    return 0 < seconds < math.inf


def mark(file: FileContext, at: cst.CSTNode, seconds: cst.BaseExpression) -> tuple[cst.Call, tuple[Edit, ...]] | None:
    """Return the call of the marker, and the edits that import pytest; None if that name is something else."""
    found = file.imports.module("pytest", at)
    if found is None:
        return None
    name, imports = found
    marker = cst.Attribute(cst.Attribute(cst.Name(name), cst.Name("mark")), cst.Name(MARKER))
    return cst.Call(marker, [cst.Arg(seconds)]), imports


def limited(
    file: FileContext, owner: cst.FunctionDef | cst.ClassDef, seconds: cst.BaseExpression
) -> tuple[Edit, ...] | None:
    """Return the edits that decorate a test or class with the marker; None if that is not possible."""
    made = mark(file, owner, seconds)
    if made is None:
        return None
    call, imports = made
    name = call.func
    assert isinstance(name, cst.Attribute)
    assert isinstance(name.value, cst.Attribute)
    assert isinstance(name.value.value, cst.Name)
    names = [name.value.value.value]
    if isinstance(seconds, cst.Name):
        names.append(seconds.value)
    return (Modify(owner, _decorating(call), tuple(names)), *imports)


def _decorating(call: cst.Call) -> Callable[[cst.CSTNode], cst.CSTNode]:
    def add(node: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(node, cst.FunctionDef | cst.ClassDef)
        return node.with_changes(decorators=[cst.Decorator(call), *node.decorators])

    return add
