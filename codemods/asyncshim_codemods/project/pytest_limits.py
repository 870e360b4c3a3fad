"""Limits on pytest's version that leave no release which asyncshim works with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import FileKind, kind_of

OLDEST_PYTEST = "7.4"
"""The oldest pytest that asyncshim supports."""

# `pytest~=6.2`, `"pytest[x]<7.4"`, `pytest = "^6.2"`, and of conda `pytest=6.2`.
_LIMIT = re.compile(
    r"""(?<![\w./-])["']?pytest["']?\s*(?:\[[^\]]*\]\s*)?
        (?:=\s*(?:\{\s*version\s*=\s*)?["'](?P<quoted>[^"']+)["']|(?P<plain>(?:[~=!<>^]=?=?\s*[\w.*]+\s*,?\s*)+))
        (?P<marker>\s*;[^,\n]*)?""",
    re.VERBOSE,
)
_INCLUDE = re.compile(r"^\s*-(?:r|c|-requirement|-constraint)[\s=]+(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class PytestLimit:
    """A limit in a dependency file, as written, and the files of pip that this file includes."""

    path: str
    text: str
    includes: tuple[str, ...] = ()


def pytest_limits(path: str, data: bytes) -> list[PytestLimit]:
    """Return the limits in a file; one without a limit is returned only if it includes other files."""
    if kind_of(path) in {None, FileKind.LOCK} or not any(word in data for word in (b"pytest", b"-r", b"-c")):
        return []
    text = "\n".join(
        line.partition(" #")[0]
        for line in data.decode("utf-8", "replace").splitlines()
        if not line.lstrip().startswith("#")
    )
    includes: tuple[str, ...] = ()
    if kind_of(path) is FileKind.REQUIREMENTS:
        folder = posixpath.dirname(path)
        includes = tuple(posixpath.normpath(posixpath.join(folder, each)) for each in _INCLUDE.findall(text))
    found = [PytestLimit(path, shown, includes) for match in _LIMIT.finditer(text) if (shown := _too_old(match))]
    return found or ([PytestLimit(path, "", includes)] if includes else [])


def _too_old(match: re.Match[str]) -> str:
    limit = (match["quoted"] or match["plain"] or "").strip().rstrip(",").strip()
    if re.match(r"=\s*\d", limit) and not limit.startswith("=="):
        limit = f"={limit}.*" if limit.count(".") < 2 and not limit.endswith("*") else f"={limit}"
    caret = re.match(r"\^\s*(\d+)", limit)
    if caret:
        limit = f"<{int(caret[1]) + 1}"
    elif re.match(r"\d", limit):
        limit = f"=={limit}"
    text = f"pytest{limit}"
    if not req.excludes_from(text, OLDEST_PYTEST) or req.is_for_old_pythons(f"x{match['marker'] or ''}"):
        return ""
    return " ".join(match.group().replace('"', "").replace("'", "").partition(";")[0].split())


def limit_beside(limits: Iterable[PytestLimit], path: str) -> str:
    """Return the limit that applies to a dependency file: its own, or that of a file read together with it; or ""."""
    limits = tuple(limits)
    together = {path}
    while more := {
        other
        for each in limits
        for one, other in ((each.path, into) for into in each.includes)
        if one in together and other not in together
    } | {each.path for each in limits if together.intersection(each.includes) and each.path not in together}:
        together |= more
    return next((f"`{each.text}` in {each.path}" for each in limits if each.text and each.path in together), "")
