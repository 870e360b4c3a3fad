"""Classes and functions that get a loop and only keep it: they do not check whether it runs while they are called.

Found with ``ast``, in files in which a parameter or an attribute has "loop" in its name.
"""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

from asyncshim_codemods.source.parse import parsed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LOUD = "!"
"""What stands for the needs of a class or function that may look at the loop."""

_TAKES = re.compile(rb"def \w+\([^)]*?loop\b|^[ \t]+(?:self\.)?\w*loop[ \t]*[:=]", re.MULTILINE)
_STARTS = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})
_LOUD_METHODS = frozenset({"__getattribute__", "__setattr__"})
_PLAIN_BASES = frozenset({"ABC", "Generic", "NamedTuple", "Protocol", "object"})
_PLAIN_DECORATORS = frozenset({"attrs", "dataclass", "define", "final", "frozen", "mutable", "total_ordering"})
_PLAIN_ROOTS = frozenset({"collections", "itertools", "logging", "re", "time", "typing", "uuid", "weakref"})
_PLAIN_METHODS = frozenset(
    {"append", "copy", "create_future", "get", "items", "keys", "setdefault", "update", "values"}
)
_KEEPS_LOOP = frozenset({
    "BoundedSemaphore", "Condition", "Event", "Future", "LifoQueue", "Lock", "PriorityQueue", "Queue", "Semaphore",
    "StreamReader",
})  # fmt: skip
_RUNS_CODE = frozenset({"__import__", "eval", "exec", "input", "next", "open"})

_SUPER = "super()"

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def plain_constructors(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield each class and function at module level that may get a loop, with what its call needs, or ``LOUD``.

    The needs are names of other classes, which have to be plain, too. ``Name()`` is the class without a loop.
    """
    if b"loop" not in data or _TAKES.search(data) is None:
        return
    tree = parsed(data)
    for node in () if tree is None else tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name, _needs(_of_class(node, is_given=True))
            yield f"{node.name}()", _needs(_of_class(node, is_given=False))
        elif isinstance(node, ast.FunctionDef) and _loops(node) and not node.decorator_list:
            yield node.name, _needs(_ConstructorBody(node, is_given=True).needs())


def _needs(found: Iterator[str]) -> str:
    names = set(found)
    return LOUD if LOUD in names else ",".join(sorted(names))


def _of_class(node: ast.ClassDef, *, is_given: bool) -> Iterator[str]:
    if any(_last(each) not in _PLAIN_DECORATORS for each in node.decorator_list):
        yield LOUD
    if any(_last(each.value) != "ABCMeta" for each in node.keywords):
        yield LOUD
    bases = [name for name in map(_last, node.bases) if name not in _PLAIN_BASES]
    yield from ((name if is_given else f"{name}()") if name else LOUD for name in bases)
    for each in node.body:
        if isinstance(each, _Function):
            is_setter = any(_last(decorator) == "setter" for decorator in each.decorator_list)
            if each.name in _LOUD_METHODS:
                yield LOUD
            elif each.name in _STARTS or is_setter:
                for need in _ConstructorBody(each, is_given=is_given).needs():
                    yield from [f"{name}()" for name in bases] if need == _SUPER else [need]
        elif isinstance(each, ast.AnnAssign) and isinstance(each.value, ast.Call):
            yield from _of_field(each.value)


def _of_field(call: ast.Call) -> Iterator[str]:
    """Yield what a field of a dataclass needs."""
    for keyword in call.keywords:
        if keyword.arg in {"default_factory", "factory"}:
            name = _last(keyword.value)
            is_builtin = isinstance(keyword.value, ast.Name) and hasattr(builtins, name)
            yield from () if is_builtin else (f"{name}()" if name[:1].isupper() else LOUD,)


class _ConstructorBody:
    """The calls that a function makes itself. ``is_given``: its parameter with "loop" in its name has a value."""

    def __init__(self, function: _Function, *, is_given: bool) -> None:
        self._function = function
        found = _loops(function)
        self._given = found[0] if is_given and len(found) == 1 else ""

    def needs(self) -> Iterator[str]:
        pending: list[ast.AST] = list(self._function.body)
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Call):
                yield from self._of_call(node)
            elif isinstance(node, ast.With | ast.AsyncWith):
                yield LOUD
            pending += self._children(node)

    def _children(self, node: ast.AST) -> Collection[ast.AST]:
        """Return the parts of a node that run when a loop is given."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                return ()
            case ast.BoolOp(op=ast.Or(), values=[first, *_]) if self._is_given(first):
                return ()
            case ast.If(test=test) if (taken := self._branch(test)) is not None:
                return node.body if taken else node.orelse
            case ast.IfExp(test=test) if (taken := self._branch(test)) is not None:
                return (node.body if taken else node.orelse,)
            case _:
                return tuple(ast.iter_child_nodes(node))

    def _is_given(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and bool(self._given) and node.id == self._given

    def _branch(self, test: ast.expr) -> bool | None:
        """Return whether a test is true with a loop; None for other tests."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand) if self._is_given(operand):
                return False
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as how], comparators=[ast.Constant(value=None)]):
                return isinstance(how, ast.IsNot) if self._is_given(left) else None
            case _:
                return True if self._is_given(test) else None

    def _of_call(self, call: ast.Call) -> Iterator[str]:
        function = call.func
        if isinstance(function, ast.Name):
            if function.id[:1].isupper() and not hasattr(builtins, function.id):
                yield f"{function.id}()" if not self._passes_loop(call) else function.id
            elif not hasattr(builtins, function.id) or function.id in _RUNS_CODE:
                yield LOUD
            return
        if not isinstance(function, ast.Attribute):
            yield LOUD
            return
        root = ast.unparse(function).partition(".")[0]
        is_super = isinstance(function.value, ast.Call) and _last(function.value) == "super"
        if is_super and function.attr in _STARTS:
            yield from () if self._passes_loop(call) else (_SUPER,)
            return
        is_plain = function.attr in _PLAIN_METHODS or root in _PLAIN_ROOTS
        if not is_plain and not (root == "asyncio" and function.attr in _KEEPS_LOOP):
            yield LOUD

    def _passes_loop(self, call: ast.Call) -> bool:
        values = (*call.args, *(keyword.value for keyword in call.keywords))
        return any(self._is_given(each) for each in values)


def _loops(function: _Function) -> list[str]:
    """Return the parameters with "loop" in their names."""
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return [each.arg for each in every if "loop" in each.arg]


def _last(node: ast.AST) -> str:
    """Return the last part of a dotted name, without subscript and call."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
