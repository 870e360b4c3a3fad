"""Comments that say nothing once the code next to them is removed: about a tool, the marker, the plugin, its scopes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

# Comments for a tool about their own line: they are removed with the line.
_PRAGMA = re.compile(
    r"#\s*(noqa|type:|pyright:|mypy:|pylint:|ruff:|fmt:|isort:|yapf:|nosec|noinspection|flake8:|pragma:|asyncshim:)",
    re.IGNORECASE,
)
_ABOUT_RUNNER = re.compile(
    r"""
    \bpytest[-_.\ ]?asyncio | \bmark\.asyncio | \basyncio[-_ ](mode|marker|mark|plugin)\b
    | \bpytestmark\b | \bmarker\b | \bmarked\ (as|with|async)\b | \bas\ marked\b | \bmark(s|ed|ing)?\b.*\basync
    | \bevent_?loops?\b | \bevent_loop_policy\b | \bevent[-\ ]loop\ (fixture|scope|override)
    | \bloop[-_ ]scopes?\b | \b(function|class|module|package|session)[-\ ]scoped?\b | \bscope=
    | \b(strict|auto)\ mode\b | \basync(io)?[-\ ](tests?|fixtures?|support)\b
    | ^\#\s*asyncio\s*$ | ^\#\s*(the\ |our\ |an?\ )?(asyncio\ |shared\ )?(event[-_\ ]?)?loop\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)

_ABOUT_MARKER = re.compile(
    r"\bpytest[-_]asyncio\b|\bmark\.asyncio|\b(asyncio|the)[- ]mark(er)?\b|\bstrict mode\b|\bloop[-_ ]scope",
    re.IGNORECASE,
)


def worth_keeping(comment: cst.Comment | None) -> bool:
    """Return whether a comment is worth keeping without the code next to it."""
    return comment is not None and _PRAGMA.match(comment.value) is None and not is_about_runner(comment.value)


def is_about_runner(text: str) -> bool:
    """Return whether a text names what this migration removes: the marker, the plugin, its fixtures and scopes."""
    return _ABOUT_RUNNER.search(text) is not None


def without_marker_line(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines above a function that loses its first decorator, without a comment of one line about that.

    Other comments there are about the function.
    """
    last = lines[-1].comment if lines else None
    is_alone = len(lines) < 2 or lines[-2].comment is None
    return list(lines[:-1] if last is not None and is_alone and _ABOUT_MARKER.search(last.value) else lines)


def without_stale_lines(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines above a removed statement without the comment that ends there, if it is about the runner."""
    start = len(lines)
    while start and lines[start - 1].comment is not None:
        start -= 1
    block = [line.comment.value for line in lines[start:] if line.comment is not None]
    is_stale = any(is_about_runner(text) for text in block) and not any("asyncshim" in text for text in block)
    return list(lines[:start] if is_stale else lines)
