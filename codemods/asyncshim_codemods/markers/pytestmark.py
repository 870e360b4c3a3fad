"""The edits that remove a mark from a ``pytestmark`` statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Remove, Replace
from asyncshim_codemods.markers.uses import slot_of
from asyncshim_codemods.syntax.tree import comments_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.markers.uses import MarkUse, Slot
    from asyncshim_codemods.suite.file_context import FileContext


def slot_edits(file: FileContext, place: Slot, removable: Collection[cst.CSTNode]) -> tuple[Edit, ...] | None:
    """Return the edits that remove the mark, or None if other code needs the statement.

    ``removable`` holds every mark of the file to remove, so that a list of only these is removed as a whole.
    """
    if place.element is not None and place.sequence is not None:
        others = [each for each in place.sequence.elements if each.value not in removable]
        parent = file.index.parents[place.sequence]
        if isinstance(parent, cst.BinaryOperation) and not others:
            return (_without_operand(parent, place.sequence) or Remove(place.element),)
        whole = not isinstance(parent, cst.BinaryOperation) and not others
        if not whole or _is_needed(file, place.statement):
            return (Remove(place.element),)
        return (Remove(place.statement),)
    return None if _is_needed(file, place.statement) else (Remove(place.statement),)


def _without_operand(sum_: cst.BinaryOperation, empty: cst.BaseExpression) -> Replace | None:
    """Return the replacement of ``[] + [mark]`` by ``[mark]``; None if there is a comment between the two."""
    rest = sum_.right if sum_.left is empty else sum_.left
    between = (sum_.operator, empty)
    if (
        not isinstance(sum_.operator, cst.Add)
        or isinstance(rest, cst.BinaryOperation)
        or any(map(comments_in, between))
    ):
        return None
    return Replace(sum_, rest.with_changes(lpar=[*sum_.lpar, *rest.lpar], rpar=[*rest.rpar, *sum_.rpar]))


def emptied(file: FileContext, use: MarkUse, done: AcceptedEdits) -> Remove | None:
    """Return the edit for a statement whose list lost its last element to another rule, or None."""
    place = slot_of(file, use)
    if place is None or place.sequence is None or done.is_gone(place.statement) or _is_needed(file, place.statement):
        return None
    is_whole = not isinstance(file.index.parents[place.sequence], cst.BinaryOperation)
    return Remove(place.statement) if is_whole and all(map(done.is_gone, place.sequence.elements)) else None


def _is_read(file: FileContext, owner: cst.ClassDef) -> bool:
    """Return whether code may read ``Class.pytestmark``: here, or where the class is imported."""
    if file.index.attributes.get("pytestmark"):
        return True
    return bool(file.facts.mark_readers - {file.path}) and file.is_class_taken(owner)


def _is_needed(file: FileContext, statement: cst.BaseSmallStatement) -> bool:
    """Return whether other code uses the name that the statement binds, here or in a file that imports it."""
    if not isinstance(statement, cst.Assign | cst.AnnAssign):
        return False
    if file.is_handed_on("pytestmark"):
        return True
    scope = file.index.scope_of(statement)
    if isinstance(scope.node, cst.ClassDef) and _is_read(file, scope.node):
        return True
    target = statement.targets[0].target if isinstance(statement, cst.Assign) else statement.target
    return any(name is not target for name in file.names.mentions("pytestmark", scope))
