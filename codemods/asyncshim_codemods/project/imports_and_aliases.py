"""Imports between Python files and aliases of the marker, found by searching bytes, without a parser."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = re.compile(rb"(\*|\w+)(?:[ \t]+as[ \t]+\w+)?")
_REQUEST = re.compile(rb"""getfixturevalue\(\s*(?:argname\s*=\s*)?(?:["'](\w+)["'](?=\s*[,)])|(\S))""")
_ALIAS = re.compile(
    rb"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*[\w.]*\bmark\.asyncio\b[ \t]*(\([^()\n]*\))?[ \t\r]*(?:#.*)?$", re.MULTILINE
)
# Modules that certainly do not belong to the project. This skips most import statements.
_FOREIGN = frozenset(name.encode() for name in (*sys.stdlib_module_names, "pytest", "_pytest", "pytest_asyncio"))
_TRACES = (b"mark.asyncio", b"pytest_asyncio", b"event_loop")
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class MarkerAlias:
    """An alias of the marker in a module, ``on_loop = pytest.mark.asyncio(…)``, with the arguments as written."""

    module: str
    name: str
    arguments: str

    def is_imported_by(self, module: str, name: str) -> bool:
        """Return whether an import of ``name`` from ``module`` may import this alias."""
        return name in {self.name, EVERYTHING} and same_module(self.module, module)


class Collector:
    """Collects the facts that rules need about other Python files, one file at a time."""

    def __init__(self) -> None:
        self.requested: set[str] = set()
        self.aliases: list[MarkerAlias] = []
        self.with_async_code: list[str] = []
        self.mark_readers: list[str] = []
        self.names_pytest_asyncio = False
        self._imports: dict[tuple[str, bytes, bytes], list[str]] = {}

    def add(self, path: str, data: bytes) -> None:
        """Add the facts of one file. This only splits bytes, because there may be very many files."""
        for piece in data.split(b"from ")[1:]:
            module, found, rest = piece.partition(b" import")
            if found and module.partition(b".")[0] not in _FOREIGN and len(module) < 200:
                names = rest.partition(b"\n")[0]
                if b"(" in names or b"\\" in names:
                    names = rest.partition(b")")[0] if b"(" in names else b" ".join(rest.split(b"\n", 9)[:9])
                folder = path.rpartition("/")[0] if module.startswith(b".") else ""
                self._imports.setdefault((folder, module, names), []).append(path)
        for piece in (b"\n" + data).split(b"\nimport ")[1:]:
            modules = piece.partition(b"\n")[0]
            if modules.partition(b".")[0].rstrip() not in _FOREIGN and len(modules) < 2000:
                self._imports.setdefault(("", modules, b""), []).append(path)
        if b"getfixturevalue" in data:
            self.requested.update(_requested(data))
        if b"async def" in data and (b"fixture" in data or b"async def test" in data):
            self.with_async_code.append(path)
        if b"mark.asyncio" in data:
            self.aliases += _aliases(path, data)
        if b".pytestmark" in data:
            self.mark_readers.append(path)
        if not self.names_pytest_asyncio:
            self.names_pytest_asyncio = any(word in data for word in _TRACES)

    def absorb(self, other: Collector) -> None:
        """Take over what was read elsewhere."""
        self.requested |= other.requested
        self.aliases += other.aliases
        self.with_async_code += other.with_async_code
        self.mark_readers += other.mark_readers
        self.names_pytest_asyncio = self.names_pytest_asyncio or other.names_pytest_asyncio
        for key, paths in other._imports.items():
            self._imports.setdefault(key, []).extend(paths)

    def imported(self) -> set[tuple[str, str]]:
        """Return pairs of a module and a name that is imported from it, ``*`` for all names."""
        return {pair for key in self._imports for pair in _pairs(*key)}

    def importers(self) -> set[str]:
        """Return the files that import an alias of the marker from another file."""
        return {
            path
            for key, paths in (self._imports if self.aliases else {}).items()
            if any(alias.is_imported_by(*pair) for pair in _pairs(*key) for alias in self.aliases)
            for path in paths
        }

    def taken(self, aliases: Iterable[MarkerAlias]) -> Iterator[MarkerAlias]:
        """Return those of these aliases that some file imports."""
        pairs = self.imported()
        return (alias for alias in aliases if any(alias.is_imported_by(*pair) for pair in pairs))


def module_name(path: str) -> str:
    """Return the dotted module name of a file, relative to the root of the project."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1:] == ("__init__",) else parts)


def same_module(ours: str, theirs: str) -> bool:
    """Return whether two dotted names may mean one module: ``sys.path`` may have another folder than the root."""
    return ours == theirs or ours.endswith("." + theirs) or theirs.endswith("." + ours)


def _pairs(folder: str, module: bytes, names: bytes) -> Iterator[tuple[str, str]]:
    if names:
        yield from _taken(resolve(folder, module.strip().decode("ascii", "replace")), names)
    else:
        for part in module.decode("ascii", "replace").partition("#")[0].split(","):
            yield part.split(" as ")[0].strip(), EVERYTHING


def resolve(folder: str, name: str) -> str:
    """Return the dotted name, relative to the root, of a module that a file in ``folder`` imports as ``name``."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if not level:
        return name
    parts = folder.split("/") if folder else []
    return ".".join([*parts[: max(0, len(parts) - level + 1)], *filter(None, [bare])])


def _taken(module: str, names: bytes) -> Iterator[tuple[str, str]]:
    """Yield the names in the list of an import statement; words of comments among them are harmless."""
    for name in _NAME.findall(names):
        taken = name.decode("ascii", "replace")
        yield module, taken
        # The name may be a module, and then all of its names can be used.
        yield f"{module}.{taken}", EVERYTHING


def _aliases(path: str, data: bytes) -> Iterator[MarkerAlias]:
    for match in _ALIAS.finditer(data):
        yield MarkerAlias(module_name(path), match[1].decode(), (match[2] or b"").decode("utf-8", "replace"))


def _requested(data: bytes) -> Iterator[str]:
    """Yield the fixtures that code requests by name; ``*`` where the name is computed."""
    for match in _REQUEST.finditer(data):
        yield match[1].decode() if match[1] is not None else EVERYTHING
