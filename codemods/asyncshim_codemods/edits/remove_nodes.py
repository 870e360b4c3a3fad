"""Removes children of a node: for each kind of node, what happens to the lines and comments around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.comma_lists import drop
from asyncshim_codemods.edits.stale_comments import without_marker_line, without_stale_lines, worth_keeping
from asyncshim_codemods.syntax.tree import children_of, comments_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


def remove_from(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    """Return ``node`` without its children that are in ``gone``."""
    for kind, remover in _REMOVERS.items():
        if isinstance(node, kind):
            return remover(node, gone)
    raise TypeError(f"nothing can be removed from a {type(node).__name__}")


def _decorators(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    owner = cast("cst.FunctionDef | cst.ClassDef", node)
    kept: list[cst.Decorator] = []
    lines: list[cst.EmptyLine] = []
    for decorator in owner.decorators:
        if decorator in gone:
            lines += [
                *without_stale_lines(decorator.leading_lines),
                *_own_lines(decorator.decorator, decorator.trailing_whitespace),
            ]
        else:
            kept.append(
                decorator.with_changes(leading_lines=[*lines, *decorator.leading_lines]) if lines else decorator
            )
            lines = []
    if owner.decorators[0] in gone:
        owner = owner.with_changes(leading_lines=without_marker_line(owner.leading_lines))
    return owner.with_changes(decorators=kept, lines_after_decorators=[*lines, *owner.lines_after_decorators])


def _own_lines(*nodes: cst.CSTNode) -> list[cst.EmptyLine]:
    """Return lines for the comments in removed nodes, except comments for a tool."""
    return _comment_lines(comment for node in nodes for comment in comments_in(node) if worth_keeping(comment))


def _comment_lines(comments: Iterable[cst.Comment]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=comment) for comment in comments]


def comments_around(node: cst.CSTNode) -> list[cst.Comment]:
    """Return the comments to keep of a removed node; of a function or class only those above it."""
    found: list[cst.Comment] = []
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, cst.Comment):
            found += [each] * worth_keeping(each)
        elif isinstance(each, cst.FunctionDef | cst.ClassDef):
            pending += reversed(each.leading_lines)
        else:
            pending += reversed([*children_of(each)])
    return found


def _bracketed(left: str, right: str) -> Callable[[cst.CSTNode, Collection[cst.CSTNode]], cst.CSTNode]:
    """Return a remover for the elements of a list or set, with the fields of its brackets."""

    def remover(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
        holder = cast("cst.List | cst.Set", node)
        opening: cst.LeftSquareBracket | cst.LeftCurlyBrace = getattr(holder, left)
        closing: cst.RightSquareBracket | cst.RightCurlyBrace = getattr(holder, right)
        kept, after, before = drop(holder.elements, gone, opening.whitespace_after, closing.whitespace_before)
        brackets = {
            left: opening.with_changes(whitespace_after=after),
            right: closing.with_changes(whitespace_before=before),
        }
        return holder.with_changes(elements=kept, **brackets)

    return remover


def _tuple(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    holder = cast("cst.Tuple", node)
    empty = cst.SimpleWhitespace("")
    opening = holder.lpar[-1].whitespace_after if holder.lpar else empty
    closing = holder.rpar[0].whitespace_before if holder.rpar else empty
    kept, opening, closing = drop(holder.elements, gone, opening, closing)
    if len(kept) == 1 and not isinstance(kept[0].comma, cst.Comma):
        kept = [kept[0].with_changes(comma=cst.Comma())]
    if not holder.lpar:
        return holder.with_changes(elements=kept)
    return holder.with_changes(
        elements=kept,
        lpar=[*holder.lpar[:-1], holder.lpar[-1].with_changes(whitespace_after=opening)],
        rpar=[holder.rpar[0].with_changes(whitespace_before=closing), *holder.rpar[1:]],
    )


def _call(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    call = cast("cst.Call", node)
    kept, opening, _ = drop(call.args, gone, call.whitespace_before_args, cst.SimpleWhitespace(""))
    return call.with_changes(args=kept, whitespace_before_args=opening)


def _import(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    statement = cast("cst.Import", node)
    empty = cst.SimpleWhitespace("")
    kept, _, _ = drop(statement.names, gone, empty, empty)
    return statement.with_changes(names=kept)


def _import_from(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    statement = cast("cst.ImportFrom", node)
    assert not isinstance(statement.names, cst.ImportStar)
    empty = cst.SimpleWhitespace("")
    opening = empty if statement.lpar is None else statement.lpar.whitespace_after
    closing = empty if statement.rpar is None else statement.rpar.whitespace_before
    kept, opening, closing = drop(statement.names, gone, opening, closing)
    if statement.lpar is None or statement.rpar is None:
        return statement.with_changes(names=kept)
    return statement.with_changes(
        names=kept,
        lpar=statement.lpar.with_changes(whitespace_after=opening),
        rpar=statement.rpar.with_changes(whitespace_before=closing),
    )


def _line(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    line = cast("cst.SimpleStatementLine | cst.SimpleStatementSuite", node)
    kept = [statement for statement in line.body if statement not in gone]
    if not kept:
        return line.with_changes(body=[cst.Pass()])
    if line.body[-1] in gone:
        kept[-1] = kept[-1].with_changes(semicolon=line.body[-1].semicolon)
    return line.with_changes(body=kept)


def _block(node: cst.CSTNode, gone: Collection[cst.CSTNode]) -> cst.CSTNode:
    block = cast("cst.IndentedBlock | cst.Module", node)
    # After the comments and blank lines at the start of a file, the next statement keeps its blank lines.
    kept, left_over = without_statements(block.body, gone, first=not (isinstance(block, cst.Module) and block.header))
    if isinstance(block, cst.Module):
        return block.with_changes(body=kept, footer=[*left_over, *block.footer])
    if kept:
        return block.with_changes(body=kept, footer=[*left_over, *block.footer])
    empty = cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=left_over)
    return block.with_changes(body=[empty])


def without_statements(
    body: Sequence[cst.BaseStatement], gone: Collection[cst.CSTNode], *, first: bool
) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
    """Return the statements that stay, and the comment lines after the last of them.

    A comment above or next to a removed statement stays in its place, unless it is about the runner. Of the blank
    lines before and after it, the longer run stays; at the start of a block (``first``) none. Between lines that are no
    definitions, one blank line stays of the two around a removed definition.
    """
    kept: list[cst.BaseStatement] = []
    lines: list[cst.EmptyLine] = []
    removing = definition = False
    for statement in body:
        leading: list[cst.EmptyLine] = list(getattr(statement, "leading_lines", ()))
        if statement in gone:
            leading = without_stale_lines(leading)
            lines = join_lines(lines, leading) if removing else leading
            lines = [*lines, *_comment_lines(comments_around(statement.with_changes(leading_lines=())))]
            removing, definition = True, definition or isinstance(statement, _DEFINITIONS)
            continue
        if removing:
            joined = join_lines(lines, leading)
            if first and not kept:
                joined = _without_blanks(joined)
            elif definition and kept and _are_plain(kept[-1], statement) and joined and joined[0].comment is None:
                joined = [joined[0], *_without_blanks(joined)]
            statement = statement.with_changes(leading_lines=joined)  # noqa: PLW2901
        kept.append(statement)
        lines, removing, definition = [], False, False
    while lines and lines[-1].comment is None:
        lines.pop()
    return kept, lines


def _are_plain(before: cst.BaseStatement, after: cst.BaseStatement) -> bool:
    return isinstance(before, cst.SimpleStatementLine) and not isinstance(after, _DEFINITIONS)


def join_lines(before: Sequence[cst.EmptyLine], after: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines around a removed statement, with the longer of two adjacent runs of blank lines, at most two."""
    end = len(before)
    while end and before[end - 1].comment is None:
        end -= 1
    start = 0
    while start < len(after) and after[start].comment is None:
        start += 1
    blank = max(before[end:], after[:start], key=len)[:2]
    return [*before[:end], *blank, *after[start:]]


