"""Shared by the rules about ``pytest_asyncio.fixture``: what a use passes, and how it reads without its loop scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import Change, Remove
from asyncshim_codemods.file_context import argument, is_async

if TYPE_CHECKING:
    from asyncshim_codemods.edits import Edit
    from asyncshim_codemods.file_context import FileContext

FIXTURE = "pytest_asyncio.fixture"


class UnreadableError(Exception):
    """The arguments of a use cannot be read; the text says why."""


def call_of(file: FileContext, use: cst.CSTNode) -> cst.Call | None:
    """The call whose function ``use`` is."""
    parent = file.index.parents[use]
    return parent if isinstance(parent, cst.Call) and parent.func is use else None


def without_loop_scope(file: FileContext, use: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that take ``loop_scope`` out of the call at ``use``; parentheses that only held it go too.

    The decorator never took positional options: the first positional argument is the fixture function, the second,
    since 0.24, the loop scope.
    """
    call = call_of(file, use)
    if call is None:
        return ()
    if any(arg.star for arg in call.args):
        raise UnreadableError("its arguments are hidden behind `*` or `**`")
    positional = [arg for arg in call.args if arg.keyword is None]
    if positional and isinstance(positional[0].value, cst.SimpleString):
        raise UnreadableError("its first argument is no function, so it never worked")
    gone = [arg for arg in (argument(call, "loop_scope"), *positional[1:2]) if arg is not None]
    edits: list[Edit] = [Remove(arg) for arg in gone]
    if gone and len(gone) == len(call.args):
        edits.append(Change(call, _without_parentheses))
    return tuple(edits)


def _without_parentheses(node: cst.CSTNode) -> cst.CSTNode:
    return node.func if isinstance(node, cst.Call) and not node.args else node


def is_plain_use(file: FileContext, use: cst.CSTNode) -> bool:
    """Whether ``use`` decorates a function or is called, so that all that is passed to it can be seen."""
    return call_of(file, use) is not None or isinstance(file.index.parents[use], cst.Decorator)


def decorates_async(file: FileContext, use: cst.CSTNode) -> bool:
    """Whether ``use`` may make an async function a fixture; true where it decorates nothing that can be seen."""
    call = call_of(file, use)
    holder = file.index.parents[use if call is None else call]
    owner = file.index.parents[holder] if isinstance(holder, cst.Decorator) else None
    return not isinstance(owner, cst.FunctionDef) or is_async(owner)
