"""Uses that ``asyncshim check`` does not report: excluded by a comment, or by ``[tool.asyncshim]``."""

from __future__ import annotations

import fnmatch
import functools
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

_IGNORE = re.compile(r"#\s*asyncshim:\s*ignore(?:\[([^\]]*)\])?")


class Exclusions:
    """The exclusions of the project at *root*; its files are read when they are asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lines_of = functools.cache(_lines_with_comments)

    def cover(self, codes: Iterable[str], path: str, line: int) -> bool:
        """Return whether a use at *path*, *line*, which rules with *codes* may report, is excluded."""
        known = tuple(codes)
        if self._covers_file(known, path):
            return True
        lines = self._lines_of(path)
        return any(_names_one(comment, known) for comment in _comments_at(lines, line)) if lines else False

    @functools.cached_property
    def _settings(self) -> dict[str, Any]:
        import tomllib

        try:
            found: Any = tomllib.loads((self._root / "pyproject.toml").read_text(encoding="utf-8"))
            settings: dict[str, Any] = dict(found["tool"]["asyncshim"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return settings

    def _covers_file(self, codes: tuple[str, ...], path: str) -> bool:
        settings = self._settings
        if not settings:
            return False
        selected = [*settings.get("select", ()), *settings.get("extend-select", ())] if "select" in settings else [""]
        is_selected = any(code.startswith(tuple(selected)) for code in codes)
        is_ignored = bool(settings.get("ignore")) and all(code.startswith(tuple(settings["ignore"])) for code in codes)
        name = path.removeprefix(f"{self._root}/")
        return is_ignored or not is_selected or any(fnmatch.fnmatch(name, glob) for glob in settings.get("exclude", ()))


def _lines_with_comments(path: str) -> list[str]:
    """Return the lines of a file that has such comments; none for any other."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
    except (OSError, SyntaxError, ValueError):
        return []
    return text.splitlines(keepends=True) if _IGNORE.search(text) else []


def _names_one(comment: str, codes: tuple[str, ...]) -> bool:
    found = _IGNORE.search(comment)
    if found is None:
        return False
    named = tuple(code.strip().upper() for code in (found[1] or "").split(",") if code.strip())
    return not named or any(code.startswith(named) for code in codes)


def _comments_at(lines: list[str], line: int) -> Iterator[str]:
    """Yield the comments above *line*, and those of the statement there: of a definition, its decorators and header."""
    above = line - 2
    while above >= 0 and lines[above].lstrip().startswith("#"):
        yield lines[above]
        above -= 1
    is_decorator = first = True
    try:
        for token in tokenize.generate_tokens(iter(lines[line - 1 :]).__next__):
            if token.type == tokenize.COMMENT:
                yield token.string
            elif token.type == tokenize.NEWLINE:
                if not is_decorator:
                    return
                first = True
            elif first and token.type not in {tokenize.NL, tokenize.INDENT, tokenize.DEDENT}:
                is_decorator, first = token.string == "@", False
    except (tokenize.TokenError, SyntaxError):
        return
