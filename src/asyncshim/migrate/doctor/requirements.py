"""The requirements of pytest, asyncshim and plugins for asyncio in a file: names and versions, never addresses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import cast

from asyncshim_codemods import api

_NAME = (
    r"(?P<name>alt[-_.]+pytest[-_.]+asyncio|pytest[-_.]+asyncio|pytest[-_.]+aiohttp|asyncshim|looptime|pytest)"
    r"(?:\[[\w, -]{0,60}\])?"
)
_BOUND = r"(?:===|[<>=!~]=|[<>=])[ \t]*+[\d*][\w.*+!-]{0,40}"
_VERSION = rf"(?P<version>{_BOUND}(?:[ \t]*+,[ \t]*+{_BOUND}){{0,8}})"
_PINNED = re.compile(rf"(?<![\w./@-]){_NAME}[ \t]*+\(?{_VERSION}", re.IGNORECASE)
_WHOLE = re.compile(rf"[ \t]*+(?:-[ \t]+)?[\"']?{_NAME}[ \t]*+\(?{_VERSION}?\)?[\"']?[ \t]*+(?:;.*)?", re.IGNORECASE)
_KEY = re.compile(_NAME, re.IGNORECASE)
_KEY_VERSION = re.compile(r"[\d.^~<>=!*, ][\w.^~<>=!*, -]{0,60}")
# The tables and arrays of TOML files that hold requirements.
_TABLE = re.compile(r".*(?:dependenc|requires|packages|deps|extras).*", re.IGNORECASE)
_LONGEST_LINE = 2_000
_ANY = "any version"
_Found = tuple[str, str]


def requirements(path: str, text: str) -> tuple[_Found, ...]:
    """Return name and version of each; lock files have none, because they list what other files ask for."""
    if api.is_lock(path) or path.endswith(".py"):
        return ()
    if path.endswith(".toml") or path.rpartition("/")[2] == "Pipfile":
        try:
            found = _in_toml(tomllib.loads(text), is_inside=path.endswith("Pipfile"))
            return tuple(dict.fromkeys(found))
        except (tomllib.TOMLDecodeError, RecursionError):
            return ()
    return tuple(dict.fromkeys(_in_lines(path, text)))


def _in_lines(path: str, text: str) -> Iterator[_Found]:
    # A line with the name alone is a requirement only in a file of requirements; elsewhere it may be a command.
    whole = path.endswith((".txt", ".in"))
    for line in text.splitlines():
        code = line.partition("#")[0][:_LONGEST_LINE]
        alone = _WHOLE.fullmatch(code)
        if alone and (whole or code.lstrip().startswith("- ") or alone["name"].lower() != "pytest"):
            yield _named(alone)
        else:
            yield from map(_named, _PINNED.finditer(code))


def _in_toml(value: object, *, is_inside: bool) -> Iterator[_Found]:
    """Yield the requirements in a value; ``is_inside`` says that it belongs to a table of requirements."""
    if isinstance(value, dict):
        for key, each in cast("dict[str, object]", value).items():
            if is_inside and _KEY.fullmatch(key):
                yield _normalized(key), _key_version(each)
            else:
                yield from _in_toml(each, is_inside=is_inside or _TABLE.fullmatch(key) is not None)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _in_toml(each, is_inside=is_inside)
    elif isinstance(value, str) and is_inside:
        match = _WHOLE.fullmatch(value[:_LONGEST_LINE])
        if match:
            yield _named(match)


def _key_version(value: object) -> str:
    version = cast("dict[str, object]", value).get("version") if isinstance(value, dict) else value
    return version if isinstance(version, str) and _KEY_VERSION.fullmatch(version) and version != "*" else _ANY


def _named(match: re.Match[str]) -> _Found:
    return _normalized(match["name"]), "".join((match["version"] or "").split()) or _ANY


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
