"""The ``ast`` of a Python file, parsed once for all collectors of facts."""

from __future__ import annotations

import ast
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
