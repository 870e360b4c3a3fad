"""Whether the edits leave nothing of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.tree import is_docstring

if TYPE_CHECKING:
    from asyncshim_codemods.edits.model import AcceptedEdits
    from asyncshim_codemods.suite.file_context import FileContext


def is_emptied(file: FileContext, done: AcceptedEdits) -> bool:
    """Return whether the edits remove every statement but a docstring and imports from ``__future__``."""
    left = [each for each in file.index.module.body if not done.is_removed(each)]
    return len(left) < len(file.index.module.body) and all(_is_nothing(each) for each in left)


def _is_nothing(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.ImportFrom(module=cst.Name("__future__"))]):
            return True
        case _:
            return is_docstring(statement)
