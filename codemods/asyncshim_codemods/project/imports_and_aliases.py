"""What Python files tell about each other, found without LibCST: most files are only scanned, few are parsed."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = re.compile(rb"(\*|\w+)(?:[ \t]+as[ \t]+\w+)?")
_REQUEST = re.compile(rb"""getfixturevalue\(\s*(?:argname\s*=\s*)?(?:["'](\w+)["']|(\S))""")
_OVERRIDE = re.compile(rb"""def event_loop\s*\(|name\s*=\s*["']event_loop["']""")
_ALIAS = re.compile(
    rb"^(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*[\w.]*\bmark\.asyncio\b[ \t]*(\([^()\n]*\))?[ \t\r]*(?:#.*)?$", re.MULTILINE
)
# Modules that are surely not the project's: most import statements are done with after one look.
_FOREIGN = frozenset(name.encode() for name in (*sys.stdlib_module_names, "pytest", "_pytest", "pytest_asyncio"))
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Override:
    """A fixture named ``event_loop`` in a file: its scope, and whether it only makes a fresh default loop."""

    path: str
    scope: str
    plain: bool

    def serves(self, path: str) -> bool:
        """Whether tests in ``path`` get this override: their own module's, or that of a conftest above them."""
        own = PurePosixPath(self.path)
        return own == PurePosixPath(path) or (own.name == "conftest.py" and own.parent in PurePosixPath(path).parents)


@dataclass(frozen=True, slots=True)
class MarkerAlias:
    """A module's own name for the marker: ``on_loop = pytest.mark.asyncio(…)``, and the arguments as written."""

    module: str
    name: str
    arguments: str

    def is_taken_by(self, module: str, name: str) -> bool:
        """Whether taking ``name`` from ``module`` may be taking this alias."""
        return name in {self.name, EVERYTHING} and same_module(self.module, module)


class Collector:
    """Takes in the Python files of a project one by one and keeps what other files may want to know of them."""

    def __init__(self) -> None:
        self.requested: set[str] = set()
        self.overrides: list[Override] = []
        self.aliases: list[MarkerAlias] = []
        self.with_async_code: list[str] = []
        self.mark_readers: list[str] = []
        self._imports: dict[tuple[str, bytes, bytes], list[str]] = {}

    def add(self, path: str, data: bytes) -> None:
        """Take in one file. Most have nothing to tell, so this only splits bytes; few files are parsed."""
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
        if b"event_loop" in data and _OVERRIDE.search(data):
            self.overrides += _overrides(path, data)
        if b"async def" in data and (b"fixture" in data or b"async def test" in data):
            self.with_async_code.append(path)
        if b"mark.asyncio" in data:
            self.aliases += _aliases(path, data)
        if b".pytestmark" in data:
            self.mark_readers.append(path)

    def absorb(self, other: Collector) -> None:
        """Take over what was read elsewhere."""
        self.requested |= other.requested
        self.overrides += other.overrides
        self.aliases += other.aliases
        self.with_async_code += other.with_async_code
        self.mark_readers += other.mark_readers
        for key, paths in other._imports.items():
            self._imports.setdefault(key, []).extend(paths)

    def imported(self) -> set[tuple[str, str]]:
        """Pairs of a module and a name taken from it; the name is ``*`` where any may be used."""
        return {pair for key in self._imports for pair in _pairs(*key)}

    def importers(self) -> set[str]:
        """The files that import a name for the marker from another file of the project."""
        return {
            path
            for key, paths in (self._imports if self.aliases else {}).items()
            if any(alias.is_taken_by(*pair) for pair in _pairs(*key) for alias in self.aliases)
            for path in paths
        }

    def taken(self, aliases: Iterable[MarkerAlias]) -> Iterator[MarkerAlias]:
        """Those of these names for the marker that some file imports."""
        pairs = self.imported()
        return (alias for alias in aliases if any(alias.is_taken_by(*pair) for pair in pairs))


def module_name(path: str) -> str:
    """The dotted name of a file, seen from the project's root."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1:] == ("__init__",) else parts)


def same_module(ours: str, theirs: str) -> bool:
    """Whether two dotted names may be one module: the import path may begin above or below the project's root."""
    return ours == theirs or ours.endswith("." + theirs) or theirs.endswith("." + ours)


def _pairs(folder: str, module: bytes, names: bytes) -> Iterator[tuple[str, str]]:
    if names:
        yield from _taken(resolve(folder, module.strip().decode("ascii", "replace")), names)
    else:
        for part in module.decode("ascii", "replace").partition("#")[0].split(","):
            yield part.split(" as ")[0].strip(), EVERYTHING


def resolve(folder: str, name: str) -> str:
    """The dotted name of a module that a file in ``folder`` imports as ``name``, seen from the project's root."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if not level:
        return name
    parts = folder.split("/") if folder else []
    return ".".join([*parts[: max(0, len(parts) - level + 1)], *filter(None, [bare])])


def _taken(module: str, names: bytes) -> Iterator[tuple[str, str]]:
    """The names in the list of an import statement; a comment's words among them do no harm."""
    for name in _NAME.findall(names):
        taken = name.decode("ascii", "replace")
        yield module, taken
        # What is imported may be a module, whose names are then at hand.
        yield f"{module}.{taken}", EVERYTHING


def _aliases(path: str, data: bytes) -> Iterator[MarkerAlias]:
    for match in _ALIAS.finditer(data):
        yield MarkerAlias(module_name(path), match[1].decode(), (match[2] or b"").decode("utf-8", "replace"))


def _requested(data: bytes) -> Iterator[str]:
    """The fixtures that code asks for by name; ``*`` where the name is computed."""
    for match in _REQUEST.finditer(data):
        yield match[1].decode() if match[1] is not None else EVERYTHING


def _overrides(path: str, data: bytes) -> Iterator[Override]:
    tree = parsed(data)
    for node in () if tree is None else ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                found = _fixture(node.name, decorator)
                if found is not None:
                    yield Override(path, found, isinstance(node, ast.FunctionDef) and _is_plain(node.body))


def _fixture(name: str, decorator: ast.expr) -> str | None:
    """The scope of a fixture that is called ``event_loop``, in whatever way its decorator is spelled."""
    call = decorator if isinstance(decorator, ast.Call) else None
    target = call.func if call is not None else decorator
    if not ast.unparse(target).rpartition(".")[2].endswith("fixture"):
        return None
    keywords = {each.arg: each.value for each in call.keywords} if call is not None else {}
    given = keywords.get("name")
    if isinstance(given, ast.Constant):
        name = str(given.value)
    scope = keywords.get("scope")
    if name != "event_loop":
        return None
    return str(scope.value) if isinstance(scope, ast.Constant) else "function" if scope is None else EVERYTHING


def _is_plain(body: Iterable[ast.stmt]) -> bool:
    """Whether an override only makes a fresh default loop, sets it, hands it out, and closes it."""
    return all(_is_plain_statement(each) for each in body)


def _is_plain_statement(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return True
        case ast.Assign(value=ast.Call() as call):
            return _makes_loop(call) or _is_policy(call)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="close"))):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="set_event_loop"))):
            return True
        case ast.Expr(value=ast.Yield(value=value)) | ast.Return(value=value):
            return isinstance(value, ast.Name) or (isinstance(value, ast.Call) and _makes_loop(value))
        case ast.Try(body=body, handlers=[], orelse=[], finalbody=final):
            return _is_plain(body) and _is_plain(final)
        case _:
            return False


def _makes_loop(call: ast.Call) -> bool:
    """``asyncio.new_event_loop()``, also through the policy."""
    return ast.unparse(call) in {
        "asyncio.new_event_loop()",
        "asyncio.get_event_loop()",
        "asyncio.get_event_loop_policy().new_event_loop()",
        "policy.new_event_loop()",
    }


def _is_policy(call: ast.Call) -> bool:
    return ast.unparse(call) == "asyncio.get_event_loop_policy()"
