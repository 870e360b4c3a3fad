"""ASH201: ``pytest_asyncio.fixture`` becomes ``pytest.fixture``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.markers.fixture_decorator import (
    FIXTURE,
    UnreadableError,
    decorates_async,
    disguised_edits,
    kept_alive,
    other_scope,
    plain_edits,
    pytest_in_disguise,
    uses_of_disguise,
)
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import is_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class PlainFixture(Rule):
    """Every runner that this migration supports runs async fixtures under pytest's own decorator.

    The rule removes ``loop_scope``, because there is only one loop. A loop scope wider than the fixture's own scope
    keeps its tasks alive longer; if the fixture may leak a task or a server, the rewrite is unsafe (see ASH101).
    Synchronous functions under this decorator always were ordinary fixtures. The rule adds ``import pytest`` if it is
    missing; ASH205 removes the old import.

    Like ASH101 this needs auto mode: if the configuration says ``strict`` and ASH401 is not selected, the rewrite of an
    async fixture is unsafe. It is also unsafe if the decorator is passed to other code as a value. An argument list
    that the rule cannot read (``**options``) needs manual review.
    """

    code = "ASH201"
    name = "plain-fixture"
    summary = "`pytest.fixture` does what `pytest_asyncio.fixture` did"
    safety = Safety.SAFE
    words = ("pytest_asyncio",)
    since = "0.17"
    examples = (
        Example(
            "A fixture with scopes",
            before="""
                import pytest_asyncio


                @pytest_asyncio.fixture(scope="module", loop_scope="session")
                async def pool():
                    yield 1
            """,
            after="""
                import pytest


                @pytest.fixture(scope="module")
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "Another name for the module",
            before="""
                import pytest as pt
                import pytest_asyncio as pa


                @pa.fixture
                def plain():
                    return pt.approx(1)
            """,
            after="""
                import pytest as pt


                @pt.fixture
                def plain():
                    return pt.approx(1)
            """,
        ),
        Example(
            "Options that cannot be read need manual review",
            before="""
                import pytest_asyncio

                OPTIONS = {}


                @pytest_asyncio.fixture(**OPTIONS)
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "A module that may be missing needs manual review",
            before="""
                try:
                    import pytest_asyncio
                except ImportError:
                    pytest_asyncio = None


                @pytest_asyncio.fixture
                async def pool():
                    yield 1
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every ``pytest_asyncio.fixture`` that is an attribute of the module."""
        disguise = pytest_in_disguise(file)
        if disguise is not None:
            yield self._proposal(file, disguise)
        for use in file.names.uses(FIXTURE):
            if isinstance(use, cst.Attribute) and not (disguise and is_name(use.value, "pytest")):
                yield self._proposal(file, use)
        for node in file.names.doubtful(FIXTURE):
            message = "this may be `pytest_asyncio.fixture`, but the name is bound in more than one way"
            yield Proposal(node, message, Safety.MANUAL)

    def _proposal(self, file: FileContext, use: cst.Attribute | cst.ImportAlias) -> Proposal:
        try:
            edits, proved = disguised_edits(file, use) if isinstance(use, cst.ImportAlias) else plain_edits(file, use)
        except UnreadableError as reason:
            return Proposal(use, f"{reason}; review it manually", Safety.MANUAL)
        if file.stays_strict() and decorates_async(file, use):
            return Proposal(use, file.why_strict, file.strict_safety, edits)
        if not proved:
            return Proposal(
                use, "passed to other code as a value, which may call it with `loop_scope`", Safety.UNSAFE, edits
            )
        uses = uses_of_disguise(file) if isinstance(use, cst.ImportAlias) else [use]
        if why := other_scope(file, uses):
            return Proposal(use, why, Safety.MANUAL)
        if warning := kept_alive(file, uses):
            return Proposal(use, warning, Safety.UNSAFE, edits)
        return Proposal(use, "`pytest.fixture` runs async fixtures as well", Safety.SAFE, edits)
