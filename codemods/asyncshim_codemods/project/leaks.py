"""Find functions that may leak tasks or servers: they start them and do not end them.

Calls are not followed. A leaked task lives as long as the loop scope, so the removal of a wide loop scope from such a
function may change behaviour.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TASKS = frozenset({"create_task", "ensure_future", "gather", "run_coroutine_threadsafe", "shield"})
_SERVERS = frozenset({"create_server", "create_unix_server", "start_server", "start_unix_server"})
# Awaiting one of these ends the tasks that are passed to it; `wait` only without a time limit.
_ENDS_WITH = frozenset({"gather", "wait", "wait_for"})
_ENDING_METHODS = frozenset({"abort", "aclose", "cancel", "close"})
_COLLECTING_METHODS = frozenset({"add", "append", "extend", "update"})
_TRANSPARENT = (ast.List, ast.Tuple, ast.Set, ast.Starred, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.IfExp)


_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Leaks:
    """The names of functions that leak, and of functions that return a started task or server to their callers.

    Both include the functions around them. In ``returning``, ``await name`` stands for a coroutine function.
    """

    leaking: frozenset[str]
    returning: frozenset[str]


def find_leaks(tree: ast.Module, returning: frozenset[str] = frozenset(), passes: int = 20) -> Leaks:
    """Return the leaks of a module. ``returning`` are known functions that return a started task or server.

    After so many ``passes``, every function counts as one that leaks.
    """
    if not passes:
        return Leaks(frozenset(each.name for each in _outermost(tree)), returning)
    leaking: set[str] = set()
    given: set[str] = set()
    for code in map(_Code, _outermost(tree)):
        for call in code.calls(returning):
            if code.is_ended(call, returning):
                continue
            if code.is_returned(call):
                given.update(code.givers(call, returning))
            elif not code.lives_on(call):
                leaking.update(each.name for each in code.functions_around(call))
    if given <= returning:
        return Leaks(frozenset(leaking), frozenset(given))
    again = find_leaks(tree, returning | given, passes - 1)
    return Leaks(again.leaking, again.returning | given)


def _is_collected(function: _Function) -> bool:
    """Return whether pytest calls the function and does not use what it returns."""
    return function.name.startswith("test") or any("fixture" in ast.unparse(each) for each in function.decorator_list)


def _is_session_fixture(function: _Function) -> bool:
    """Return whether the function is a session-scoped fixture."""
    keywords = (each for node in function.decorator_list if isinstance(node, ast.Call) for each in node.keywords)
    return any(
        each.arg == "scope" and isinstance(each.value, ast.Constant) and each.value.value == "session"
        for each in keywords
    )


def _outermost(tree: ast.AST) -> Iterator[_Function]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
        else:
            yield from _outermost(child)


class _Code:
    """One outermost function with all nodes inside it."""

    def __init__(self, function: _Function) -> None:
        self._function = function
        self._nodes = list(ast.walk(function))
        self._parents = {child: node for node in self._nodes for child in ast.iter_child_nodes(node)}
        self._shared = {
            name for node in self._nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        }

    def calls(self, returning: frozenset[str]) -> Iterator[ast.Call]:
        """Yield the calls that start a task or server."""
        for node in self._nodes:
            if isinstance(node, ast.Call) and (
                _called(node) in _TASKS or _is_awaited_first(node, returning) is not None
            ):
                yield node

    def functions_around(self, node: ast.AST) -> Iterator[_Function]:
        """Yield the functions around ``node``, innermost first."""
        current: ast.AST | None = node
        while current is not None:
            if isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef):
                yield current
            current = self._parents.get(current)

    def lives_on(self, call: ast.Call) -> bool:
        """Return whether the task lives until the end of the session with any loop scope."""
        return list(self.functions_around(call)) == [self._function] and _is_session_fixture(self._function)

    def givers(self, call: ast.Call, returning: frozenset[str]) -> Iterator[str]:
        """Yield the names, for ``Leaks.returning``, of the function that returns what the call starts.

        A function around it, for example a fixture, may return the inner function.
        """
        function, *around = self.functions_around(call)
        is_coroutine = _is_awaited_first(call, returning) and not isinstance(self._parents[call], ast.Await)
        wait = isinstance(function, ast.AsyncFunctionDef) or is_coroutine
        for each in (function, *around):
            yield f"await {each.name}" if wait else each.name

    def is_returned(self, call: ast.Call) -> bool:
        """Return whether the function returns what the call starts."""
        function = next(self.functions_around(call))
        if _is_collected(function):
            return False
        holder = self._value_of(call)
        parent = self._parents[holder]
        if isinstance(parent, ast.Return):
            return True
        if not isinstance(parent, ast.Assign) or not isinstance(parent.targets[0], ast.Name):
            return False
        name = parent.targets[0].id
        returns = (node for node in self._nodes if isinstance(node, ast.Return) and node.value is not None)
        values = [each for node in returns if node.value is not None for each in ast.walk(node.value)]
        return name not in self._shared and any(isinstance(each, ast.Name) and each.id == name for each in values)

    def _value_of(self, call: ast.Call) -> ast.AST:
        """Return the outermost expression with the task or server as its value."""
        node: ast.AST = call
        while isinstance(parent := self._parents[node], (*_TRANSPARENT, ast.Await)):
            node = parent
        return node

    def is_ended(self, call: ast.Call, returning: frozenset[str]) -> bool:
        """Return whether the function awaits what the call starts, cancels or closes it, or has a ``with`` do so."""
        on = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(on, ast.Name) and self._is_from_with(on.id):
            return True
        if _called(call) not in _TASKS and _is_awaited_first(call, returning):
            parent = self._parents[call]
            return self._is_kept_and_ended(parent if isinstance(parent, ast.Await) else call)
        return _called(call) != "shield" and (self._is_waited_for(call) or self._is_kept_and_ended(call))

    def _is_from_with(self, name: str) -> bool:
        """Return whether ``name`` is a task group or similar, which ends with its block."""
        items = (item for node in self._nodes if isinstance(node, ast.AsyncWith) for item in node.items)
        return any(isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name for item in items)

    def _is_waited_for(self, node: ast.AST) -> bool:
        """Return whether an ``await``, or the loop, runs until ``node`` is done."""
        parent = self._parents.get(node)
        while isinstance(parent, (*_TRANSPARENT, ast.Call, ast.comprehension, ast.keyword)):
            if isinstance(parent, ast.Call):
                if _called(parent) == "run_until_complete":
                    return True
                if _called(parent) not in _ENDS_WITH or (_called(parent) == "wait" and parent.keywords):
                    return False
            parent = self._parents.get(parent)
        return isinstance(parent, ast.Await)

    def _is_kept_and_ended(self, node: ast.AST) -> bool:
        """Return whether the value of ``node`` is bound to a local name, and the function ends it by that name."""
        parent = self._parents[node]
        while isinstance(parent, (*_TRANSPARENT, ast.comprehension)):
            parent = self._parents[parent]
        match parent:
            case ast.withitem():
                return True
            case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
                return self._is_name_ended(name)
            case ast.NamedExpr(target=ast.Name(name)):
                return self._is_waited_for(parent) or self._is_name_ended(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(name), attr=method)) if method in _COLLECTING_METHODS:
                return self._is_name_ended(name)
            case _:
                return False

    def _is_name_ended(self, name: str) -> bool:
        if name in self._shared:
            return False
        return any(self._is_end(node) for node in self._nodes if isinstance(node, ast.Name) and node.id == name)

    def _is_end(self, name: ast.Name) -> bool:
        parent = self._parents[name]
        if isinstance(parent, ast.withitem) or self._is_waited_for(name):
            return True
        if isinstance(parent, ast.Attribute):
            call = self._parents[parent]
            return parent.attr in _ENDING_METHODS and isinstance(call, ast.Call) and call.func is parent
        if isinstance(parent, ast.For | ast.AsyncFor | ast.comprehension) and parent.iter is name:
            each = parent.target
            return isinstance(each, ast.Name) and each.id != name.id and self._is_name_ended(each.id)
        return False


def _is_awaited_first(call: ast.Call, returning: frozenset[str]) -> bool | None:
    """Return True if a call starts a task or server once it is awaited, False if immediately, None if never."""
    name = _called(call)
    if name in _SERVERS or f"await {name}" in returning:
        return True
    return False if name in _TASKS or name in returning else None


def _called(call: ast.Call) -> str:
    """Return the last part of the called name."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
