"""ASH103: the marker on single parameter sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.roles import Role, edits_for, marks, strip
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class StripParamMark(Rule):
    """``pytest.param(…, marks=pytest.mark.asyncio)`` marks one case of a test that runs without a marker.

    The rule removes the mark from the list, or the whole argument; the id and the values of the case stay. If the same
    ``parametrize`` also names the marker of another backend, the marks choose the backend of each case, and nothing is
    changed.
    """

    code = "ASH103"
    name = "strip-param-mark"
    summary = "`pytest.param(..., marks=pytest.mark.asyncio)` needs no mark"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "One mark, and a list of two",
            before="""
                import pytest


                @pytest.mark.parametrize(
                    "n",
                    [
                        pytest.param(1, marks=pytest.mark.asyncio, id="one"),
                        pytest.param(2, marks=[pytest.mark.slow, pytest.mark.asyncio]),
                    ],
                )
                async def test_n(n):
                    ...
            """,
            after="""
                import pytest


                @pytest.mark.parametrize(
                    "n",
                    [
                        pytest.param(1, id="one"),
                        pytest.param(2, marks=[pytest.mark.slow]),
                    ],
                )
                async def test_n(n):
                    ...
            """,
        ),
        Example(
            "Marks that choose a backend need manual review",
            before="""
                import pytest

                @pytest.mark.parametrize(
                    "n",
                    [pytest.param(1, marks=pytest.mark.asyncio), pytest.param(2, marks=pytest.mark.trio)],
                )
                async def test_n(n):
                    ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every ``marks=`` argument that holds the marker."""
        found = file.once(marks)
        for use in found.of(Role.PARAM):
            edits = edits_for(file, use, Role.PARAM, found.removable)
            assert edits is not None
            message = "this case runs without `pytest.mark.asyncio`"
            proposal = strip(file, use, Role.PARAM, edits, message)
            if proposal is not None:
                yield proposal
