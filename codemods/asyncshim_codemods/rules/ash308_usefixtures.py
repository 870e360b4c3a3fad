"""ASH308: ``usefixtures("event_loop")``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.event_loop.resolution import LoopOrigin, loop_origin
from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.markers.pytestmark import slot_edits
from asyncshim_codemods.markers.uses import applies_to, decorated, slot_of, use_at
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import is_async, matches_any
from asyncshim_codemods.syntax.index import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext

_DEFINITIONS = {BindingKind.FUNCTION, BindingKind.CLASS}


class UseFixtures(Rule):
    """Async tests have a loop without a request for it.

    The rule removes the argument, and with the last argument also the decorator, the element of ``pytestmark`` or the
    whole statement. This is safe if all tests that it applies to are async: the function; every test of the class, if
    the class has no bases and no other class of the file extends it; every test of the module, if it has no tests from
    elsewhere. In other places synchronous code may need the current loop that the fixture sets. asyncshim sets it
    anyway, other runners may not, so the rewrite is unsafe.
    """

    code = "ASH308"
    name = "usefixtures-event-loop"
    summary = '`usefixtures("event_loop")` on tests that have a loop without it'
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "Alone, and beside another fixture",
            before="""
                import pytest


                @pytest.mark.usefixtures("event_loop")
                async def test_alone():
                    ...


                @pytest.mark.usefixtures("database", "event_loop")
                async def test_beside():
                    ...
            """,
            after="""
                import pytest


                async def test_alone():
                    ...


                @pytest.mark.usefixtures("database")
                async def test_beside():
                    ...
            """,
        ),
        Example(
            "A synchronous test may need the current loop",
            before="""
                import pytest


                @pytest.mark.usefixtures("event_loop")
                def test_client():
                    ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every ``usefixtures`` that names ``event_loop``."""
        for use in (use_at(file, node) for node in file.names.uses("pytest.mark.usefixtures")):
            call = use.call
            named = [] if call is None else [arg for arg in call.args if _names_it(file, arg.value)]
            if call is None or not named:
                continue
            origin, path = loop_origin(file, applies_to(file, use))
            if origin is LoopOrigin.UNRELATED:
                continue
            edits = _edits(file, use, call, named)
            if edits is None or file.facts.loops.parametrized_for(file.path):
                message = "no rule can follow this `usefixtures` of `event_loop`; review it manually"
                yield Proposal(named[0].value, message, Safety.MANUAL)
            elif asking := file.facts.loops.asking_about(file.path):
                message = f"async tests have a loop without it, but {asking} checks which tests request it"
                yield Proposal(named[0].value, message, Safety.UNSAFE, edits)
            elif origin is LoopOrigin.UNKNOWN:
                message = f"async tests have a loop without it, but the `event_loop` of {path} may be another one"
                yield Proposal(named[0].value, message, Safety.UNSAFE, edits)
            elif (tests := _tests(file, use)) and all(map(is_async, tests)):
                yield Proposal(named[0].value, "async tests have a loop without it", Safety.SAFE, edits)
            else:
                message = "not needed with asyncshim, but synchronous code may need the current loop that it sets"
                yield Proposal(named[0].value, message, Safety.UNSAFE, edits)


def _edits(file: FileContext, use: MarkUse, call: cst.Call, named: list[cst.Arg]) -> tuple[Edit, ...] | None:
    if any(arg.star for arg in named):
        return None
    if len(named) < len(call.args):
        return tuple(Remove(arg) for arg in named)
    if isinstance(use.holder, cst.Decorator):
        return (Remove(use.holder),)
    place = slot_of(file, use)
    return None if place is None else slot_edits(file, place, {use.whole})


def _tests(file: FileContext, use: MarkUse) -> list[cst.FunctionDef]:
    """Return the tests to which a mark applies; none if this file does not show them."""
    owner: cst.CSTNode | None = decorated(file, use)
    if owner is None and slot_of(file, use) is not None:
        owner = file.index.scope_of(use.whole).node
    if isinstance(owner, cst.FunctionDef):
        return [owner] if file.is_test(owner) else []
    is_shared = _is_related(file, owner) if isinstance(owner, cst.ClassDef) else _has_foreign_tests(file)
    return [] if owner is None or is_shared else file.once(_tests_below).get(owner, [])


def _tests_below(file: FileContext) -> dict[cst.CSTNode, list[cst.FunctionDef]]:
    """Return the tests of the file by everything that holds them."""
    found: dict[cst.CSTNode, list[cst.FunctionDef]] = {}
    for test in filter(file.is_test, file.index.functions):
        for owner in file.index.ancestors(test):
            found.setdefault(owner, []).append(test)
    return found


def _names_it(file: FileContext, node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.List | cst.Tuple):
        return any(file.text(each.value) == EVENT_LOOP for each in node.elements)
    return file.text(node) == EVENT_LOOP


def _has_foreign_tests(file: FileContext) -> bool:
    """Return whether the module may have tests from elsewhere: imported, assigned or inherited ones."""
    functions = file.settings.python_functions or ("test",)
    classes = file.settings.python_classes or ("Test",)
    root = file.index.root
    brought = {name for name, found in root.bindings.items() if any(each.kind not in _DEFINITIONS for each in found)}
    own = {"object", *(each.name.value for each in file.index.classes)}
    inherited = {arg.value for each in file.index.classes for arg in each.bases}
    return (
        bool(file.index.star_imports)
        or any(matches_any(name, (*functions, *classes)) for name in brought)
        or any(not (isinstance(base, cst.Name) and base.value in own) for base in inherited)
    )


def _is_related(file: FileContext, owner: cst.ClassDef) -> bool:
    """Return whether tests come into the class from others, or from it into others."""
    name = owner.name.value
    return bool(owner.bases) or any(each not in file.index.stores for each in file.index.names.get(name, ()))
