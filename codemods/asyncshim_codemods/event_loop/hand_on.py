"""Synchronous fixtures that only hand the loop on, ``return Client(loop=event_loop)``, and what may notice that.

An async fixture passes on the same loop, but it runs while the receiver is made.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.event_loop.uses import UseKind
from asyncshim_codemods.project.constructors import LOUD
from asyncshim_codemods.suite.file_context import argument, fixture_name, is_async
from asyncshim_codemods.syntax.tree import is_docstring, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.event_loop.uses import LoopUse, Request
    from asyncshim_codemods.suite.file_context import FileContext

# Classes and functions that only keep a loop, or look at it when the code awaits something.
_KEEPS = frozenset({"asyncio.Future", "asyncio.StreamReader", "functools.partial", "types.SimpleNamespace"})
_KEEPS_PREFIXES = ("mock.", "unittest.mock.")
_OF_PLUGINS = {"loop": "pytest-aiohttp"}
_OF_MONKEYPATCH = frozenset({"setattr", "setitem"})


def only_hands_on(file: FileContext, request: Request) -> bool:
    """Return whether the function is a fixture that passes the loop to something, and does nothing else with it."""
    kept = request.of(UseKind.KEPT)
    is_passed = all(_is_passed(file, use) for use in kept)
    others = {UseKind.RUN, UseKind.HANDED_OUT, UseKind.OTHER}
    return request.is_fixture and bool(kept) and is_passed and not request.of(*others)


def is_only_kept(file: FileContext, use: LoopUse) -> bool:
    """Return whether the code passes the loop to something that only keeps it."""
    return _is_passed(file, use) and not unknown_receiver(file, use)


def _is_passed(file: FileContext, use: LoopUse) -> bool:
    return isinstance(file.index.parents[use.node], cst.Arg | cst.Assign)


def returns_loop(file: FileContext, request: Request) -> bool:
    """Return whether the function is a fixture that only returns ``event_loop`` under another name."""
    given = request.of(UseKind.HANDED_OUT)
    others = request.of(UseKind.RUN, UseKind.OTHER, UseKind.NEEDLESS, UseKind.ALIAS, UseKind.KEPT)
    if not request.is_fixture or len(given) != 1 or others:
        return False
    used = [file.index.statement(use.node) for use in request.uses]
    return all(each in used or is_docstring(each) for each in request.function.body.body)


def unknown_receiver(file: FileContext, use: LoopUse) -> str:
    """Return what gets the loop and may check whether it runs, for a message; "" if there is no such thing."""
    parent = file.index.parents[use.node]
    if isinstance(parent, cst.Assign):
        return _unknown_owner(file, parent)
    around = takewhile(
        lambda each: not isinstance(each, cst.BaseStatement | cst.BaseSmallStatement), file.index.ancestors(parent)
    )
    calls = (each for each in around if isinstance(each, cst.Call))
    return next((f"`{last_name(each.func)}`" for each in calls if not _is_plain(file, each.func, takes_loop=True)), "")


def _unknown_owner(file: FileContext, assign: cst.Assign) -> str:
    """Return the object of ``client.loop = event_loop``, unless a plain class made it; or ""."""
    target = assign.targets[0].target
    owner = target.value if isinstance(target, cst.Attribute) else target
    values = [each.value for each in file.names.bindings_of(owner)] if isinstance(owner, cst.Name) else [None]
    plain = (isinstance(each, cst.Call) and _is_plain(file, each.func, takes_loop=False) for each in values)
    return "" if values and all(plain) else f"`{last_name(owner)}`"


def _is_plain(file: FileContext, function: cst.BaseExpression, *, takes_loop: bool) -> bool:
    meaning = file.names.of(function)
    if meaning is not None and (meaning in _KEEPS or meaning.startswith(_KEEPS_PREFIXES)):
        return True
    if isinstance(function, cst.Attribute) and meaning is None:
        owner = function.value
        return isinstance(owner, cst.Name) and owner.value == "monkeypatch" and function.attr.value in _OF_MONKEYPATCH
    name = last_name(function)
    if meaning is None:
        home = file.names.home(name, file.index.scope_of(function))
        return home is file.index.root and _only_keeps(file, file.path, name, takes_loop=takes_loop)
    return _only_keeps(file, meaning, name, takes_loop=takes_loop)


def _only_keeps(file: FileContext, where: str, name: str, *, takes_loop: bool) -> bool:
    """Return whether all given classes or functions of this name in a file, or in a package, only keep the loop."""
    found = file.facts.loops.constructors
    root = where.lstrip(".").partition(".")[0]
    wanted = name if takes_loop else f"{name}()"
    pending = [
        needs
        for path, each, needs in found
        if each == wanted and (path == where or root in PurePosixPath(path.removesuffix(".py")).parts)
    ]
    seen: set[str] = set()
    if not pending:
        return False
    while pending:
        needs = pending.pop()
        if needs == LOUD:
            return False
        for need in set(filter(None, needs.split(","))) - seen:
            seen.add(need)
            others = [more for _, each, more in found if each == need]
            if not others:
                return False
            pending += others
    return True


def sync_requester(file: FileContext, function: cst.FunctionDef) -> tuple[str, bool]:
    """Return why code that is not async may request the fixture, and whether that is certain; or ("", False).

    Synchronous tests and fixtures that request ``event_loop`` themselves do not count, because they can be async.
    """
    name = fixture_name(file, function)
    loops = file.facts.loops
    if name in _OF_PLUGINS and any(_OF_PLUGINS[name] in each for each in file.facts.still_needs_pytest_asyncio):
        return f"the fixtures of pytest-aiohttp request `{name}`", True
    if name and (name in loops.sync_requests or any(name in each.usefixtures for each in file.facts.settings)):
        return f"synchronous code requests `{name}`", True
    if (reason := _unseen(file, function, name)) or (reason := _autouse(file, function)):
        return reason, False
    return (
        ("", False) if name in loops.async_requests else (f"no async test of the given files requests `{name}`", False)
    )


def _unseen(file: FileContext, function: cst.FunctionDef, name: str) -> str:
    """Return why not all requests of the fixture can be seen, or ""."""
    if not name:
        return "its name is not known"
    if not file.is_test_module and PurePosixPath(file.path).name != "conftest.py":
        return f"other projects may request `{name}` of this module"
    if any(not each.startswith("test") for each in file.settings.python_functions):
        return "`python_functions` decides which functions are tests"
    if isinstance(file.index.scope_of(function).node, cst.ClassDef) and file.facts.imported_whole(file.path):
        return "other code may inherit it"
    return ""


def _autouse(file: FileContext, function: cst.FunctionDef) -> str:
    call = file.fixture_call(function)
    if call is None or (given := argument(call, "autouse")) is None or last_name(given.value) == "False":
        return ""
    tests = [each for each in file.index.functions if file.is_test(each)]
    if file.is_test_module:
        is_shared = not all(map(is_async, tests))
    else:
        folders = [PurePosixPath(each) for each in file.facts.loops.sync_folders]
        is_shared = any(PurePosixPath(file.path).parent in (each, *each.parents) for each in folders)
    return "synchronous tests use it: it is `autouse`" if is_shared else ""


def risks(file: FileContext, request: Request) -> Iterator[tuple[str, bool]]:
    """Yield why a fixture that only hands the loop on may not be async, each with whether that is certain."""
    why, is_certain = sync_requester(file, request.function)
    if why:
        yield why, is_certain and bool(request.of(UseKind.KEPT))
    for use in request.of(UseKind.KEPT):
        if receiver := unknown_receiver(file, use):
            yield f"{receiver} may check whether the loop runs", False
