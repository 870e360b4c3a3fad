"""Imports between files, and aliases, reads and selections of the marker: found in their text, without a parser."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim_codemods.project.definitions import defined
from asyncshim_codemods.project.used_names import EVERYTHING, UsedNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = re.compile(rb"(\*|\w+)(?:[ \t]+as[ \t]+(\w+))?")
_REQUEST = re.compile(rb"""getfixturevalue\(\s*(?:argname\s*=\s*)?(?:["'](\w+)["'](?=\s*[,)])|(\S))""")
_ALIAS = re.compile(
    rb"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*[\w.]*\bmark\.asyncio\b[ \t]*(\([^()\n]*\))?[ \t\r]*(?:#.*)?$", re.MULTILINE
)
_MODULE_STRING = re.compile(rb"""["']([A-Za-z_]\w*(?:\.\w+)*)["']""", re.ASCII)
# Modules that certainly do not belong to the project. This skips most import statements.
_FOREIGN = frozenset(name.encode() for name in (*sys.stdlib_module_names, "pytest", "_pytest", "pytest_asyncio"))
_ALT = b"alt_pytest_asyncio"
_TRACES = (b"mark.asyncio", b"pytest_asyncio", b"event_loop")

# `-m "not asyncio"` as one word or several, also as elements of a list; not `python -m asyncio`.
_EXPRESSION = re.compile(
    rb"^(?![ \t]*[#;]).*(?<![\w-])(?<!python )(?<!python3 )"
    rb"""-[mk](?:(?:[\s"',=\\]*)[\w \t()\\"']*?\b)?asyncio\b(?![\w.-])""",
    re.MULTILINE,
)
_OPTION = re.compile(rb"""\b(?:markexpr|keyword)\b[^\n]*\basyncio\b""")
_QUOTED = (b'"asyncio"', b"'asyncio'")
_MARKER = rb"""["']asyncio["']"""
_READS = re.compile(
    rb"\b(?:get_closest_marker|get_marker|iter_markers|keywords\.get)\(\s*(?:name\s*=\s*)?" + _MARKER
    + rb"|\bkeywords\[\s*" + _MARKER
    + rb"|" + _MARKER + rb"\s+(?:not\s+)?in\s+[^\n:]{0,200}\b(?:keywords|mark(?:er)?s?|own_markers|names)\b"
    + rb"|\bname\s*[!=]=\s*" + _MARKER
    + rb"|" + _MARKER + rb"\s*[!=]=\s*[\w.]*\bname\b"
)  # fmt: skip
# The name in a constant or a loop, and a mark that is looked up with a variable.
_NAMED = re.compile(rb"(?:\b\w+(?:[ \t]*:[ \t]*\w+)?[ \t]*=[ \t]*|\bin[ \t]*)[({\[]?[^\n()\[\]{}=]{0,200}" + _MARKER)
_READS_VARIABLE = re.compile(
    rb"\b(?:get_closest_marker|get_marker|iter_markers|keywords\.get)\(\s*(?:name\s*=\s*)?[A-Za-z_]"
    rb"|\bin\s+[\w.]*\bkeywords\b|\bkeywords\[\s*[A-Za-z_]"
)


@dataclass(frozen=True, slots=True)
class MarkerAlias:
    """An alias of the marker in a module, ``on_loop = pytest.mark.asyncio(…)``, with the arguments as written."""

    module: str
    name: str
    arguments: str

    def is_imported_by(self, module: str, name: str) -> bool:
        """Return whether an import of ``name`` from ``module`` may import this alias."""
        return name in {self.name, EVERYTHING} and same_module(self.module, module)


# Each name that a file imports is searched for in the file; of names beyond this many, all attributes count as used.
_MOST_SEARCHES = 500


class Collector:
    """Collects the facts that rules need about other Python files, one file at a time."""

    def __init__(self) -> None:
        self.requested: set[str] = set()
        self.aliases: list[MarkerAlias] = []
        self.with_async_code: list[str] = []
        self.mark_readers: list[str] = []
        self.names_pytest_asyncio = False
        self.own_fixtures: set[str] = set()
        self.used = UsedNames()
        self.loaded: set[str] = set()
        self._imports: dict[tuple[str, bytes, bytes], list[str]] = {}

    def add(self, path: str, data: bytes) -> None:
        """Add the facts of one file. This only splits bytes, because there may be very many files."""
        self._add_imports(path, data)
        if b"pytest_plugins" in data:
            self.loaded.update(name.decode() for name in _MODULE_STRING.findall(data, data.index(b"pytest_plugins")))
        if b"getfixturevalue" in data:
            self.requested.update(_requested(data))
        if b"async def" in data and (b"fixture" in data or b"async def test" in data):
            self.with_async_code.append(path)
        if b"mark.asyncio" in data:
            self.aliases += _aliases(path, data)
        if b".pytestmark" in data:
            self.mark_readers.append(path)
        if not self.names_pytest_asyncio:
            traced = data.replace(_ALT, b"") if _ALT in data else data
            self.names_pytest_asyncio = any(word in traced for word in _TRACES)
        self.own_fixtures.update(defined(data))

    def _add_imports(self, path: str, data: bytes) -> None:
        spans: list[tuple[int, int]] = []
        keys: list[tuple[str, bytes, bytes]] = []
        first, *pieces = data.split(b"from ")
        end = len(first)
        for piece in pieces:
            start, end = end + len(b"from "), end + len(b"from ") + len(piece)
            module, found, rest = piece.partition(b" import")
            if found and module.partition(b".")[0] not in _FOREIGN and len(module) < 200:
                names = rest.partition(b"\n")[0]
                if b"(" in names or b"\\" in names:
                    names = rest.partition(b")")[0] if b"(" in names else b" ".join(rest.split(b"\n", 9)[:9])
                    start += len(module) + len(found)
                    spans.append((start, start + len(names)))
                keys.append((path.rpartition("/")[0] if module.startswith(b".") else "", module, names))
        for piece in (b"\n" + data).split(b"\nimport ")[1:]:
            modules = piece.partition(b"\n")[0]
            if modules.partition(b".")[0].rstrip() not in _FOREIGN and len(modules) < 2000:
                keys.append(("", modules, b""))
        searches = 0
        for key in keys:
            self._imports.setdefault(key, []).append(path)
            for module_, name, local in _parts(*key):
                searches += 1
                self._add_use(module_, name, local if searches <= _MOST_SEARCHES else "", path, data, spans)

    def _add_use(
        self, module: str, name: str, local: str, path: str, data: bytes, spans: list[tuple[int, int]]
    ) -> None:
        if not name:
            self.used.add_module(module, local, data, spans)
        elif name == EVERYTHING:
            self.used.add_star(module, module_name(path), data)
        else:
            self.used.add_name(module, name)
            self.used.add_module(f"{module}.{name}", local, data, spans)

    def absorb(self, other: Collector) -> None:
        """Take over what was read elsewhere."""
        self.requested |= other.requested
        self.aliases += other.aliases
        self.with_async_code += other.with_async_code
        self.mark_readers += other.mark_readers
        self.names_pytest_asyncio = self.names_pytest_asyncio or other.names_pytest_asyncio
        self.own_fixtures |= other.own_fixtures
        self.used.absorb(other.used)
        self.loaded |= other.loaded
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
    for full, name, _ in _parts(folder, module, names):
        yield full, name or EVERYTHING
        if name:
            # The name may be a module, and then all of its names can be used.
            yield f"{full}.{name}", EVERYTHING


def _parts(folder: str, module: bytes, names: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield the module, the imported name ("" for the module itself) and the local name of each part of an import."""
    if names:
        full = resolve(folder, module.strip().decode("ascii", "replace"))
        for name, alias in _NAME.findall(re.sub(rb"#[^\n]*", b"", names) if b"#" in names else names):
            yield full, name.decode("ascii", "replace"), (alias or name).decode("ascii", "replace")
    else:
        for part in module.decode("ascii", "replace").partition("#")[0].split(","):
            name, _, local = (each.strip() for each in part.partition(" as "))
            yield name, "", local or name


def resolve(folder: str, name: str) -> str:
    """Return the dotted name, relative to the root, of a module that a file in ``folder`` imports as ``name``."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if not level:
        return name
    parts = folder.split("/") if folder else []
    return ".".join([*parts[: max(0, len(parts) - level + 1)], *filter(None, [bare])])


def _aliases(path: str, data: bytes) -> Iterator[MarkerAlias]:
    for match in _ALIAS.finditer(data):
        yield MarkerAlias(module_name(path), match[1].decode(), (match[2] or b"").decode("utf-8", "replace"))


def _requested(data: bytes) -> Iterator[str]:
    """Yield the fixtures that code requests by name; ``*`` where the name is computed."""
    for match in _REQUEST.finditer(data):
        yield match[1].decode() if match[1] is not None else EVERYTHING


def selects_by_marker(path: str, data: bytes) -> bool:
    """Return whether a file of the suite may select or change tests because they have the marker ``asyncio``."""
    if b"asyncio" not in data:
        return False
    if path.endswith(".py") and any(each in data for each in _QUOTED) and _reads_marker(data):
        return True
    if b"-m" not in data and b"-k" not in data and b"markexpr" not in data and b"keyword" not in data:
        return False
    return any(pattern.search(data) for pattern in (_EXPRESSION, _OPTION))


def _reads_marker(data: bytes) -> bool:
    return bool(_READS.search(data) or (_READS_VARIABLE.search(data) and _NAMED.search(data)))
