"""Whether the teardown of an ``event_loop`` override only does what a Runner does when it closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.index import BindingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext

_CLOSING = frozenset({"close", "is_closed", "is_running", "stop"})
_METHODS = _CLOSING | {
    "add",
    "append",
    "call_soon",
    "cancel",
    "cancelled",
    "discard",
    "done",
    "exception",
    "remove",
    "result",
    "run_forever",
    "run_until_complete",
    "shutdown_asyncgens",
    "shutdown_default_executor",
}
_FUNCTIONS = frozenset({
    "asyncio.all_tasks",
    "asyncio.Task.all_tasks",
    "asyncio.current_task",
    "asyncio.gather",
    "asyncio.runners._cancel_all_tasks",
    "asyncio.set_event_loop",
    "asyncio.sleep",
    "asyncio.tasks.all_tasks",
    "asyncio.wait",
    "asyncio.wait_for",
    "contextlib.suppress",
    "gc.collect",
    "time.sleep",
})  # fmt: skip
_BUILTINS = frozenset({
    "AttributeError", "BaseException", "Exception", "NotImplementedError", "RuntimeError",
    "all", "any", "bool", "hasattr", "len", "list", "set", "sorted", "tuple",
})  # fmt: skip
_STATEMENTS = (
    cst.AnnAssign,
    cst.Assign,
    cst.Del,
    cst.Expr,
    cst.For,
    cst.If,
    cst.Import,
    cst.ImportFrom,
    cst.Pass,
    cst.SimpleStatementLine,
    cst.Try,
    cst.With,
)
_NEVER = (cst.Await, cst.FunctionDef, cst.Global, cst.Lambda, cst.NamedExpr, cst.Nonlocal, cst.Raise, cst.Yield)


def is_harmless(file: FileContext, function: cst.FunctionDef, statement: cst.CSTNode) -> bool:
    """Return whether a statement after the ``yield`` only cancels, awaits, shuts down and closes parts of the loop."""
    return isinstance(statement, _STATEMENTS) and all(_is_harmless(file, function, node) for node in _walk(statement))


def is_closing(file: FileContext, statement: cst.CSTNode) -> bool:
    """Return whether a harmless statement does no more than close the loop or unset it."""
    for node in _walk(statement):
        if isinstance(node, cst.Call):
            method = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
            if method not in _CLOSING and file.names.of(node.func) != "asyncio.set_event_loop":
                return False
        elif isinstance(node, cst.For | cst.Try | cst.With | cst.Assign):
            return False
    return True


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield ``node`` and the nodes below it, without those of imports and the keywords of arguments."""
    yield node
    if isinstance(node, cst.Import | cst.ImportFrom):
        return
    for child in [node.value] if isinstance(node, cst.Arg) else node.children:
        yield from _walk(child)


def _is_harmless(file: FileContext, function: cst.FunctionDef, node: cst.CSTNode) -> bool:
    is_statement = isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement)
    if isinstance(node, _NEVER) or (is_statement and not isinstance(node, _STATEMENTS)):
        return False
    if isinstance(node, cst.Assign | cst.AnnAssign):
        targets = [each.target for each in node.targets] if isinstance(node, cst.Assign) else [node.target]
        return all(isinstance(target, cst.Name) for target in targets)
    if isinstance(node, cst.Call):
        return _is_harmless_call(file, node)
    if isinstance(node, cst.Attribute):
        return file.names.of(node) is None or _is_asyncios(file, node)
    return not isinstance(node, cst.Name) or _is_known_name(file, function, node)


def _is_harmless_call(file: FileContext, call: cst.Call) -> bool:
    name = file.names.of(call.func)
    if name is not None:
        return name in _FUNCTIONS
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value in _METHODS
    return isinstance(call.func, cst.Name) and call.func.value in _BUILTINS


def _is_asyncios(file: FileContext, node: cst.Attribute) -> bool:
    return (file.names.of(node) or "").partition(".")[0] in {"asyncio", "contextlib", "gc", "sys", "time"}


def _is_known_name(file: FileContext, function: cst.FunctionDef, name: cst.Name) -> bool:
    """Return whether a name is a local of the override, one of asyncio's, or a harmless builtin."""
    parent = file.index.parent(name)
    if parent is None or (isinstance(parent, cst.Attribute) and parent.attr is name):
        return True
    meaning = file.names.of(name)
    if meaning is not None:
        return meaning.partition(".")[0] in {"asyncio", "contextlib", "gc", "sys", "time"}
    home = file.names.home(name.value, file.index.scope_of(name))
    if home is None:
        return name.value in _BUILTINS or name.value in {"True", "False", "None"}
    return file.index.holds(function, home.node) and all(
        each.kind is not BindingKind.PARAMETER for each in home.bindings[name.value]
    )
