"""The uses of ``event_loop`` in a function that requests it: each use, and whether ``await`` is possible there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import takewhile
from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import CLOSED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext


EVENT_LOOP = "event_loop"


class UseKind(Enum):
    """The kind of one use of the loop."""

    RUN = auto()
    """``event_loop.run_until_complete(…)``, with one argument; the node is the call."""
    NEEDLESS = auto()
    """``loop=event_loop`` for an API of asyncio that accepts none; the node is the argument."""
    ALIAS = auto()
    """``loop = event_loop``; the node is the statement."""
    MADE_CURRENT = auto()
    """``asyncio.set_event_loop(event_loop)`` as a statement; the node is the call."""
    HANDED_OUT = auto()
    """``return event_loop`` or ``yield event_loop``; the node is the statement or expression."""
    KEPT = auto()
    """Works the same in a coroutine: ``event_loop.create_task(x)``, ``f(event_loop)``; the node is the name."""
    OTHER = auto()
    """Anything else; the node is the name."""


@dataclass(frozen=True, slots=True, eq=False)
class LoopUse:
    """One use. ``awaitable``: it is in the function's own code, where ``await`` is valid."""

    kind: UseKind
    node: cst.CSTNode
    awaitable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One synchronous fixture or test with its ``event_loop`` parameter and the uses of it."""

    function: cst.FunctionDef
    parameter: cst.Param
    is_fixture: bool
    uses: tuple[LoopUse, ...]

    def of(self, *kinds: UseKind) -> list[LoopUse]:
        """Return the uses of these kinds."""
        return [use for use in self.uses if use.kind in kinds]

    @property
    def keeps_loop(self) -> bool:
        """Return whether the function needs the loop for more than ``run_until_complete``."""
        return bool(self.of(UseKind.KEPT, UseKind.HANDED_OUT))

    @property
    def runs(self) -> list[cst.Call]:
        """The ``run_until_complete`` calls."""
        return [use.node for use in self.uses if use.kind is UseKind.RUN and isinstance(use.node, cst.Call)]


# Methods that work in a coroutine on the loop and in code outside. Not here: methods that check whether it runs,
# run, stop or close it.
_KEPT_METHODS = frozenset({
    "add_reader", "add_signal_handler", "add_writer", "call_at", "call_exception_handler", "call_later", "call_soon",
    "call_soon_threadsafe", "connect_accepted_socket", "connect_read_pipe", "connect_write_pipe", "create_connection",
    "create_datagram_endpoint", "create_future", "create_server", "create_task", "create_unix_connection",
    "create_unix_server", "get_debug", "get_exception_handler", "get_task_factory", "getaddrinfo", "getnameinfo",
    "remove_reader", "remove_signal_handler", "remove_writer", "run_in_executor", "set_debug", "set_exception_handler",
    "set_task_factory", "slow_callback_duration", "sock_accept", "sock_connect", "sock_recv", "sock_recv_into",
    "sock_sendall", "start_tls", "subprocess_exec", "subprocess_shell", "time",
})  # fmt: skip

# Python 3.10 removed `loop=` from these.
_WITHOUT_LOOP = frozenset(
    f"asyncio.{name}"
    for name in (
        "BoundedSemaphore",
        "Condition",
        "Event",
        "LifoQueue",
        "Lock",
        "PriorityQueue",
        "Queue",
        "Semaphore",
        "as_completed",
        "create_subprocess_exec",
        "create_subprocess_shell",
        "gather",
        "open_connection",
        "open_unix_connection",
        "shield",
        "sleep",
        "start_server",
        "start_unix_server",
        "wait",
        "wait_for",
    )
)

# The modules in which these are defined; suites import from them, too.
_HOMES = ("locks", "queues", "tasks", "streams", "subprocess")


def uses_of(file: FileContext, function: cst.FunctionDef, parameter: cst.Param) -> list[cst.Name]:
    """Return the names in the function's body, or in a function inside it, that read or rebind the parameter."""
    scope = file.index.scopes[function]
    return [
        node
        for node in file.names.belonging_to(parameter.name.value, scope)
        if node is not parameter.name and file.index.holds(function.body, node)
    ]


def loop_uses(file: FileContext, function: cst.FunctionDef, parameter: cst.Param) -> list[LoopUse]:
    """Return every use of the loop in ``function``, under its own name or an alias."""
    found: list[LoopUse] = []
    pending: list[cst.Name] = uses_of(file, function, parameter)
    while pending:
        use = _use_at(file, function, pending.pop())
        found.append(use)
        if use.kind is UseKind.ALIAS:
            assert isinstance(use.node, cst.Assign)
            pending += _uses_of_alias(file, function, use.node)
    return found


def stands_in_own_code(file: FileContext, function: cst.FunctionDef, node: cst.CSTNode) -> bool:
    """Return whether ``node`` runs in ``function`` itself, not in a function, class or comprehension inside it."""
    *inner, outermost = takewhile(lambda each: each is not function, (node, *file.index.ancestors(node)))
    return outermost is function.body and not any(type(each) in CLOSED for each in inner[1:])


