"""Findings made of what outlived its loop scope."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from asyncshim.plugin.findings.model import WIDER_SCOPES, RuntimeFinding

if TYPE_CHECKING:
    from asyncshim.plugin.loops.runners import Leak

_HELD = ", held by "
_VARIES = re.compile(r"(?: at)? 0x[0-9a-f]+| at \S+:\d+", re.IGNORECASE)  # addresses, lines


def of_leak(leak: Leak, root: str, scope: str) -> RuntimeFinding:
    """Return the finding for *leak*, which outlived *scope*."""
    starter, held, _ = leak.starter.rpartition(_HELD)
    test = starter if held else leak.starter
    known = "::" in test
    if not known:  # an unknown test, or the maker of the loop
        test, scope = "", "session"
    elif scope not in WIDER_SCOPES:
        scope = "function"
    code = _VARIES.sub("", leak.code) or leak.kind
    return RuntimeFinding(leak.kind, test, code, relative(leak.created, root), str(leak), scope)


def relative(place: str, root: str) -> str:
    """Return PATH:LINE, relative to the folder *root* if it is inside, with slashes."""
    inner = place.removeprefix(root.rstrip(os.sep) + os.sep)
    return inner.replace(os.sep, "/")
