"""Writes the conftest.py that runs async tests with no plugin at all: a new file, or a block in the old one."""

from __future__ import annotations

import ast
import os
import secrets
import shutil
import warnings
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.read import files, pytest_config

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

CONFTEST = "conftest.py"
BEGIN = "# asyncshim eject: from here to the end mark, async tests and fixtures are run on one event loop."
END = "# asyncshim eject: end."


class Became(Enum):
    """What happens to the conftest.py."""

    CREATED = "created"
    EXTENDED = "extended"
    UPDATED = "updated"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Ejected:
    """A conftest.py as it is and as it is to be; ``old`` is None where there is none yet."""

    path: Path
    became: Became
    old: bytes | None
    new: bytes


def folder_for(project: Project) -> Path:
    """The folder that pytest takes for its root: hooks of a conftest.py further down see no session-wide fixtures."""
    folder = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in project.given]))
    while folder != project.root:
        if pytest_config.configuration_file(folder):
            return folder
        folder = folder.parent
    return project.root


def eject(folder: Path) -> Ejected:
    """Make the conftest.py of ``folder``, in memory. Raises where that would break the file that is there."""
    path = folder / CONFTEST
    own = template()
    if not os.path.lexists(path):
        return Ejected(path, Became.CREATED, None, own.encode())
    old = files.read(path).data
    text = _decoded(path, old)
    if text.replace("\r\n", "\n") == own:
        return Ejected(path, Became.CURRENT, old, old)
    before, found, rest = text.partition(BEGIN)
    if found:
        _, ended, after = rest.partition(END)
        if not ended:
            raise AsyncshimError(f"{path}: the line {END!r} is missing, so it is not known where our block ends")
        text = before.rstrip() + "\n\n\n" + after.lstrip()
    _refuse_clashes(path, text, own)
    new = _with_block(text, own, newline="\r\n" if "\r\n" in text else "\n")
    became = Became.UPDATED if found else Became.EXTENDED
    data = new.encode("utf-8-sig" if old.startswith(b"\xef\xbb\xbf") else "utf-8")
    return Ejected(path, Became.CURRENT if data == old else became, old, data)


def write(ejected: Ejected) -> None:
    """Put it on the disk, whole or not at all; a file that appeared or changed meanwhile is not overwritten."""
    path = ejected.path
    if ejected.old is None:
        with path.open("xb") as stream:
            stream.write(ejected.new)
        return
    temporary = path.with_name(f".asyncshim-{secrets.token_hex(4)}.tmp")
    files.write_synced(temporary, [ejected.new])
    try:
        shutil.copystat(path, temporary)
        os.utime(temporary)
        if files.digest_of(path) != files.digest(ejected.old):
            raise AsyncshimError(f"{path}: changed since it was read: it was not overwritten, run again")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def template() -> str:
    """The file as it is written where there is none."""
    return resources.files("asyncshim.migrate").joinpath("conftest.template").read_text("utf-8")


def _decoded(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (UnicodeDecodeError, SyntaxError, ValueError) as error:
        raise AsyncshimError(
            f"{path}: cannot be read as Python in UTF-8, so nothing was added to it: {error}"
        ) from None
    return text


def _refuse_clashes(path: Path, text: str, own: str) -> None:
    """Two hooks of one name in a file: the second would replace the first without a word."""
    clashes = sorted(_names(text) & _names(own))
    if clashes:
        names = ", ".join(clashes)
        raise AsyncshimError(
            f"{path}: defines {names} as well, and a second definition would replace it; "
            f"rename or move yours, or see `asyncshim eject --print` and merge the two by hand"
        )


def _names(text: str) -> set[str]:
    """The functions, classes and variables that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found


def _with_block(text: str, own: str, newline: str) -> str:
    """``text`` with our block at its end; what a file of our own begins with, its docstring, becomes comments."""
    docstring = ast.parse(own).body[0]
    body = "\n".join(own.splitlines()[docstring.end_lineno :]).strip()
    block = f"{BEGIN}\n\n{body}\n\n{END}\n"
    kept = text.rstrip()
    separator = newline * 3 if kept else ""
    return kept + separator + block.replace("\n", newline)
