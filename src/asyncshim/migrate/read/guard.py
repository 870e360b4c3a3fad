"""Check version control before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError
from asyncshim.migrate.read.uncommitted import uncommitted

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

_LISTED = 10


def check_committed(project: Project, paths: Sequence[str]) -> None:
    """Refuse to change files with uncommitted edits; without git nothing is checked."""
    if project.repository is None or not paths:
        return
    dirty = uncommitted(project.repository, project.root, paths)
    if not dirty:
        return
    lines = [f"  {project.shown(path)}" for path in dirty[:_LISTED]]
    if len(dirty) > _LISTED:
        lines.append(f"  and {len(dirty) - _LISTED} more")
    subject = "a file to be changed has" if len(dirty) == 1 else f"{len(dirty)} of the files to be changed have"
    raise UsageError(
        "\n".join(
            [
                f"{subject} uncommitted changes, so nothing was written:",
                *lines,
                "commit or stash them first, or pass --allow-dirty",
            ]
        )
    )
