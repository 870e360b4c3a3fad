"""ASH107: hooks that add the marker to tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.hook_parts import adds_marker, parts
from asyncshim_codemods.markers.roles import Role, marks
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_HOOKS = {"pytest_collection_modifyitems", "pytest_itemcollected", "pytest_pycollect_makeitem"}
_HARMLESS = (cst.Pass, cst.Continue, cst.Break, cst.Import, cst.ImportFrom)


class MarkerHook(Rule):
    """A hook that only adds the marker to collected tests is not needed, because async tests run without it.

    The rule removes the hook if every statement in it is a loop, a condition, an import, the assignment of a local name
    or an ``add_marker`` with this marker. From a hook that does more, or that other code uses by name, it removes only
    the statements that add the marker, with the loops and conditions that have nothing else in them. It reports a
    marker that requests a separate loop, one in a branch of a condition with other branches, and one that other code
    adds, for example a fixture. The rewrite is unsafe: the hook may choose which tests asyncio runs and which another
    plugin runs.
    """

    code = "ASH107"
    name = "marker-hook"
    summary = "a hook that adds `pytest.mark.asyncio` is not needed"
    safety = Safety.UNSAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "The recipe for one loop per session",
            before="""
                import pytest
                from pytest_asyncio import is_async_test


                def pytest_collection_modifyitems(items):
                    marker = pytest.mark.asyncio(loop_scope="session")
                    for item in items:
                        if is_async_test(item):
                            item.add_marker(marker, append=False)


                @pytest.fixture
                def answer():
                    return 42
            """,
            after="""
                import pytest


                @pytest.fixture
                def answer():
                    return 42
            """,
            unsafe=True,
            path="tests/conftest.py",
        ),
        Example(
            "Only the part of a hook that adds the marker is removed",
            before="""
                def pytest_collection_modifyitems(items):
                    items.reverse()
                    for item in items:
                        item.add_marker("asyncio")
            """,
            after="""
                def pytest_collection_modifyitems(items):
                    items.reverse()
            """,
            unsafe=True,
            path="tests/conftest.py",
        ),
        Example(
            "A condition with other branches needs manual review",
            before="""
                def pytest_collection_modifyitems(items):
                    for item in items:
                        if item.get_closest_marker("slow"):
                            items.remove(item)
                        else:
                            item.add_marker("asyncio")
            """,
            unsafe=True,
            path="tests/conftest.py",
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every function that uses the marker in its body, or its name as a string."""
        found: dict[cst.FunctionDef, list[cst.BaseExpression]] = {}
        places: list[cst.BaseExpression] = [use.name for use in file.once(marks).of(Role.HOOK)]
        places += [call.args[0].value for call in file.index.calls if _adds_by_name(call)]
        for place in places:
            function = file.index.enclosing_function(place)
            if function is not None:
                found.setdefault(function, []).append(place)
        for function, uses in found.items():
            is_hook = function.name.value in _HOOKS
            if is_hook and _can_go(file, function):
                message = "a hook that only adds the marker is not needed"
                yield Proposal(uses[0], message, Safety.UNSAFE, (Remove(function),))
            elif is_hook and (removed := parts(file, function, uses)):
                message = "this part of the hook only adds the marker"
                yield Proposal(uses[0], message, Safety.UNSAFE, tuple(map(Remove, removed)))
            else:
                yield Proposal(uses[0], "this code adds the marker and does more; review it manually", Safety.MANUAL)


def _adds_by_name(call: cst.Call) -> bool:
    """Return whether a call is ``item.add_marker("asyncio")``."""
    is_method = isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_marker"
    return is_method and bool(call.args) and text_of(call.args[0].value) == "asyncio"


def _can_go(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether the function can be removed."""
    name = function.name.value
    is_used = file.is_called_by_name(function) or file.is_exported(name)
    if is_used or file.facts.imported_elsewhere(file.path, name) or not file.is_collectable(function):
        return False
    return function.asynchronous is None and all(_is_harmless(file, each) for each in function.body.body)


def _is_harmless(file: FileContext, statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=body):
            return all(_is_harmless(file, each) for each in body)
        case cst.For(body=block, orelse=None):
            return all(_is_harmless(file, each) for each in block.body)
        case cst.If(body=block, orelse=orelse):
            rest = () if orelse is None else (orelse,)
            return all(_is_harmless(file, each) for each in (*block.body, *rest))
        case cst.Else(body=block):
            return all(_is_harmless(file, each) for each in block.body)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name())]) | cst.Return(value=None):
            return True
        case cst.Expr(value=cst.Call() as call):
            return adds_marker(file, call)
        case cst.Expr(value=cst.SimpleString()):
            return True
        case _:
            return isinstance(statement, _HARMLESS)
