"""Why pytest-asyncio cannot be removed yet: files that import it, and plugins that require it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from asyncshim_codemods.project import requirement as req
from asyncshim_codemods.project.file_kinds import FileKind, kind_of
from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    import importlib.metadata

_MODULE = "pytest_asyncio"
_NAMED = re.compile(rb"(?<!alt[-_.])pytest[-_.]+asyncio", re.IGNORECASE)
_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+pytest_asyncio\b", re.MULTILINE)
# Functions that import a module.
_CALLS = (b"importorskip", b"import_module", b"__import__")
# Fields of nodes that hold statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
# Plugins that require pytest-asyncio, for suites whose environment is not the one of asyncshim.
_REQUIRERS = re.compile(
    r"^[^#\n]*?(?<![\w./-])(pytest[-_.]aiohttp|pytest[-_.]homeassistant[-_.]custom[-_.]component|"
    r"pytest[-_.]playwright[-_.]asyncio)(?![\w/-])",
    re.IGNORECASE | re.MULTILINE,
)

# A requirement in any file format, up to the end of its version limits; not a module, a plugin option or a longer name.
_REQUIREMENT = re.compile(
    rb"""(?<![\w./-])(?<!-p )pytest[-_.]+asyncio(?![\w.:/-])["']?\s*(?:\[[^]]*\]\s*)?"""
    rb"""((?:[=:]\s*)?(?:\{\s*version\s*=\s*)?["']?[<>=!~^\d][^"';#\n]*)?""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"(?:^|\s)#.*$", re.MULTILINE)
_STRICT_BY_DEFAULT = "0.19"


class Needs:
    """Collects the reasons why pytest-asyncio has to stay installed, and whether its default mode is strict."""

    def __init__(self) -> None:
        self._reasons: list[str] = []
        self._is_dependency = False
        self.is_strict_by_default = False

    def add(self, path: str, data: bytes) -> None:
        """Add the reason of one file, if any."""
        self._reasons += reasons_in(path, data)
        self._is_dependency = self._is_dependency or (kind_of(path) is not None and names_dependency(data))
        self.is_strict_by_default = self.is_strict_by_default or declares_strict_release(path, data)

    def absorb(self, other: Needs) -> None:
        """Take over what was read elsewhere."""
        self._reasons += other._reasons
        self._is_dependency = self._is_dependency or other._is_dependency
        self.is_strict_by_default = self.is_strict_by_default or other.is_strict_by_default

    def reasons(self) -> tuple[str, ...]:
        """Return the reasons, one string for each."""
        return (*self._reasons, *(installed_requirers() if self._is_dependency else ()))


def is_about_plugin(reason: str) -> bool:
    """Return whether a reason names a plugin, not a file that imports the package."""
    return reason.endswith("requires it")


def outside(reasons: Iterable[str], paths: Collection[str]) -> tuple[str, ...]:
    """Return the reasons that are not in one of these Python files."""
    return tuple(each for each in reasons if is_about_plugin(each) or each.rpartition(":")[0] not in paths)


def reasons_in(path: str, data: bytes) -> list[str]:
    """Return the reason why this file needs pytest-asyncio, as a list of at most one entry."""
    if path.endswith(".py"):
        line = _import_line(data) if _MODULE.encode() in data else None
        return [] if line is None else [f"{path}:{line} imports {_MODULE}"]
    if kind_of(path) in {FileKind.LOCK, FileKind.PROGRAM, None}:
        return []
    match = _REQUIRERS.search(data.decode("utf-8", "replace"))
    return [] if match is None else [f"{path} lists {req.normalized(match[1])}, which requires it"]


def _import_line(data: bytes) -> int | None:
    match = _IMPORT.search(data)
    line = None if match is None else data.count(b"\n", 0, match.start()) + 1
    if match is not None and _is_plain(data, match):
        return line
    tree = parsed(data)
    if tree is None:
        return line
    nodes = ast.walk(tree) if any(each in data for each in _CALLS) else _statements(tree)
    lines = (getattr(node, "lineno", 1) for node in nodes if any(_is_ours(name) for name in _imported(node)))
    return min(lines, default=None)


def _is_plain(data: bytes, match: re.Match[bytes]) -> bool:
    """Return whether the line is certainly an import: the first mention of the package, and not inside a string."""
    before = data[: match.start()]
    is_string = before.count(b'"""') % 2 or before.count(b"'''") % 2 or before.rstrip(b"\r\n").endswith(b"\\")
    return not is_string and _MODULE.encode() not in before


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every statement. Expressions are skipped, because they are most of the tree."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        for block in _BLOCKS:
            pending += getattr(node, block, ())


def _imported(node: ast.AST) -> list[str]:
    """Return the names of the modules that one node imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if node.level == 0 else []
    if isinstance(node, ast.Call) and node.args and _is_import_call(node.func):
        name = node.args[0]
        return [name.value] if isinstance(name, ast.Constant) and isinstance(name.value, str) else []
    return []


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name.encode() in _CALLS


def _is_ours(module: str) -> bool:
    return module == _MODULE or module.startswith(f"{_MODULE}.")


def names_dependency(data: bytes) -> bool:
    """Return whether a configuration file may hold a requirement of pytest-asyncio."""
    return _NAMED.search(data) is not None


def declares_strict_release(path: str, data: bytes) -> bool:
    """Return whether a dependency file allows a release of pytest-asyncio whose default mode is strict."""
    if kind_of(path) in {FileKind.LOCK, None} or not names_dependency(data):
        return False
    found = (match[1] or b"" for match in _REQUIREMENT.finditer(_COMMENT.sub(b"", data)))
    return any(
        not req.excludes_from(req.OLD + _limits(each.decode("utf-8", "replace")), _STRICT_BY_DEFAULT) for each in found
    )


def _limits(written: str) -> str:
    """Return the version limits of a requirement as pip writes them; those of Poetry and conda differ."""
    text = re.sub(r"^[=:]?\s*(?:\{\s*version\s*=\s*)?[\"']?(?==?\d|[<>=!~^\d])", "", written).strip()
    if match := re.fullmatch(r"(?:\^|~(?!=)|=(?!=))?\s*(0\.\d+)(?:\.[\d*]+)*", text):
        return f"=={match[1]}.*"
    return text if text.startswith(("<", ">", "=", "!", "~")) else ""


@cache
def installed_requirers() -> tuple[str, ...]:
    """Return the installed pytest plugins that require pytest-asyncio, except those installed from a folder."""
    import importlib.metadata

    return tuple(sorted(requirers_among(importlib.metadata.distributions())))


def requirers_among(distributions: Iterable[importlib.metadata.Distribution]) -> set[str]:
    """Return one sentence for each of these distributions that requires pytest-asyncio."""
    return {
        f"the installed plugin {distribution.metadata['Name']} requires it"
        for distribution in distributions
        if any(point.group == "pytest11" for point in distribution.entry_points)
        and any(req.names_pytest_asyncio(text) and "extra ==" not in text for text in distribution.requires or ())
        and not _is_worked_on(distribution)
    }


def _is_worked_on(distribution: importlib.metadata.Distribution) -> bool:
    """Return whether it is installed from a folder; its requirements may be what this run rewrites."""
    text = distribution.read_text("direct_url.json")
    return text is not None and "dir_info" in json.loads(text)