def _use_at(file: FileContext, function: cst.FunctionDef, name: cst.Name) -> LoopUse:
    kind, node = _kind(file, function, name)
    return LoopUse(kind, node, stands_in_own_code(file, function, node))


def _kind(file: FileContext, function: cst.FunctionDef, name: cst.Name) -> tuple[UseKind, cst.CSTNode]:
    parent = file.index.parents[name]
    holder = file.index.parents[parent]
    match parent:
        case cst.Attribute(attr=cst.Name("run_until_complete")):
            if isinstance(holder, cst.Call) and holder.func is parent and _has_one_plain_argument(holder):
                return UseKind.RUN, holder
        case cst.Attribute(attr=cst.Name(attribute)) if attribute in _KEPT_METHODS:
            return UseKind.KEPT, name
        case cst.Arg():
            if takes_no_loop(file, parent):
                return UseKind.NEEDLESS, parent
            if isinstance(holder, cst.Call) and file.names.of(holder.func) == "asyncio.set_event_loop":
                return (UseKind.MADE_CURRENT, holder) if _is_statement(file, holder) else (UseKind.OTHER, name)
            return UseKind.KEPT, name
        case cst.Comparison() | cst.ComparisonTarget():
            return UseKind.KEPT, name
        case cst.Assign() if is_alias(file, function, parent, name):
            return UseKind.ALIAS, parent
        case cst.Assign() if _is_kept_by_local(file, function, parent, name):
            return UseKind.KEPT, name
        case cst.Return():
            return UseKind.HANDED_OUT, parent
        case cst.Yield() if _is_statement(file, parent):
            return UseKind.HANDED_OUT, parent
        case _:
            pass
    return UseKind.OTHER, name


def _is_kept_by_local(file: FileContext, function: cst.FunctionDef, assign: cst.Assign, name: cst.Name) -> bool:
    """Return whether ``assign`` is ``client.loop = event_loop`` for an object that the function made itself."""
    target = assign.targets[0].target
    if assign.value is not name or len(assign.targets) != 1 or not isinstance(target, cst.Attribute):
        return False
    if not isinstance(target.value, cst.Name):
        return False
    bindings = file.index.scopes[function].bindings.get(target.value.value, [])
    return len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN


def _is_statement(file: FileContext, node: cst.BaseExpression) -> bool:
    return isinstance(file.index.parents[node], cst.Expr)


def is_alias(file: FileContext, function: cst.FunctionDef, assign: cst.Assign, name: cst.Name) -> bool:
    """Return whether ``assign`` is ``loop = event_loop``, once and for the whole function."""
    if assign.value is not name or name in file.index.stores or len(assign.targets) != 1:
        return False
    target = assign.targets[0].target
    line = file.index.parents[assign]
    if not isinstance(target, cst.Name) or file.index.parents[line] is not function.body:
        return False
    bindings = file.index.scopes[function].bindings.get(target.value, [])
    return len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN


def _uses_of_alias(file: FileContext, function: cst.FunctionDef, assign: cst.Assign) -> Iterable[cst.Name]:
    target = assign.targets[0].target
    assert isinstance(target, cst.Name)
    home = file.index.scopes[function]
    return [
        each
        for each in file.index.names[target.value]
        if each is not target and file.names.home(each.value, file.index.scope_of(each)) is home
    ]


def _has_one_plain_argument(call: cst.Call) -> bool:
    """Return whether ``call`` has exactly one argument, and that is positional."""
    return len(call.args) == 1 and call.args[0].keyword is None and not call.args[0].star


def takes_no_loop(file: FileContext, argument: cst.Arg) -> bool:
    """Return whether ``argument`` is ``loop=`` in a call that no longer accepts it."""
    call = file.index.parents[argument]
    if argument.keyword is None or argument.keyword.value != "loop" or not isinstance(call, cst.Call):
        return False
    name = file.names.of(call.func) or ""
    for home in _HOMES:
        name = name.replace(f"asyncio.{home}.", "asyncio.")
    return name in _WITHOUT_LOOP and not _is_expected_to_fail(file, call)


def _is_expected_to_fail(file: FileContext, call: cst.Call) -> bool:
    """Return whether the call is in a ``with pytest.raises(…):`` block."""
    for block in file.index.ancestors(call):
        if isinstance(block, cst.With):
            for item in block.items:
                expected = item.item
                if isinstance(expected, cst.Call) and file.names.of(expected.func) == "pytest.raises":
                    return True
    return False


def split_off(file: FileContext, uses: Iterable[cst.Name]) -> tuple[list[cst.Name], list[cst.Arg]]:
    """Return the uses of a loop, and apart from them the ``loop=`` arguments that ASH309 removes."""
    counting: list[cst.Name] = []
    needless: list[cst.Arg] = []
    for name in uses:
        argument = file.index.parent(name)
        if "ASH309" in file.options.select and isinstance(argument, cst.Arg) and takes_no_loop(file, argument):
            needless.append(argument)
        else:
            counting.append(name)
    return counting, needless


def running_loop(file: FileContext, request: Request) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the name of asyncio in the function, and the edits that import it; None if the name is taken."""
    return file.imports.module("asyncio", request.function.body.body[0])
