"""The edits that make a function ``async def``, with its ``run_until_complete`` calls and its annotation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.await_expression import awaiting
from asyncshim_codemods.edits.import_names import adding
from asyncshim_codemods.edits.model import Modify, Remove, Replace
from asyncshim_codemods.event_loop.finalizers import finalizers_of, teardown_edits
from asyncshim_codemods.event_loop.replacements import binding_edit
from asyncshim_codemods.event_loop.uses import UseKind, running_loop, uses_of
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import own_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.event_loop.uses import Request
    from asyncshim_codemods.suite.file_context import FileContext

_ASYNC = {"Generator": "AsyncGenerator", "Iterator": "AsyncIterator", "Iterable": "AsyncIterable"}
_MODULES = ("typing", "typing_extensions", "collections.abc")
_SYNC = frozenset(f"{module}.{name}" for module in _MODULES for name in _ASYNC)

REPORT = "the return annotation is that of a synchronous generator; change it to an async one"


def become_async(file: FileContext, request: Request) -> tuple[Edit, ...]:
    """Return the edits that write ``async def`` and ``await``, for a request without certain obstacles."""
    edits: list[Edit] = [Remove(request.parameter), Modify(request.function, make_async)]
    if request.keeps_loop:
        name, imports = running_loop(file, request) or ("asyncio", ())
        edits += [binding_edit(file, request.function, request.parameter, name, _remaining(file, request)), *imports]
    for call in request.runs:
        how = awaiting(file.index, call)
        assert how is not None
        edits.append(Modify(call, how))
    if (finalizers := finalizers_of(file, request.function)) is not None:
        edits += teardown_edits(file, request.function, finalizers)
    return (*edits, *needless(file, request))


def _remaining(file: FileContext, request: Request) -> list[cst.Name]:
    """Return the uses of the parameter that the other edits do not remove."""
    removed: set[cst.CSTNode] = {use.node for use in request.of(UseKind.NEEDLESS)}
    for call in request.runs:
        removed.add(cst.ensure_type(call.func, cst.Attribute).value)
    for use in request.of(UseKind.MADE_CURRENT):
        removed.update(cst.ensure_type(use.node, cst.Call).args)
    return [
        name
        for name in uses_of(file, request.function, request.parameter)
        if removed.isdisjoint((name, file.index.parents[name]))
    ]


def needless(file: FileContext, request: Request) -> tuple[Edit, ...]:
    """Return the edits of code that needs the parameter: ``loop=`` arguments, aliases, ``set_event_loop``."""
    found: list[Edit] = []
    for use in request.uses:
        if use.kind is UseKind.NEEDLESS or (use.kind is UseKind.ALIAS and not request.keeps_loop):
            found.append(Remove(use.node))
        elif use.kind is UseKind.MADE_CURRENT:
            found.append(Remove(file.index.parents[use.node]))
    return tuple(found)


def make_async(node: cst.CSTNode) -> cst.CSTNode:
    """Return a function as ``async def``."""
    return node.with_changes(asynchronous=cst.Asynchronous())


def async_annotations(
    file: FileContext, done: AcceptedEdits, requests: Iterable[Request]
) -> Iterator[tuple[Request, tuple[Edit, ...] | None]]:
    """Yield the edits of each return annotation that has to become async; None where the new name is not available.

    ``requests`` are those of all rules that make functions async, because their annotations may share an import.
    """
    found = [
        (request, heads[0])
        for request in requests
        if make_async in done.changes.get(request.function, ()) and (heads := list(_heads(file, request.function)))
    ]
    going = {head for _, head in found}
    for request, head in found:
        yield request, _edits(file, done, head, going)


def _heads(file: FileContext, function: cst.FunctionDef) -> Iterator[cst.BaseExpression]:
    """Yield ``Iterator`` of ``-> Iterator[X]`` of a generator, or an annotation in quotes that begins with it."""
    if not any(isinstance(each, cst.Yield) for each in own_code(function)):
        return
    annotation = None if function.returns is None else function.returns.annotation
    head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    if isinstance(head, cst.SimpleString):
        if (text_of(head) or "").partition("[")[0].rpartition(".")[2].strip() in _ASYNC:
            yield head
    elif isinstance(head, cst.Name | cst.Attribute):
        meaning = file.names.meaning(head)
        possible = meaning.possible if meaning.name is None else frozenset({meaning.name})
        if any(
            module in _MODULES and name in _ASYNC for module, _, name in (each.rpartition(".") for each in possible)
        ):
            yield head


def _edits(
    file: FileContext, done: AcceptedEdits, head: cst.BaseExpression, going: set[cst.BaseExpression]
) -> tuple[Edit, ...] | None:
    name = (file.names.of(head) or "").rpartition(".")[2]
    edits: tuple[Edit, ...] = ()
    if not name:
        return None
    if isinstance(head, cst.Attribute):
        edits += (Replace(head.attr, cst.Name(_ASYNC[name])),)
    else:
        imported = _imported(file, done, cst.ensure_type(head, cst.Name), going)
        if imported is None:
            return None
        edits += (Replace(head, cst.Name(_ASYNC[name])), *imported)
    slices = file.index.parents[head]
    if name == "Generator" and isinstance(slices, cst.Subscript) and len(slices.slice) == 3:
        edits += (Modify(slices, _without_return_type),)
    return edits


def _imported(
    file: FileContext, done: AcceptedEdits, head: cst.Name, going: set[cst.BaseExpression]
) -> tuple[Edit, ...] | None:
    """Return the edits that import the async name, next to the other one or in its place if it has no other use."""
    home = file.names.home(head.value, file.index.scope_of(head))
    bindings = [] if home is None else home.bindings[head.value]
    if home is None or len(bindings) != 1:
        return None
    alias = bindings[0].node
    statement = file.index.parent(alias)
    if not isinstance(alias, cst.ImportAlias) or alias.asname is not None or not isinstance(statement, cst.ImportFrom):
        return None
    new = _ASYNC[head.value]
    is_used = any(
        each not in going and not done.is_gone(each) and file.names.home(each.value, file.index.scope_of(each)) is home
        for each in file.index.names[head.value]
    )
    if new in home.bindings:
        if file.names.lookup(new, home).name not in {f"{module}.{new}" for module in _MODULES}:
            return None
        return () if is_used or done.is_gone(alias) else (Remove(alias),)
    if not is_used:
        return (Replace(alias, alias.with_changes(name=cst.Name(new), comma=alias.comma)),)
    return (Modify(statement, adding(new), (new,)),)


def _without_return_type(node: cst.CSTNode) -> cst.CSTNode:
    """Return ``Generator[X, Y, Z]`` without the ``Z``."""
    subscript = cast("cst.Subscript", node)
    sent, returned = subscript.slice[1], subscript.slice[2]
    return subscript.with_changes(slice=[subscript.slice[0], sent.with_changes(comma=returned.comma)])
