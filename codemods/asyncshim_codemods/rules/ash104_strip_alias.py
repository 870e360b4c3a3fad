"""ASH104: a name of the file's own for the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits import Proposal, Remove
from asyncshim_codemods.marker_roles import Role, claimed_by, edits_for, marks
from asyncshim_codemods.markers import Keeps, keeps, removal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits import Edit
    from asyncshim_codemods.file_context import FileContext
    from asyncshim_codemods.marker_roles import Alias


class StripAlias(Rule):
    """An alias goes together with all its uses, or not at all.

    Each use has to be a decorator, an element of ``pytestmark`` or a ``marks=`` of ``pytest.param``; one that is
    anything else, a second binding of the name, or a marker that isolates keeps the alias and is reported. Another file
    that imports the alias would fail to import after that, so the rewrite is unsafe then: look there first.
    """

    code = "ASH104"
    name = "strip-alias"
    summary = "an alias of `pytest.mark.asyncio` and its uses are not needed"
    safety = Safety.SAFE
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
            "A name that is handed on is left to you",
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
        """Look at every assignment of the marker to a name."""
        for alias in file.once(marks).aliases:
            proposal = self._proposal(file, alias)
            if proposal is not None:
                yield proposal

    def _proposal(self, file: FileContext, alias: Alias) -> Proposal | None:
        name = alias.target.value
        removable = file.once(marks).removable
        edits: list[Edit] = [Remove(alias.statement)]
        for use, role in alias.uses:
            claimed = claimed_by(file, use, role)
            if claimed is not None:
                return claimed
            taken = edits_for(file, use, role, removable) if role is not Role.ALIAS else None
            if taken is None or keeps(file, use.call) is not Keeps.NOTHING:
                message = f"`{name}` is used in a way that no rule follows; left as it is"
                return Proposal(alias.marker.name, message, Safety.MANUAL)
            edits += taken
        if file.facts.imported_elsewhere(file.path, name):
            message = f"`{name}` is imported by another file, which has to let go of it as well"
            return Proposal(alias.marker.name, message, Safety.UNSAFE, tuple(edits))
        return removal(file, alias.marker, tuple(edits), f"async tests need no `{name}`")
