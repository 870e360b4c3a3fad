"""The ``ast`` of a Python file, parsed once for all collectors of facts."""

from __future__ import annotations

import ast
import symtable
import warnings
from functools import lru_cache


@lru_cache(maxsize=1)
def parsed(data: bytes) -> ast.Module | None:
    """Return the tree of this file, or None if it cannot be parsed. Callers must not change the tree."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def may_be_broken(data: bytes) -> bool:
    """Return whether a file may be no Python: this Python cannot compile it. That is much faster than other parsers."""
    try:
        with warnings.catch_warnings(action="ignore"):
            # It needs no Python objects for the tree. It takes bytes, and then reads the encoding from them.
            symtable.symtable(data, "<file>", "exec")  # type: ignore[arg-type]
    except (SyntaxError, ValueError):
        return True
    except (RecursionError, MemoryError):
        return False
    return False
