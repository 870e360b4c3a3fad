"""Hypothesis explains a failure by the lines that only failing examples run: leave out those of asyncshim."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path
from typing import Any

_OURS = str(Path(__file__).parents[2]) + os.sep
_MODULE = "hypothesis.internal.scrutineer"
_MARK = "_asyncshim_excluded"


def exclude_own_lines() -> None:
    """Let Hypothesis trace no file of asyncshim, as it traces none of its own; if Hypothesis can do so."""
    module: Any = sys.modules.get(_MODULE)
    original = getattr(module, "should_trace_file", None)
    if original is None or hasattr(original, _MARK):
        return

    @functools.cache
    def should_trace_file(name: str) -> bool:
        return not name.startswith(_OURS) and bool(original(name))

    setattr(should_trace_file, _MARK, original)
    module.should_trace_file = should_trace_file


def restore() -> None:
    """Undo :func:`exclude_own_lines`."""
    module: Any = sys.modules.get(_MODULE)
    original = getattr(getattr(module, "should_trace_file", None), _MARK, None)
    if original is not None:
        module.should_trace_file = original