def _without_blanks(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines after the blank lines at the start."""
    return join_lines((), lines)[next((i for i, line in enumerate(lines) if line.comment is not None), len(lines)) :]


def without_parameters(function: cst.FunctionDef, gone: Collection[cst.CSTNode]) -> cst.FunctionDef:
    """Return ``function`` without the parameters in ``gone``, and without a star or slash that loses its parameters."""
    parameters = function.params
    items: list[cst.Param | cst.ParamStar | cst.ParamSlash] = [*parameters.posonly_params]
    if isinstance(parameters.posonly_ind, cst.ParamSlash):
        items.append(parameters.posonly_ind)
    items += parameters.params
    star = parameters.star_arg
    if isinstance(star, cst.Param | cst.ParamStar):
        items.append(star)
    items += parameters.kwonly_params
    if parameters.star_kwarg is not None:
        items.append(parameters.star_kwarg)
    going = set(gone)
    if isinstance(star, cst.ParamStar) and all(each in going for each in parameters.kwonly_params):
        going.add(star)
    if isinstance(parameters.posonly_ind, cst.ParamSlash) and all(each in going for each in parameters.posonly_params):
        going.add(parameters.posonly_ind)
    empty = cst.SimpleWhitespace("")
    kept, opening, _ = drop(items, going, function.whitespace_before_params, empty)
    # `drop` keeps the order but makes new items, so count them to find their places.
    rest = iter(kept)

    def deal(old: Sequence[cst.Param]) -> list[cst.Param]:
        return [cast("cst.Param", next(rest)) for each in old if each not in going]

    changes: dict[str, object] = {"posonly_params": deal(parameters.posonly_params)}
    if isinstance(parameters.posonly_ind, cst.ParamSlash):
        changes["posonly_ind"] = cst.MaybeSentinel.DEFAULT if parameters.posonly_ind in going else next(rest)
    changes["params"] = deal(parameters.params)
    if isinstance(star, cst.Param | cst.ParamStar):
        changes["star_arg"] = cst.MaybeSentinel.DEFAULT if star in going else next(rest)
    changes["kwonly_params"] = deal(parameters.kwonly_params)
    if parameters.star_kwarg is not None:
        changes["star_kwarg"] = None if parameters.star_kwarg in going else next(rest)
    return function.with_changes(params=parameters.with_changes(**changes), whitespace_before_params=opening)


_REMOVERS: dict[
    type[cst.CSTNode] | tuple[type[cst.CSTNode], ...], Callable[[cst.CSTNode, Collection[cst.CSTNode]], cst.CSTNode]
] = {
    (cst.FunctionDef, cst.ClassDef): _decorators,
    cst.List: _bracketed("lbracket", "rbracket"),
    cst.Set: _bracketed("lbrace", "rbrace"),
    cst.Tuple: _tuple,
    cst.Call: _call,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
    (cst.SimpleStatementLine, cst.SimpleStatementSuite): _line,
    (cst.IndentedBlock, cst.Module): _block,
}
