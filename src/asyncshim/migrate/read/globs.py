"""Patterns of ``--exclude``: as in ``.gitignore``, a name without a slash matches at any depth."""

from __future__ import annotations

import re
from collections.abc import Iterable


class Exclusion:
    """Decides whether a path, or any folder above it, matches one of the patterns."""

    def __init__(self, patterns: Iterable[str]) -> None:
        expressions = [_expression(pattern) for pattern in patterns if pattern.strip("/")]
        self._match = re.compile("|".join(expressions)) if expressions else None

    def __call__(self, path: str) -> bool:
        """Return whether this path is excluded."""
        return self._match is not None and self._match.match(path) is not None


def _expression(pattern: str) -> str:
    anchored = "/" in pattern.rstrip("/")
    body = "".join(_token(part) for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", pattern.strip("/")))
    start = "" if anchored else "(?:.*/)?"
    return f"(?s:{start}{body}(?:/.*)?)\\Z"


def _token(part: str) -> str:
    fixed = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]", "": ""}
    if part in fixed:
        return fixed[part]
    if part.startswith("[") and part.endswith("]"):
        inner = part[1:-1]
        negated = inner[0] in "!^" and len(inner) > 1
        return f"[{'^' if negated else ''}{re.escape(inner[negated:]).replace(chr(92) + '-', '-')}]"
    return re.escape(part)
