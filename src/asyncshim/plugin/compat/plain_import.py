"""Imports without assertion rewriting.

A small module of its own, because it is imported before the block: pytest rewrites it, and loads rewritten modules
more slowly than Python loads others.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator

from _pytest.assertion.rewrite import AssertionRewritingHook


@contextlib.contextmanager
def imported_as_it_is() -> Generator[None, None, None]:
    """Import modules without assertion rewriting in a block: with it, imports take twice the time."""
    hooks = [finder for finder in sys.meta_path if isinstance(finder, AssertionRewritingHook)]
    for hook in hooks:
        sys.meta_path.remove(hook)
    try:
        yield
    finally:
        sys.meta_path[:0] = hooks
