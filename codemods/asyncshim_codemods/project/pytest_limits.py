"""Limits on pytest's version that leave no release which asyncshim works with."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import FileKind, kind_of

OLDEST_PYTEST = "7.4"
"""The oldest pytest that asyncshim supports."""

# `pytest~=6.2`, `"pytest[x]<7.4"`, `pytest = "^6.2"`, and of conda `pytest=6.2`.
_LIMIT = r"""(?<![\w./-])["']?{}["']?\s*(?:\[[^\]]*\]\s*)?
        (?:=\s*(?:\{{\s*version\s*=\s*)?["'](?P<quoted>[^"']+)["']|(?P<plain>(?:[~=!<>^]=?=?\s*[\w.*]+\s*,?\s*)+))
        (?P<marker>\s*;[^,\n]*)?"""
_LIMITS = {name: re.compile(_LIMIT.format(name.replace("-", "[-_.]+")), re.VERBOSE) for name in ("pytest", req.OLD)}
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
    text = _without_comments(data)
    includes: tuple[str, ...] = ()
    if kind_of(path) is FileKind.REQUIREMENTS:
        folder = posixpath.dirname(path)
        includes = tuple(posixpath.normpath(posixpath.join(folder, each)) for each in _INCLUDE.findall(text))
    found = [
        PytestLimit(path, " ".join(match.group().replace('"', "").replace("'", "").partition(";")[0].split()), includes)
        for match in _limits_below(text, "pytest", OLDEST_PYTEST)
        if not req.is_for_old_pythons(f"x{match['marker'] or ''}")
    ]
    return found or ([PytestLimit(path, "", includes)] if includes else [])


def allows_only_before(data: bytes, name: str, version: str) -> bool:
    """Return whether a dependency file limits the distribution, for some Pythons at least, to older releases."""
    return any(_limits_below(_without_comments(data), name, version))


def _without_comments(data: bytes) -> str:
    lines = data.decode("utf-8", "replace").splitlines()
    return "\n".join(line.partition(" #")[0] for line in lines if not line.lstrip().startswith("#"))


def _limits_below(text: str, name: str, version: str) -> Iterator[re.Match[str]]:
    for match in _LIMITS[name].finditer(text):
        limit = (match["quoted"] or match["plain"] or "").strip().rstrip(",").strip()
        if req.excludes_from(f"{name}{_standard(limit)}", version):
            yield match


def _standard(limit: str) -> str:
    """Return a limit of conda or Poetry (``=6.2``, ``^6.2``, ``~6.2``, ``6.2``) as one of pip."""
    if re.match(r"=\s*\d", limit):
        return f"={limit}.*" if limit.count(".") < 2 and not limit.endswith("*") else f"={limit}"
    poetry = re.match(r"([\^~])\s*(\d+(?:\.\d+)*)", limit)
    if poetry:
        parts = [int(part) for part in poetry[2].split(".")]
        first = next((i for i, part in enumerate(parts) if part), len(parts) - 1)
        last = first if poetry[1] == "^" else min(1, len(parts) - 1)
        return "<" + ".".join(map(str, [*parts[:last], parts[last] + 1]))
    return f"=={limit}" if re.match(r"\d", limit) else limit


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
