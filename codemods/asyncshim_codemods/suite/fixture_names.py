"""The name under which a fixture is requested, which need not be its function's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.suite.file_context import argument

if TYPE_CHECKING:
    from asyncshim_codemods.suite.file_context import FileContext


def fixture_name(file: FileContext, function: cst.FunctionDef) -> str:
    """The ``name=`` of a fixture, else that of its function; "" where it cannot be read."""
    decorator = file.fixture_decorator(function)
    call = None if decorator is None else decorator.decorator
    given = argument(call, "name") if isinstance(call, cst.Call) else None
    if given is None:
        return function.name.value
    return file.text(given.value) or ""
