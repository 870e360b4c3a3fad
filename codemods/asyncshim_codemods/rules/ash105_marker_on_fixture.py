"""ASH105: the marker on a fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.roles import Role, marks
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class MarkerOnFixture(Rule):
    """Marks on fixtures never had an effect, and pytest 9 rejects them when it imports the module.

    The rule removes the marker with its arguments, above or below the fixture decorator. This does not change which
    plugin runs the fixture.
    """

    code = "ASH105"
    name = "marker-on-fixture"
    summary = "`@pytest.mark.asyncio` has no effect on a fixture"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "Below the decorator",
            before="""
                import pytest


                @pytest.fixture
                @pytest.mark.asyncio
                async def pool():
                    yield 1
            """,
            after="""
                import pytest


                @pytest.fixture
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "Above it",
            before="""
                import pytest


                @pytest.mark.asyncio(loop_scope="session")  # keeps the pool alive
                @pytest.fixture(scope="session")
                async def pool():
                    yield 1
            """,
            after="""
                import pytest


                # keeps the pool alive
                @pytest.fixture(scope="session")
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "Another mark on a fixture stays",
            before="""
                import pytest


                @pytest.fixture
                @pytest.mark.slow
                async def pool():
                    yield 1
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every fixture with the marker."""
        for use in file.once(marks).of(Role.FIXTURE):
            message = "the marker has no effect on a fixture"
            yield Proposal(use.name, message, Safety.SAFE, (Remove(use.holder),))
