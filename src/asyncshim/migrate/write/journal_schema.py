"""Read a journal as untrusted input: each type, range and path is checked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import cast

from asyncshim.migrate.write.run_record import Entry, Run, Stage

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = re.compile(r"\.asyncshim-[0-9a-f]{32}-\d+\.tmp")


class ForgedError(ValueError):
    """A journal that asyncshim does not write."""


def parse(content: Mapping[str, object], number: int, anchor: Path) -> Run:
    """Return the run of a journal; every path must be below ``anchor``, without symbolic links."""
    _expect(set(content) == {"version", *(field.name for field in fields(Run))}, "its keys")
    listed = content["entries"]
    _expect(content["number"] == number and _is_number(content["number"]), "its number")
    _expect(isinstance(listed, list), "its entries")
    undoes = content["undoes"]
    _expect(undoes is None or _is_number(undoes), "undoes")
    root = _text(content["root"])
    _below(anchor, "." if root == "." else _relative(root))
    entries = tuple(_entry(one, anchor / root) for one in cast("list[object]", listed))
    _expect(len({entry.path for entry in entries}) == len(entries), "a path that is there twice")
    return Run(number, Stage(_text(content["stage"])), root, entries, cast("int | None", undoes))


def _entry(value: object, root: Path) -> Entry:
    _expect(isinstance(value, dict), "an entry")
    entry = cast("dict[str, object]", value)
    _expect(entry.keys() == {field.name for field in fields(Entry)}, "an entry's keys")
    path, temporary = _relative(_text(entry["path"])), _relative(_text(entry["temporary"]))
    folder = PurePosixPath(path).parent
    _expect(PurePosixPath(temporary).parent == folder, f"the folder of {temporary!r}")
    _expect(_TEMPORARY.fullmatch(PurePosixPath(temporary).name) is not None, f"the name {temporary!r}")
    _below(root, folder.as_posix())
    for key in ("before", "after"):
        _expect(_DIGEST.fullmatch(_text(entry[key])) is not None, f"{key!r} of {path!r}")
    for key in ("mode", "offset", "size"):
        _expect(_is_number(entry[key]), f"{key!r} of {path!r}")
    _expect(cast("int", entry["mode"]) <= 0o7777, f"'mode' of {path!r}")
    make = cast("Callable[..., Entry]", Entry)
    return make(**entry)


def _relative(path: str) -> str:
    """Return a POSIX path that does not leave its start folder."""
    parts = path.split("/")
    _expect("\0" not in path and not {"", ".", ".."} & set(parts), f"the path {path!r}")
    if os.name == "nt":
        drive = any(PureWindowsPath(part).drive or PureWindowsPath(part).root or ":" in part for part in parts)
        _expect(not drive and "\\" not in path, f"the path {path!r}")
    return path


def _below(root: Path, folder: str) -> None:
    real = os.path.realpath(root)
    expected = real if folder == "." else os.path.join(real, *folder.split("/"))  # noqa: PTH118
    _expect(os.path.realpath(expected) == expected, f"a link on the way to {folder!r}")


def _text(value: object) -> str:
    _expect(isinstance(value, str), f"the value {value!r}")
    return cast("str", value)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _expect(condition: bool, what: str) -> None:
    if not condition:
        raise ForgedError(f"{what} cannot be right")
