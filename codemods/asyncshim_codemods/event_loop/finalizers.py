"""Finalizers of a fixture that run the loop, registered directly before it returns: code after a ``yield``.

``request.addfinalizer(lambda: event_loop.run_until_complete(x.close()))``, or with a function above it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.import_names import adding
from asyncshim_codemods.edits.model import Modify, Remove, Replace
from asyncshim_codemods.syntax.index import BindingKind
from asyncshim_codemods.syntax.tree import comments_in, dotted, last_name, own_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

_REQUEST = "request"
_TYPING = ("collections.abc", "typing", "typing_extensions")
_ASYNC_ITERATOR = "AsyncIterator"
_GENERATORS = frozenset({"AsyncGenerator", "AsyncIterator", "Generator", "Iterable", "Iterator"})
_NO_TEARDOWN = (cst.Return, cst.Yield, cst.Global, cst.Nonlocal)


@dataclass(frozen=True, slots=True, eq=False)
class Finalizers:
    """The last statements of a fixture. ``codes`` are lambdas and functions, in the order of registration."""

    parameter: cst.Param
    calls: tuple[cst.Call, ...]
    codes: tuple[cst.Lambda | cst.FunctionDef, ...]
    size: int
    """The number of statements of the fixture that they are, with its ``return``."""
    value: cst.BaseExpression | None

    @property
    def doubts(self) -> Iterator[str]:
        """Why code after a ``yield`` may not do the same."""
        if len(self.codes) > 1:
            yield "pytest runs every finalizer even if one fails, but not the code after a failed `await`"
        if self.value is not None and not isinstance(self.value, cst.Name):
            yield "its finalizers also run if the value that it returns cannot be made"


def finalizers_of(file: FileContext, function: cst.FunctionDef) -> Finalizers | None:
    """Return the finalizers directly before the end of a fixture, if code after a ``yield`` can replace them."""
    parameter = file.parameter(function, _REQUEST)
    if parameter is None or not file.is_fixture(function) or not isinstance(function.body, cst.IndentedBlock):
        return None
    if function.returns is not None:
        annotation = function.returns.annotation
        if last_name(annotation.value if isinstance(annotation, cst.Subscript) else annotation) in _GENERATORS:
            return None
    body = list(function.body.body)
    end = _only(body[-1])
    last = [end] if isinstance(end, cst.Return) else []
    if any(isinstance(each, cst.Return | cst.Yield) and each not in last for each in own_code(function)):
        return None
    at = len(body) - len(last)
    calls: list[cst.Call] = []
    codes: list[cst.Lambda | cst.FunctionDef] = []
    while at > 0 and (found := _registered(file, body, at - 1)) is not None:
        call, code = found
        calls.insert(0, call)
        codes.insert(0, code)
        at -= 2 if isinstance(code, cst.FunctionDef) else 1
    if not codes:
        return None
    value = end.value if isinstance(end, cst.Return) else None
    return Finalizers(parameter, tuple(calls), tuple(codes), len(body) - at, value)


def _only(statement: cst.BaseStatement) -> cst.CSTNode | None:
    """Return the content of a line with one small statement."""
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        return statement.body[0]
    return None


def _registered(
    file: FileContext, body: Sequence[cst.BaseStatement], at: int
) -> tuple[cst.Call, cst.Lambda | cst.FunctionDef] | None:
    """Return the call of ``addfinalizer`` in a statement, with the code that it registers."""
    line = _only(body[at])
    call = line.value if isinstance(line, cst.Expr) else None
    if not isinstance(call, cst.Call) or dotted(call.func) != f"{_REQUEST}.addfinalizer" or len(call.args) != 1:
        return None
    argument = call.args[0]
    code = argument.value
    if argument.keyword is not None or argument.star or comments_in(call):
        return None
    if isinstance(code, cst.Lambda):
        is_call = isinstance(code.body, cst.Call) and not code.body.lpar and not _has_parameters(code.params)
        return (call, code) if is_call else None
    above = body[at - 1] if at else None
    if isinstance(code, cst.Name) and isinstance(above, cst.FunctionDef) and above.name.value == code.value:
        return (call, above) if _is_plain(file, above, code) else None
    return None


def _has_parameters(parameters: cst.Parameters) -> bool:
    every = (*parameters.params, *parameters.kwonly_params, *parameters.posonly_params)
    return bool(every) or parameters.star_kwarg is not None or isinstance(parameters.star_arg, cst.Param)


def _is_plain(file: FileContext, code: cst.FunctionDef, use: cst.Name) -> bool:
    """Return whether the body of a function can move into the fixture: it binds no names and is used once."""
    if code.decorators or code.asynchronous is not None or _has_parameters(code.params):
        return False
    if not isinstance(code.body, cst.IndentedBlock) or code.body.header.comment or code.body.footer:
        return False
    uses = [each for each in file.index.names[use.value] if each is not code.name]
    inner = any(isinstance(each, _NO_TEARDOWN) for each in own_code(code))
    return uses == [use] and not inner and not file.index.scopes[code].bindings


def teardown_edits(file: FileContext, function: cst.FunctionDef, found: Finalizers) -> list[Edit]:
    """Return the edits that write ``yield`` and the code of the finalizers after it, the last one first."""
    edits: list[Edit] = [Modify(function, lambda node: _with_yield(node, found))]
    if file.once(_uses_of_request)[function.body] == len(found.calls):
        edits.append(Remove(found.parameter))
    return edits + _annotation_edits(file, function)


def _uses_of_request(file: FileContext) -> Counter[cst.CSTNode]:
    """Return how many times each node has the name ``request`` below it."""
    return Counter(above for use in file.index.names[_REQUEST] for above in file.index.ancestors(use))


def _with_yield(node: cst.CSTNode, found: Finalizers) -> cst.CSTNode:
    function = cast("cst.FunctionDef", node)
    block = cst.ensure_type(function.body, cst.IndentedBlock)
    kept, moved = list(block.body[: -found.size]), list(block.body[-found.size :])
    end = moved.pop() if isinstance(_only(moved[-1]), cst.Return) else None
    groups: list[list[cst.BaseStatement]] = []
    while moved:
        line = cst.ensure_type(moved.pop(), cst.SimpleStatementLine)
        above = moved.pop() if isinstance(_registered_code(line), cst.Name) else None
        groups.append(_statements(line, above))
    value = cst.ensure_type(_only(end), cst.Return).value if end is not None else None
    space = cst.SimpleWhitespace("" if value is None else " ")
    yields = cst.Expr(cst.Yield(value, whitespace_after_yield=space))
    last = cst.SimpleStatementLine([yields]) if end is None else end.with_changes(body=[yields])
    body = [*kept, last, *(each for group in groups for each in group)]
    return function.with_changes(body=block.with_changes(body=body))


def _registered_code(line: cst.SimpleStatementLine) -> cst.BaseExpression:
    return cst.ensure_type(cst.ensure_type(line.body[0], cst.Expr).value, cst.Call).args[0].value


def _statements(line: cst.SimpleStatementLine, above: cst.BaseStatement | None) -> list[cst.BaseStatement]:
    """Return the code of one finalizer as statements, with the comments above it and its registration."""
    if above is None:
        code = cst.ensure_type(_registered_code(line), cst.Lambda).body
        return [line.with_changes(body=[cst.Expr(code)], leading_lines=_comments(line.leading_lines))]
    definition = cst.ensure_type(above, cst.FunctionDef)
    first, *rest = cst.ensure_type(definition.body, cst.IndentedBlock).body
    assert isinstance(first, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    behind = line.trailing_whitespace.comment
    own = [] if behind is None else [cst.EmptyLine(comment=behind)]
    lines = [*_comments((*definition.leading_lines, *line.leading_lines)), *own, *_comments(first.leading_lines)]
    return [first.with_changes(leading_lines=lines), *rest]


def _comments(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [each for each in lines if each.comment is not None]


def _annotation_edits(file: FileContext, function: cst.FunctionDef) -> list[Edit]:
    """Return the edits that make ``AsyncIterator[X]`` of the return annotation ``X``."""
    found = None if function.returns is None else _async_iterator(file, function)
    if function.returns is None or found is None:
        return []
    old = function.returns.annotation
    name, edits = found
    new = cst.Subscript(cst.parse_expression(name), [cst.SubscriptElement(cst.Index(old))])
    return [Replace(old, new), *edits]


def _async_iterator(file: FileContext, function: cst.FunctionDef) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the name of ``AsyncIterator`` in the file, and the edits that import it; None if that is not possible."""
    found = file.once(_imported_async_iterator)
    if found is not None:
        return found
    module = file.imports.module("typing", function)
    return None if module is None else (f"{module[0]}.{_ASYNC_ITERATOR}", module[1])


def _imported_async_iterator(file: FileContext) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the same if the file imports the name, or others from a module that has it."""
    root = file.index.root
    wanted = {f"{module}.{_ASYNC_ITERATOR}" for module in _TYPING}
    for name, bindings in sorted(root.bindings.items()):
        if len(bindings) == 1 and bindings[0].kind is BindingKind.IMPORT and bindings[0].meaning in wanted:
            return name, ()
    for statement in file.index.module.body:
        line = _only(statement)
        if not isinstance(line, cst.ImportFrom) or isinstance(line.names, cst.ImportStar) or line.relative:
            continue
        if dotted(line.module) in _TYPING and _ASYNC_ITERATOR not in root.bindings:
            return _ASYNC_ITERATOR, (Modify(line, adding(_ASYNC_ITERATOR), (_ASYNC_ITERATOR,)),)
    return None
