"""Whether a piece of code reads a name that it does not bind itself: scopes as Python has them, on ``ast`` trees."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Fields that hold expressions, which bind nothing unless there is a `:=` in them.
_EXPRESSIONS = frozenset({
    "annotation", "args", "bases", "cause", "context_expr", "decorator_list", "exc", "iter", "keywords", "msg",
    "returns", "subject", "test", "value",
})  # fmt: skip


class AmbiguousError(Exception):
    """The piece binds the name in a way that needs more than a look."""


@dataclass(frozen=True, slots=True)
class FreeNames:
    """Answers for one file; ``has_walrus`` is false where no expression of it binds anything."""

    has_walrus: bool = True

    def reads(self, piece: Iterable[ast.AST], name: str) -> bool:
        """Whether the statements read ``name`` from outside.

        Raises ``AmbiguousError`` where they bind it as well, other than as a parameter or local of a function in them.
        """
        nodes = [*piece]
        if name in self.bound(nodes):
            raise AmbiguousError(name)
        return self._any(nodes, name)

    def bound(self, nodes: Iterable[ast.AST]) -> set[str]:
        """Every name that the nodes bind, delete or declare in the scope they stand in."""
        found: set[str] = set()
        pending = [*nodes]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    found.add(node.id)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(node.name)
                pending += node.decorator_list
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.Global | ast.Nonlocal):
                found.update(node.names)
            elif not isinstance(node, ast.Lambda):
                found.update(_own_names(node))
                pending += self._binding_children(node)
        return found

    def _binding_children(self, node: ast.AST) -> Iterator[ast.AST]:
        """What of a node may bind names in the scope that the node stands in."""
        for field in node._fields:
            if not self.has_walrus and field in _EXPRESSIONS:
                continue
            # The target of a comprehension is the comprehension's own.
            if field == "target" and isinstance(node, ast.comprehension):
                continue
            yield from _nodes_in(node, field)

    def _any(self, nodes: Iterable[ast.AST], name: str) -> bool:
        # Every node is looked at even when one is found already: another may be ambiguous.
        found = False
        for node in nodes:
            found = self._reads(node, name) or found
        return found

    def _reads(self, node: ast.AST, name: str) -> bool:
        if isinstance(node, ast.Name):
            return node.id == name
        if isinstance(node, _FUNCTIONS):
            return self._function_reads(node, name)
        if isinstance(node, ast.ClassDef) and name in self.bound(node.body):
            raise AmbiguousError(name)
        if isinstance(node, _COMPREHENSIONS) and name in self.bound(each.target for each in node.generators):
            raise AmbiguousError(name)
        return self._any((child for field in node._fields for child in _nodes_in(node, field)), name)

    def _function_reads(self, node: _Function, name: str) -> bool:
        found = self._any(_outside(node), name)
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        if name in parameters(node.args) or name in self.bound(body):
            return found
        return self._any(body, name) or found


def _nodes_in(node: ast.AST, field: str) -> Iterator[ast.AST]:
    value: ast.AST | list[ast.AST | str | None] | None = getattr(node, field, None)
    if isinstance(value, ast.AST):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, ast.AST))


def _outside(node: _Function) -> Iterator[ast.AST]:
    """What of a function is evaluated where it is defined."""
    for argument in (*_arguments(node.args), node.args.vararg, node.args.kwarg):
        if argument is not None and argument.annotation is not None:
            yield argument.annotation
    yield from node.args.defaults
    yield from (each for each in node.args.kw_defaults if each is not None)
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
        yield from getattr(node, "type_params", ())
        if node.returns is not None:
            yield node.returns


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def parameters(arguments: ast.arguments) -> set[str]:
    """The names of all parameters."""
    more = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return {each.arg for each in (*_arguments(arguments), *more)}


def _own_names(node: ast.AST) -> Iterator[str]:
    """What a node binds by a string of its own: handlers, patterns, type parameters."""
    for field in ("name", "rest"):
        value = getattr(node, field, None)
        if isinstance(value, str):
            yield value
