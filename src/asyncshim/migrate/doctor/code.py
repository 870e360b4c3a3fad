"""Find code about event loops in the conftest.py files and plugin modules of a project, without running it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from asyncshim.history import DRIVING_NAMES, RUNNING_HOOKS
from asyncshim.migrate.doctor.model import CodeFacts
from asyncshim.migrate.read import files
from asyncshim_codemods import api

# The begin of a block, and the docstring of a whole file.
_EJECTED = re.compile(rb"# asyncshim eject: |Written by `asyncshim eject`, and yours now")
_CONFTEST = "conftest.py"
_MODULE = "asyncio"
_RUNS = frozenset({"run", "new_event_loop", "Runner"})
_OVERRIDES = ("event_loop", "event_loop_policy")
# Larger files are not parsed here.
_MOST = 2**20


def code_facts(root: Path, names: Iterable[str]) -> Iterator[CodeFacts]:
    """Yield what each conftest.py, and each other module with such a hook, does, if it does anything."""
    for name in names:
        is_conftest = PurePosixPath(name).name == _CONFTEST
        if not is_conftest and PurePosixPath(name).name.startswith("test_"):
            continue
        try:
            data = files.read(root / name, most=_MOST).data
        except OSError as error:
            if is_conftest:
                yield CodeFacts(name, error=f"cannot be read: {error.strerror}")
            continue
        if not is_conftest and not any(f"def {hook}".encode() in data for hook in RUNNING_HOOKS):
            continue
        found = facts_of(name, data)
        if found != CodeFacts(name):
            yield found


def facts_of(name: str, data: bytes) -> CodeFacts:
    """Return what one file does; a file that cannot be parsed safely has an error instead."""
    if api.is_suspicious(name, data, is_parsed=True):
        return CodeFacts(name, error="is nested deeply or large, so it was not read")
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CodeFacts(name, error="cannot be parsed by this Python")
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    by_name = {each.name: each for each in functions}
    hooks = tuple(
        (each.lineno, each.name) for each in functions if each.name in RUNNING_HOOKS and _drives(each, by_name)
    )
    is_ejected = _EJECTED.search(data) is not None
    return CodeFacts(
        path=name,
        hooks=hooks,
        runners=() if hooks or is_ejected else tuple(_runners(tree)),
        overrides=tuple((each.lineno, _fixture_name(each)) for each in functions if _fixture_name(each) in _OVERRIDES),
        plugins=tuple(_plugins(tree)),
        is_ejected=is_ejected,
    )


def _drives(hook: ast.AST, by_name: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> bool:
    """Return whether a hook, or a function of the same file that it calls, uses names that drive coroutines."""
    seen: set[str] = set()
    pending = [hook]
    while pending:
        used = _names(pending.pop())
        if used & DRIVING_NAMES or (_MODULE in used and used & _RUNS):
            return True
        new = (used & by_name.keys()) - seen
        seen |= new
        pending += [by_name[name] for name in new]
    return False


def _names(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
    return found


def _runners(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the calls that make an ``asyncio.Runner``."""
    imported = {
        alias.asname or alias.name
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom) and each.module == _MODULE
        for alias in each.names
        if alias.name == "Runner"
    }
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and _is_runner(each.func, imported):
            yield each.lineno, "asyncio.Runner"


def _is_runner(function: ast.expr, imported: Collection[str]) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "Runner" and isinstance(function.value, ast.Name) and function.value.id == _MODULE
    return isinstance(function, ast.Name) and function.id in imported


def _fixture_name(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return the name of the fixture that a function defines; "" if it is none."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        last = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if "fixture" not in last:
            continue
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        given = next((each.value for each in keywords if each.arg == "name"), None)
        return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else function.name
    return ""


def _plugins(tree: ast.Module) -> Iterator[str]:
    """Yield the modules that ``pytest_plugins`` names as strings."""
    for each in tree.body:
        targets = (
            each.targets if isinstance(each, ast.Assign) else [each.target] if isinstance(each, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == "pytest_plugins" for target in targets):
            strings = (node.value for node in ast.walk(each) if isinstance(node, ast.Constant))
            yield from (value for value in strings if isinstance(value, str))
