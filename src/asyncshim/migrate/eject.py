"""Write a conftest.py that runs async tests without a plugin: a new file, or a block in an existing one."""

from __future__ import annotations

import ast
import contextlib
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
from asyncshim_codemods import api

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from asyncshim.migrate.read.project import Project

CONFTEST = "conftest.py"
BEGIN = "# asyncshim eject: from here to the end mark, async tests and fixtures are run on one event loop."
END = "# asyncshim eject: end."


class Became(Enum):
    """How the conftest.py changes."""

    CREATED = "created"
    EXTENDED = "extended"
    UPDATED = "updated"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Ejected:
    """The old and new content of a conftest.py; ``old`` is None if the file does not exist."""

    path: Path
    became: Became
    old: bytes | None
    new: bytes


def folder_for(project: Project) -> Path:
    """Return pytest's root folder: hooks in a conftest.py below it do not see session-wide fixtures."""
    folder = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in project.given]))
    while folder != project.root:
        if pytest_config.configuration_file(folder):
            return folder
        folder = folder.parent
    return project.root


def requested_ports(root: Path, names: Iterable[str]) -> frozenset[str]:
    """Return the port fixtures of pytest-asyncio that these files use; ``names`` are relative to ``root``."""
    found: set[str] = set()
    for name in names:
        with contextlib.suppress(OSError, AsyncshimError):  # the run itself reports files that cannot be read
            text, begun, rest = files.read(root / name).data.partition(BEGIN.encode())
            found |= api.requested_ports(text + rest.partition(END.encode())[2] if begun else text)
    return frozenset(found)


def eject(folder: Path, ports: Collection[str] = ()) -> Ejected:
    """Return the conftest.py of ``folder`` without writing it. Raises if that would break an existing file.

    ``ports`` are the port fixtures that the suite uses. Those that the conftest.py defines already are left out.
    """
    path = folder / CONFTEST
    own = template(ports)
    if not os.path.lexists(path):
        return Ejected(path, Became.CREATED, None, own.encode())
    old = files.read(path).data
    text = _decoded(path, old)
    if text.replace("\r\n", "\n") == own:
        return Ejected(path, Became.CURRENT, old, old)
    newline = "\r\n" if "\r\n" in text else "\n"
    before, found, rest = text.partition(BEGIN)
    if found:
        _, ended, after = rest.partition(END)
        if not ended:
            raise AsyncshimError(f"{path}: the line {END!r} is missing, so the end of the block is unknown")
        text = before.rstrip() + newline * 3 + after.lstrip()
    own = template(set(ports) - _names(text))
    _refuse_clashes(path, text, own)
    new = _with_block(text, own, newline)
    became = Became.UPDATED if found else Became.EXTENDED
    data = new.encode("utf-8-sig" if old.startswith(b"\xef\xbb\xbf") else "utf-8")
    return Ejected(path, Became.CURRENT if data == old else became, old, data)


def write(ejected: Ejected) -> None:
    """Write the file atomically; a file that was created or changed in the meantime is not overwritten."""
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
            raise AsyncshimError(f"{path}: changed since it was read and is not overwritten; run the command again")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def template(ports: Collection[str] = ()) -> str:
    """Return the text of a new file, with these port fixtures."""
    text = _resource("conftest.template")
    if not ports:
        return text
    source = _resource("ports.template")
    lines = source.splitlines(keepends=True)
    parts: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and (not node.decorator_list or node.name in ports):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            parts.append("".join(lines[start - 1 : node.end_lineno]))
    return text.replace("import inspect\n", "import inspect\nimport socket\n", 1) + "".join(
        f"\n\n{part}" for part in parts
    )


def _resource(name: str) -> str:
    return resources.files("asyncshim.migrate").joinpath(name).read_text("utf-8")


def _decoded(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (UnicodeDecodeError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise AsyncshimError(f"{path}: is not valid Python in UTF-8, so it is not changed: {error}") from None
    return text


def _refuse_clashes(path: Path, text: str, own: str) -> None:
    """Raise if both define a name: the second definition would silently replace the first."""
    clashes = sorted(_names(text) & _names(own))
    if clashes:
        names = ", ".join(clashes)
        raise AsyncshimError(
            f"{path}: already defines {names}, and a second definition would replace it; "
            f"rename or move yours, or merge the output of `asyncshim eject --print` manually"
        )


def _names(text: str) -> set[str]:
    """Return the names of functions, classes and variables at module level."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found


def _with_block(text: str, own: str, newline: str) -> str:
    """Return ``text`` with the block at its end, without the docstring of the template."""
    docstring = ast.parse(own).body[0]
    body = "\n".join(own.splitlines()[docstring.end_lineno :]).strip()
    block = f"{BEGIN}\n\n{body}\n\n{END}\n"
    kept = text.rstrip()
    separator = newline * 3 if kept else ""
    return kept + separator + block.replace("\n", newline)
