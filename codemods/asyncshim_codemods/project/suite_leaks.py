"""Find code that a narrower default loop scope may affect: functions that leak tasks, and explicit scopes."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from asyncshim_codemods.project.alt_uses import enables
from asyncshim_codemods.project.leaks import find_leaks
from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asyncshim_codemods.project.facts import ProjectFacts
    from asyncshim_codemods.project.file_settings import FileSettings

WIDE_SCOPES = frozenset({"class", "module", "package", "session"})

_DEFINITION = re.compile(rb"(?:async )?def (\w+)")
_CALL = re.compile(rb"(\w+)\s*\(")
_SCOPE = re.compile(rb"\bloop_scope\s*=|\bmark\.asyncio\([^)]*\bscope\s*=")
_TEST_FILES = ("test_*.py", "*_test.py")
_MODULE = ""


def has_wide_default(settings: FileSettings) -> bool:
    """Return whether the configuration sets a wider default loop scope than ``function``, or enables one that does."""
    return enables(settings.addopts) or not WIDE_SCOPES.isdisjoint(
        (settings.fixture_loop_scope or "", settings.test_loop_scope or "")
    )


def suite_leaks(facts: ProjectFacts, files: Iterable[tuple[str, bytes]]) -> tuple[tuple[str, str], ...]:
    """Return the test modules and conftests that may leak tasks or set a loop scope, each with the reason.

    ``files`` are all Python files of the project. Calls are followed by name.
    """
    leaking = {each.rpartition(":")[2]: each.rpartition(":")[0] for each in sorted(facts.loops.leaking)}
    returning = facts.loops.returning
    words = [each.removeprefix("await ").encode() for each in returning]
    calls: list[tuple[str, str, str]] = []
    found: dict[str, str] = {}
    for path, data in files:
        if _SCOPE.search(data) and _is_in_suite(facts, path):
            found[path] = f"{path} sets a loop scope of its own"
        if any(word in data for word in words):
            tree = parsed(data)
            names = {name for name, _ in _calls(data)} if tree is None else find_leaks(tree, returning).leaking
            leaking.update(dict.fromkeys(names, path))
        calls += [(path, function, name) for function, name in _calls(data)]
    _follow(calls, leaking)
    in_suite = [each for each in calls if each[0] not in found and _is_in_suite(facts, each[0])]
    # What a test calls says more than that the test leaks.
    for path, _, name in in_suite:
        if name in leaking:
            found.setdefault(path, f"`{name}` of {leaking[name]} may leak tasks or servers")
    for path, function, _ in in_suite:
        if leaking.get(function) == path:
            found.setdefault(path, f"`{function}` of {path} may leak tasks or servers")
    return tuple(sorted(found.items()))


def _follow(calls: Iterable[tuple[str, str, str]], leaking: dict[str, str]) -> None:
    """Add the functions that call leaking ones, whatever they are called through."""
    callers: dict[str, set[tuple[str, str]]] = {}
    for path, function, name in calls:
        callers.setdefault(name, set()).add((function, path))
    pending = list(leaking)
    while pending:
        for function, path in sorted(callers.get(pending.pop(), ())):
            if function and function not in leaking:
                leaking[function] = path
                pending.append(function)


def _calls(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield each called name with the functions around it, found by indentation; and each function with itself."""
    around: list[tuple[int, str]] = []
    for line in data.splitlines():
        code = line.lstrip()
        if not code or code.startswith(b"#"):
            continue
        while around and around[-1][0] >= len(line) - len(code) and not code.startswith((b")", b"]", b"}")):
            around.pop()
        if definition := _DEFINITION.match(code):
            name = definition[1].decode("utf-8", "replace")
            around.append((len(line) - len(code), name))
            yield name, _MODULE
            code = code[definition.end() + 1 :]
        for match in _CALL.finditer(code):
            name = match[1].decode("utf-8", "replace")
            for function in {owner for _, owner in around} or {_MODULE}:
                yield function, name


def _is_in_suite(facts: ProjectFacts, path: str) -> bool:
    """Return whether pytest collects the file, or reads it as a conftest."""
    name = PurePosixPath(path).name
    patterns = facts.settings_for(path).python_files or _TEST_FILES
    is_test = any(fnmatch(path if "/" in each else name, each) for each in patterns)
    return name == "conftest.py" or is_test or path in facts.async_files
