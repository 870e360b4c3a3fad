"""Uses of ``pytest_asyncio.fixture``: their arguments, and the edits that remove the loop scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Remove, Replace
from asyncshim_codemods.markers.scope_effects import fixture_message
from asyncshim_codemods.suite.file_context import argument, is_async
from asyncshim_codemods.syntax.tree import comments_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

FIXTURE = "pytest_asyncio.fixture"


class UnreadableError(Exception):
    """The arguments of a use cannot be read, as the text says."""


def call_of(file: FileContext, use: cst.CSTNode) -> cst.Call | None:
    """Return the call whose function ``use`` is."""
    parent = file.index.parents[use]
    return parent if isinstance(parent, cst.Call) and parent.func is use else None


def without_loop_scope(file: FileContext, use: cst.CSTNode) -> tuple[Edit, ...]:
    """Return the edits that remove ``loop_scope`` from the call at ``use``, and parentheses that become empty.

    The decorator never had positional options: the first positional argument is the fixture function, the second,
    since 0.24, the loop scope.
    """
    call = call_of(file, use)
    if call is None:
        return ()
    if any(arg.star for arg in call.args):
        raise UnreadableError("its arguments are hidden behind `*` or `**`")
    positional = [arg for arg in call.args if arg.keyword is None]
    if positional and isinstance(positional[0].value, cst.SimpleString):
        raise UnreadableError("its first argument is not a function, so it never worked")
    gone = [arg for arg in (argument(call, "loop_scope"), *positional[1:2]) if arg is not None]
    edits: list[Edit] = [Remove(arg) for arg in gone]
    if gone and len(gone) == len(call.args):
        edits.append(Modify(call, _without_parentheses))
    return tuple(edits)


def kept_alive(file: FileContext, uses: Iterable[cst.CSTNode]) -> str:
    """Return a message about what the loop scopes of these uses keep alive, or ""."""
    for use in uses:
        call = call_of(file, use)
        positional = [arg for arg in call.args if arg.keyword is None] if call is not None else []
        given = argument(call, "loop_scope") or next(iter(positional[1:2]), None) if call is not None else None
        message = fixture_message(file, call, given.value) if given is not None else ""
        if message:
            return message
    return ""


def _without_parentheses(node: cst.CSTNode) -> cst.CSTNode:
    if not isinstance(node, cst.Call) or node.args or comments_in(node.whitespace_before_args):
        return node
    return node.func


def is_plain_use(file: FileContext, use: cst.CSTNode) -> bool:
    """Return whether ``use`` decorates a function or is called, so that its arguments are known."""
    return call_of(file, use) is not None or isinstance(file.index.parents[use], cst.Decorator)


def plain_edits(file: FileContext, use: cst.Attribute) -> tuple[tuple[Edit, ...], bool]:
    """Return the edits that make ``use`` pytest's decorator, and whether all its calls are known."""
    edits = without_loop_scope(file, use)
    found = file.imports.module("pytest", use)
    if found is None:
        raise UnreadableError("the name `pytest` means something else here")
    name, imports = found
    new = cst.Attribute(cst.Name(name), cst.Name("fixture"), lpar=use.lpar, rpar=use.rpar)
    edits += (Replace(use, new), *imports)
    if is_plain_use(file, use):
        return edits, True
    others = _edits_of_alias(file, use)
    return edits + (others or ()), others is not None


def _edits_of_alias(file: FileContext, use: cst.CSTNode) -> tuple[Edit, ...] | None:
    """Return the edits that remove ``loop_scope`` from every call of a name to which ``use`` is assigned.

    None if a use is unknown, in this file or in one that imports the name.
    """
    holder = file.index.parents[use]
    target = holder.targets[0].target if isinstance(holder, cst.Assign) and len(holder.targets) == 1 else None
    if not isinstance(target, cst.Name) or file.facts.used_elsewhere(file.path, target.value):
        return None
    edits: list[Edit] = []
    for each in file.names.uses_in(target.value, file.index.scope_of(holder)):
        if not is_plain_use(file, each) or file.names.of(each) != FIXTURE:
            return None
        edits += without_loop_scope(file, each)
    return tuple(edits)


def pytest_in_disguise(file: FileContext) -> cst.ImportAlias | None:
    """Return the import ``pytest_asyncio as pytest``, which has to change for all its uses at once."""
    bindings = file.index.root.bindings.get("pytest", [])
    if len(bindings) != 1 or bindings[0].meaning != "pytest_asyncio":
        return None
    alias = bindings[0].node
    return alias if isinstance(alias, cst.ImportAlias) else None


def uses_of_disguise(file: FileContext) -> list[cst.CSTNode]:
    """Return the expressions with that name in the file: ``pytest.fixture`` and so on."""
    return [file.index.parents[name] for name in file.names.uses_in("pytest", file.index.root)]


def disguised_edits(file: FileContext, alias: cst.ImportAlias) -> tuple[tuple[Edit, ...], bool]:
    """Return the edits that import pytest itself under its name, if every use keeps its meaning."""
    edits: list[Edit] = [Replace(alias.name, cst.Name("pytest")), Modify(alias, _without_asname)]
    for use in uses_of_disguise(file):
        if file.names.of(use) != FIXTURE or not is_plain_use(file, use):
            raise UnreadableError("this name hides pytest and has other uses")
        edits += without_loop_scope(file, use)
    return tuple(edits), True


def _without_asname(node: cst.CSTNode) -> cst.CSTNode:
    return node.with_changes(asname=None)


def decorates_async(file: FileContext, use: cst.CSTNode) -> bool:
    """Return whether ``use`` may make an async function a fixture; true if the function is unknown."""
    call = call_of(file, use)
    holder = file.index.parents[use if call is None else call]
    owner = file.index.parents[holder] if isinstance(holder, cst.Decorator) else None
    return not isinstance(owner, cst.FunctionDef) or is_async(owner)
