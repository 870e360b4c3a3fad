"""Which decorators surely leave a test or fixture a function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.suite.file_context import target_of

if TYPE_CHECKING:
    from asyncshim_codemods.suite.file_context import FileContext

# Packages whose decorators of tests return functions.
_KEEP_FUNCTIONS = frozenset(
    {"allure", "freezegun", "hypothesis", "mock", "pytest", "pytest_asyncio", "pytest_cases", "time_machine", "vcr"}
)


def keeps_function(file: FileContext, decorator: cst.Decorator) -> bool:
    """Return whether the decorator surely returns a function: it is of pytest, mock or Hypothesis, or defined here."""
    target = target_of(decorator)
    name = file.names.of(target)
    if name is not None:
        return name.partition(".")[0] in _KEEP_FUNCTIONS or name.startswith("unittest.mock.")
    if not isinstance(target, cst.Name):
        return False
    found = [each.node for each in file.names.bindings_of(target)]
    return all(isinstance(each, cst.FunctionDef) for each in found) if found else target.value == "staticmethod"
