"""ASH104: an alias of the marker, in the file that defines it and in those that import it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.roles import Role, claimed_by, edits_for, imported_aliases, leak_warning, marks, removal
from asyncshim_codemods.markers.uses import Keeps, keeps
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.markers.roles import Alias
    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext


class StripAlias(Rule):
    """The rule removes an alias together with all its uses, or not at all.

    Each use has to be a decorator, an element of ``pytestmark`` or a ``marks=`` of ``pytest.param``. The alias stays
    and is reported if there is another kind of use, a second binding of the name, an entry in ``__all__`` or a marker
    that requests a separate loop, or if a file imports the whole module. If another file imports the alias by name, the
    rewrite is unsafe: the same run removes the import and the uses in that file. The alias stays if this is not
    possible: the other file uses the name in another way, is not among the given paths, is read-only, or has a
    suppression comment.
    """

    code = "ASH104"
    name = "strip-alias"
    summary = "an alias of `pytest.mark.asyncio` and its uses are not needed"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "A decorator with a short name",
            before="""
                import pytest

                aio = pytest.mark.asyncio(loop_scope="module")


                @aio
                @pytest.mark.slow
                async def test_answer():
                    ...
            """,
            after="""
                import pytest


                @pytest.mark.slow
                async def test_answer():
                    ...
            """,
        ),
        Example(
            "A name that is passed to other code needs manual review",
            before="""
                import pytest
                from helpers import decorate

                aio = pytest.mark.asyncio

                decorate(aio)
            """,
        ),
        Example(
            "An alias of another mark",
            before="""
                import pytest

                slow = pytest.mark.slow


                @slow
                async def test_answer():
                    ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every assignment of the marker to a name, and at such names from other files."""
        for alias in file.once(marks).aliases:
            proposal = self._own(file, alias)
            if proposal is not None:
                yield proposal
        for local, node, uses in imported_aliases(file):
            claimed = _claimed(file, uses)
            if claimed is not None:
                yield claimed
                continue
            edits = self._edits(file, uses)
            message = f"`{cst.ensure_type(node.name, cst.Name).value}` is another file's name for the marker"
            if edits is None:
                yield Proposal(node, f"{message}; no rule can follow one of its uses", Safety.MANUAL)
            elif file.is_handed_on(local):
                yield Proposal(node, f"{message}, and other files may import it from here; it stays", Safety.MANUAL)
            else:
                yield Proposal(node, message, Safety.UNSAFE, (Remove(node), *edits))

    def _own(self, file: FileContext, alias: Alias) -> Proposal | None:
        name = alias.target.value
        claimed = _claimed(file, alias.uses)
        if claimed is not None:
            return claimed
        edits = self._edits(file, alias.uses)
        owner = file.index.scope_of(alias.statement).node
        if edits is None or file.is_exported(name) or (isinstance(owner, cst.ClassDef) and _is_read(file, name, owner)):
            message = f"no rule can follow a use of `{name}`; it stays"
            return Proposal(alias.marker.name, message, Safety.MANUAL)
        edits = (Remove(alias.statement), *edits)
        if file.facts.imported_elsewhere(file.path, name):
            if file.facts.imported_whole(file.path):
                message = f"another file imports this whole module and may use `{name}`; it stays"
                return Proposal(alias.marker.name, message, Safety.MANUAL)
            keeper = file.facts.keeper_of(file.path, name)
            if keeper is not None:
                message = f"{keeper} imports `{name}`, and this run does not remove it there; it stays"
                return Proposal(alias.marker.name, message, Safety.MANUAL)
            message = f"another file imports `{name}`, and has to be rewritten as well"
            return Proposal(alias.marker.name, message, Safety.UNSAFE, edits)
        kept_alive = leak_warning(file, alias.marker, alias.uses)
        return removal(file, alias.marker, edits, f"async tests need no `{name}`", kept_alive)

    def _edits(self, file: FileContext, uses: Iterable[tuple[MarkUse, Role]]) -> tuple[Edit, ...] | None:
        """Return the edits that remove all uses; None if one of them is of an unknown kind."""
        found = file.once(marks)
        whole = found.removable | {use.whole for use, _ in uses}
        edits: list[Edit] = []
        for use, role in uses:
            taken = edits_for(file, use, role, whole) if role is not Role.ALIAS else None
            if taken is None or keeps(file, use.call) is not Keeps.NOTHING:
                return None
            edits += taken
        return tuple(edits)


def _claimed(file: FileContext, uses: Iterable[tuple[MarkUse, Role]]) -> Proposal | None:
    """Return a report of the first use on a test to which another backend's marker applies."""
    return next(filter(None, (claimed_by(file, use) for use, _ in uses)), None)


def _is_read(file: FileContext, name: str, owner: cst.ClassDef) -> bool:
    """Return whether code may read the name as an attribute of the class: here, or where the class is imported."""
    return bool(file.index.attributes.get(name)) or file.is_class_taken(owner)
