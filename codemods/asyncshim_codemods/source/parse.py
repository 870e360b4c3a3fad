"""The ``ast`` of a Python file, parsed once for all who look for facts in it."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(maxsize=1)
def parsed(data: bytes) -> ast.Module | None:
    """The tree of this file, which is not to be changed; None for one that cannot be parsed."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
