"""Tests that change sides in a suite that selects tests by the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.markers.uses import applies_to
from asyncshim_codemods.suite.file_context import is_async, target_of

if TYPE_CHECKING:
    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext

# These mark async tests themselves in auto mode, so only synchronous tests lose the marker.
_MARK_ASYNC_TESTS = frozenset({"asyncshim", "pytest-asyncio"})


def changes_selection(file: FileContext, use: MarkUse) -> str:
    """Return a message if the suite selects tests by the marker, and a test loses it with this use; or ""."""
    selectors = file.facts.marker_selectors
    if not selectors:
        return ""
    test = _test_without_marker(file, use)
    return f"{selectors[0]} selects tests by this marker, and {test} would no longer have it" if test else ""


def _test_without_marker(file: FileContext, use: MarkUse) -> str:
    """Return which test certainly or possibly has no marker without this use, or ""."""
    place: cst.CSTNode | None = applies_to(file, use)
    if isinstance(place, cst.Decorator):
        place = file.index.parents[place]
    if not isinstance(place, cst.FunctionDef | cst.ClassDef):
        place = file.index.module
    if file.options.runner not in _MARK_ASYNC_TESTS:
        return "its tests"
    for each in file.index.functions:
        if file.index.holds(place, each) and file.is_test(each) and (not is_async(each) or _is_wrapped(file, each)):
            return f"`{each.name.value}`"
    inherits = any(_has_bases(each) for each in file.index.classes if file.index.holds(place, each))
    return "a test that a class inherits" if inherits else ""


def _is_wrapped(file: FileContext, function: cst.FunctionDef) -> bool:
    """Return whether a decorator may have made a synchronous function of an async test."""
    return any(not (file.names.of(target_of(each)) or "").startswith("pytest.") for each in function.decorators)


def _has_bases(node: cst.ClassDef) -> bool:
    return any(not (isinstance(base.value, cst.Name) and base.value.value == "object") for base in node.bases)
