"""The uses of alt-pytest-asyncio in Python files: its module, its fixtures, the plugin that enables it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from asyncshim_codemods.source.parse import parsed

MODULE = "alt_pytest_asyncio"
FIXTURE = "async_timeout"
DEFAULT = "default_async_timeout"
DEFAULTS = (DEFAULT, *(f"{scope}_{DEFAULT}" for scope in ("class", "module", "package", "session")))
"""The fixtures that give the default limit, the nearest first."""
ENABLING = f"{MODULE}.enable"

_WORDS = (MODULE.encode(), FIXTURE.encode())
_PLUGIN_NAME = re.compile(rf"{MODULE}(?:\.\w+)*")
_CONTEXT_VARIABLE = b"ContextVar"


@dataclass(frozen=True, slots=True)
class AltFacts:
    """The uses of alt-pytest-asyncio in a project."""

    uses: tuple[str, ...] = ()
    """Its uses in Python files after this run, except that ``pytest_plugins`` loads it; each with file and line."""
    loaded: tuple[str, ...] = ()
    """The places where ``pytest_plugins`` still loads it after this run."""
    in_config: tuple[str, ...] = ()
    """The configuration files that enable it after this run."""
    enabled_in: frozenset[str] = field(default_factory=frozenset[str])
    """The Python files whose ``pytest_plugins`` enabled it before this run."""
    context_variables: str = ""
    """A file with context variables, whose values alt-pytest-asyncio carries from one test to the next."""
    is_overridden: bool = False
    """Whether some file defines a fixture ``async_timeout`` itself."""
    stays: str = ""
    """Why asyncshim may not be installed after this run, so that nothing of it may be written; "" if it is."""

    def after(self, other: AltFacts) -> AltFacts:
        """Return these facts with the uses that are left."""
        return replace(self, uses=other.uses, loaded=other.loaded)


class AltUses:
    """Collects the uses, one file at a time."""

    def __init__(self) -> None:
        self._uses: list[str] = []
        self._loaded: list[str] = []
        self._enabled_in: set[str] = set()
        self._with_variables: list[str] = []
        self._is_overridden = False

    def add(self, path: str, data: bytes) -> None:
        """Add the uses of one file, if it is Python."""
        if not path.endswith(".py"):
            return
        if _CONTEXT_VARIABLE in data:
            self._with_variables.append(path)
        tree = parsed(data) if any(word in data for word in _WORDS) else None
        if tree is None:
            return
        for line, what in _uses(tree):
            self._uses.append(f"{path}:{line} {what}")
        for line, name in _loaded(tree):
            self._loaded.append(f"{path}:{line} loads {name}")
            if name == ENABLING:
                self._enabled_in.add(path)
        self._is_overridden = self._is_overridden or any(name == FIXTURE for name, _ in _fixtures(tree))

    def absorb(self, other: AltUses) -> None:
        """Take over what was read elsewhere."""
        self._uses += other._uses
        self._loaded += other._loaded
        self._enabled_in |= other._enabled_in
        self._with_variables += other._with_variables
        self._is_overridden = self._is_overridden or other._is_overridden

    def facts(self) -> AltFacts:
        """Return what was found."""
        return AltFacts(
            tuple(self._uses),
            tuple(self._loaded),
            enabled_in=frozenset(self._enabled_in),
            context_variables=min(self._with_variables, default=""),
            is_overridden=self._is_overridden,
        )


def _uses(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and a description of each use in a file, in the order of the file."""
    found = {*_imports(tree), *_requests(tree)}
    found |= {(line, f"overrides `{name}`") for name, line in _fixtures(tree) if name in DEFAULTS}
    yield from sorted(found)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    what = f"imports {MODULE}"
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(_is_ours(each.name) for each in names):
                yield node.lineno, what
            case ast.ImportFrom(level=0, module=str(module)) if _is_ours(module):
                yield node.lineno, what
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if _is_ours(name) and _imports_by_name(node):
                yield node.lineno, what
            case _:
                pass


def _imports_by_name(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in {"importorskip", "import_module", "__import__", "import_plugin"}


def _requests(tree: ast.Module) -> Iterator[tuple[int, str]]:
    what = f"requests `{FIXTURE}`"
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                yield from ((each.lineno, what) for each in names if each.arg == FIXTURE)
            case ast.Call(func=ast.Attribute(attr="getfixturevalue"), args=[ast.Constant(value=str(name)), *_]) if (
                name == FIXTURE or name in DEFAULTS
            ):
                yield node.lineno, f"requests `{name}`"
            case _:
                pass


def _fixtures(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the fixtures that a file defines for alt-pytest-asyncio, each with its line."""
    wanted = {FIXTURE, *DEFAULTS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            text = ast.unparse(decorator)
            if "fixture" in text.partition("(")[0]:
                given = [each.value for each in getattr(decorator, "keywords", ()) if each.arg == "name"]
                name = given[0].value if given and isinstance(given[0], ast.Constant) else node.name
                if name in wanted:
                    yield str(name), node.lineno


def _loaded(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the plugins of the package that ``pytest_plugins`` names, each with its line."""
    for statement in tree.body:
        if "pytest_plugins" not in {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}:
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names = (each.strip() for each in node.value.split(","))
                yield from ((node.lineno, name) for name in names if _PLUGIN_NAME.fullmatch(name))


def _is_ours(module: str) -> bool:
    return module == MODULE or module.startswith(f"{MODULE}.")


def doubt_about_removal(facts: AltFacts, leak: str | None) -> str:
    """Return what a suite may miss without the plugin that enables alt-pytest-asyncio, or "".

    ``leak`` says what in the whole suite may leak tasks, "" for nothing, None if that is not known.
    """
    if leak is None:
        return f"{MODULE} lets tasks that tests leave running live until the session ends"
    if leak:
        return f"{MODULE} lets leaked tasks live until the session ends: {leak}"
    if facts.context_variables:
        return f"{MODULE} shares context variables ({facts.context_variables}) between tests"
    return ""


def enables(words: Iterable[str]) -> bool:
    """Return whether the words of ``addopts`` enable the plugin."""
    return any(word.removeprefix("-p").strip() == ENABLING for word in words)
