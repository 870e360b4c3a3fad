"""Which names of a module other files use: imported by name, read as an attribute, or through ``import *``.

The files are searched as bytes, without a parser. Names for which the search has no answer count as used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    Span = tuple[int, int]

EVERYTHING = "*"
_WORD = re.compile(rb"[^\W\d]\w*")
_PART = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+(\w+))?")
_TOP_IMPORT = re.compile(
    rb"^(?:import[ \t]+([^(\n#;]+)|from[ \t]+[.\w]+[ \t]+import[ \t]+(?:\(([^)]*)\)|([^(\n#;]+)))", re.MULTILINE
)


class UsedNames:
    """Collects pairs of a module and a name that another file uses; ``*`` where all names may be used."""

    def __init__(self) -> None:
        self._pairs: set[tuple[str, str]] = set()
        self._stars: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}

    def add_name(self, module: str, name: str) -> None:
        """Note ``from module import name``."""
        self._pairs.add((module, name))

    def add_module(self, module: str, local: str, data: bytes, spans: Sequence[Span]) -> None:
        """Note that the file ``data`` knows ``module`` as ``local``; ``spans`` are its import statements.

        Without a name, which an import that is not complete lacks, all names may be used.
        """
        is_certain = bool(local) and not local[:1].isupper()
        names = _attributes(data, local.encode(), spans) if is_certain else None
        self._pairs.update((module, name) for name in ({EVERYTHING} if names is None else names))

    def add_star(self, module: str, importer: str, data: bytes) -> None:
        """Note ``from module import *`` in the file of the module ``importer``."""
        self._stars.setdefault(module, set()).add(importer)
        if importer not in self._words:
            self._words[importer] = _free_words(data)

    def absorb(self, other: UsedNames) -> None:
        """Take over what was read elsewhere."""
        self._pairs |= other._pairs
        self._words.update(other._words)
        for module, importers in other._stars.items():
            self._stars.setdefault(module, set()).update(importers)

    def pairs(self, same_module: Callable[[str, str], bool]) -> set[tuple[str, str]]:
        """Return the pairs. A star import uses the names in its file's code, and those that others take from there."""
        names: dict[str, set[str]] = {}
        for module, name in self._pairs:
            names.setdefault(module, set()).add(name)
        for module, importers in self._stars.items():
            names.setdefault(module, set()).update(*(self._words[importer] for importer in importers))
        by_last: dict[str, list[str]] = {}
        for module in names:
            by_last.setdefault(module.rpartition(".")[2], []).append(module)
        sources = {
            module: {
                source
                for importer in importers
                for source in by_last.get(importer.rpartition(".")[2], ())
                if source != module and same_module(importer, source)
            }
            for module, importers in self._stars.items()
        }
        grows = True
        while grows:
            before = {module: len(names[module]) for module in sources}
            for module, others in sources.items():
                names[module].update(*(names[other] for other in others))
            grows = any(len(names[module]) > size for module, size in before.items())
        return {(module, name) for module, found in names.items() for name in found}


def _attributes(data: bytes, local: bytes, spans: Iterable[Span]) -> set[str] | None:
    """Return the attributes of ``local`` that a file reads; None if it may use the module in another way."""
    found: set[str] = set()
    at = data.find(local)
    while at >= 0:
        end = at + len(local)
        if not (_is_word(data[at - 1 : at]) or data[at - 1 : at] == b"." or _is_word(data[end : end + 1])):
            name = _WORD.match(data, end + 1) if data[end : end + 1] == b"." else None
            if name is not None:
                found.add(name[0].decode("utf-8", "replace"))
            elif not _is_import_or_comment(data, at, spans):
                return None
        at = data.find(local, end)
    return found


def _is_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_" or byte >= b"\x80"


def _is_import_or_comment(data: bytes, at: int, spans: Iterable[Span]) -> bool:
    line = data[data.rfind(b"\n", 0, at) + 1 : at].lstrip()
    return line.startswith((b"#", b"import ", b"from ")) or any(start <= at < end for start, end in spans)


def _free_words(data: bytes) -> set[str]:
    """Return the words of a file that its own imports do not bind."""
    bound: set[bytes] = set()
    for match in _TOP_IMPORT.finditer(data):
        bound |= _bound(match[1] or match[2] or match[3], is_plain=match[1] is not None)
    words: Collection[bytes] = {*_WORD.findall(data)} - bound
    return {word.decode("utf-8", "replace") for word in words}


def _bound(names: bytes, *, is_plain: bool) -> set[bytes]:
    """Return the names that the list of an import statement binds."""
    code = re.sub(rb"#[^\n]*", b"", names)
    return {alias or (name.partition(b".")[0] if is_plain else name) for name, alias in _PART.findall(code)}
