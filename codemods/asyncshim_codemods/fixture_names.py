"""The name under which a fixture is requested, which need not be its function's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.file_context import argument
from asyncshim_codemods.names import text_of

if TYPE_CHECKING:
    from asyncshim_codemods.file_context import FileContext


def fixture_name(file: FileContext, function: cst.FunctionDef) -> str:
    """The ``name=`` of a fixture, else that of its function."""
    decorator = file.fixture_decorator(function)
    call = None if decorator is None else decorator.decorator
    given = argument(call, "name") if isinstance(call, cst.Call) else None
    return (None if given is None else text_of(given.value)) or function.name.value
