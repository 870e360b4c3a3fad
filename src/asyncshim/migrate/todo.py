"""Find the comments of ``migrate --todo`` by text, without parsing files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from asyncshim.migrate.read import files
from asyncshim_codemods.results import TODO_COMMENT

_COMMENT = re.compile(TODO_COMMENT.pattern.encode())


@dataclass(frozen=True, slots=True)
class Todo:
    """One comment; line and column start at 1."""

    path: str
    line: int
    column: int
    text: str


def todos(root: Path, paths: Iterable[str]) -> Iterator[Todo]:
    """Yield every comment in the files, in order."""
    for path in paths:
        try:
            data = files.read(root / path, most=files.MOST).data
        except OSError:
            continue
        if b"TODO(asyncshim)" not in data:
            continue
        for match in _COMMENT.finditer(data):
            start = data.rfind(b"\n", 0, match.start()) + 1
            line, column = data.count(b"\n", 0, match.start()) + 1, match.start() - start + 1
            yield Todo(path, line, column, match["text"].strip().decode("utf-8", "replace"))
