"""``Iterator[X]`` and ``Generator[X, None, None]`` on what became an async generator, and the imports for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.model import Change, Replace
from asyncshim_codemods.event_loop.to_async import make_async
from asyncshim_codemods.event_loop.triage import verdicts
from asyncshim_codemods.syntax.bindings import dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.edits.rebuild import Rebuild
    from asyncshim_codemods.event_loop.triage import Verdict
    from asyncshim_codemods.suite.file_context import FileContext

_ASYNC = {"Generator": "AsyncGenerator", "Iterator": "AsyncIterator", "Iterable": "AsyncIterable"}
_MODULES = ("typing", "typing_extensions", "collections.abc")


REPORT = "the return annotation is of a plain generator; it is an async one now"


def async_annotations(file: FileContext, done: Rebuild, code: str) -> Iterator[tuple[Verdict, tuple[Edit, ...] | None]]:
    """The edits of each annotation that has to follow a function of that rule; None where the new name cannot be had.

    All rules that make functions async are looked at together, because their annotations may share an import.
    """
    found = [
        (verdict, heads[0])
        for verdict in file.once(verdicts)
        if make_async in done.changes.get(verdict.request.function, ())
        and (heads := list(_heads(file, verdict.request.function)))
    ]
    going = {head for _, head in found}
    for verdict, head in found:
        if verdict.code == code:
            yield verdict, _edits(file, done, head, going)


def _heads(file: FileContext, function: cst.FunctionDef) -> Iterator[cst.Name | cst.Attribute]:
    """``Iterator`` of ``-> Iterator[X]``, as it is written."""
    annotation = None if function.returns is None else function.returns.annotation
    head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
    if isinstance(head, cst.Name | cst.Attribute):
        module, _, name = (file.names.of(head) or "").rpartition(".")
        if module in _MODULES and name in _ASYNC:
            yield head


def _edits(
    file: FileContext, done: Rebuild, head: cst.Name | cst.Attribute, going: set[cst.Name | cst.Attribute]
) -> tuple[Edit, ...] | None:
    name = (file.names.of(head) or "").rpartition(".")[2]
    edits: tuple[Edit, ...] = ()
    if isinstance(head, cst.Attribute):
        edits += (Replace(head.attr, cst.Name(_ASYNC[name])),)
    else:
        imported = _imported(file, done, head, going)
        if imported is None:
            return None
        edits += (Replace(head, cst.Name(_ASYNC[name])), *imported)
    slices = file.index.parents[head]
    if name == "Generator" and isinstance(slices, cst.Subscript) and len(slices.slice) == 3:
        edits += (Change(slices, _without_return_type),)
    return edits


def _imported(
    file: FileContext, done: Rebuild, head: cst.Name, going: set[cst.Name | cst.Attribute]
) -> tuple[Edit, ...] | None:
    """The edits that bring the async name in: beside the plain one, or in its place when that has no use any more."""
    home = file.names.home(head.value, file.index.scope_of(head))
    bindings = [] if home is None else home.bindings[head.value]
    if home is None or len(bindings) != 1:
        return None
    alias = bindings[0].node
    statement = file.index.parent(alias)
    if not isinstance(alias, cst.ImportAlias) or alias.asname is not None or not isinstance(statement, cst.ImportFrom):
        return None
    new = _ASYNC[head.value]
    if new in home.bindings:
        same = file.names.lookup(new, home).name == (file.names.of(head) or "").replace(head.value, new)
        return () if same else None
    others = [
        each
        for each in file.index.names[head.value]
        if each not in going
        and not done.is_gone(each)
        and file.names.home(each.value, file.index.scope_of(each)) is home
    ]
    if not others:
        return (Replace(alias, alias.with_changes(name=cst.Name(new), comma=alias.comma)),)
    return (Change(statement, _adding(new), (new,)),)


def _adding(name: str) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """A change of a ``from`` import that has it import ``name`` as well, where a sorted list would have it."""

    def how(node: cst.CSTNode) -> cst.CSTNode:
        statement = cast("cst.ImportFrom", node)
        assert not isinstance(statement.names, cst.ImportStar)
        names = list(statement.names)
        written = [dotted(each.name) or "" for each in names]
        if name in written:
            return node
        at = next((i for i, each in enumerate(written) if each > name), len(names))
        separator = _separator(statement, names)
        new = cst.ImportAlias(cst.Name(name), comma=separator)
        if at == len(names):
            new = new.with_changes(comma=names[-1].comma)
            names[-1] = names[-1].with_changes(comma=separator)
        return statement.with_changes(names=[*names[:at], new, *names[at:]])

    return how


def _separator(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias]) -> cst.Comma:
    """A comma with the white space that stands between the names of this import, without its comments."""
    space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    first = names[0].comma
    if len(names) > 1 and isinstance(first, cst.Comma):
        space = first.whitespace_after
    elif statement.lpar is not None:
        space = statement.lpar.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        space = space.with_changes(first_line=cst.TrailingWhitespace(newline=space.first_line.newline), empty_lines=())
    return cst.Comma(whitespace_after=space if space.empty is False else cst.SimpleWhitespace(" "))


def _without_return_type(node: cst.CSTNode) -> cst.CSTNode:
    """``Generator[X, Y, Z]`` without the ``Z``."""
    subscript = cast("cst.Subscript", node)
    sent, returned = subscript.slice[1], subscript.slice[2]
    return subscript.with_changes(slice=[subscript.slice[0], sent.with_changes(comma=returned.comma)])
