"""ASH201: ``pytest_asyncio.fixture`` becomes ``pytest.fixture``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits import Proposal, Replace
from asyncshim_codemods.fixture_uses import FIXTURE, UnreadableError, decorates_async, is_plain_use, without_loop_scope
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits import Edit
    from asyncshim_codemods.file_context import FileContext


class PlainFixture(Rule):
    """Every runner that this migration targets runs async fixtures under pytest's own decorator.

    ``loop_scope`` goes: there is one loop, so no fixture has to say on which. Sync functions under this decorator
    always were ordinary fixtures. ``import pytest`` is added where it is missing; ASH205 takes the old import away.

    Like ASH101 this rests on auto mode: where the configuration says ``strict`` and ASH401 is not selected, the rewrite
    of an async fixture is unsafe. An argument list that cannot be read (``**options``) and a decorator that is handed
    on as a value are not proved either.
    """

    code = "ASH201"
    name = "plain-fixture"
    summary = "`pytest.fixture` does what `pytest_asyncio.fixture` did"
    safety = Safety.SAFE
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
            "Options that cannot be read are left to you",
            before="""
                import pytest_asyncio

                OPTIONS = {}


                @pytest_asyncio.fixture(**OPTIONS)
                async def pool():
                    yield 1
            """,
        ),
        Example(
            "A module that may be missing is left to you",
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
        """Look at every ``pytest_asyncio.fixture`` that is reached through the module."""
        for use in file.names.uses(FIXTURE):
            if isinstance(use, cst.Attribute):
                yield self._proposal(file, use)
        for node in file.names.doubtful(FIXTURE):
            message = "this may be `pytest_asyncio.fixture`, but the name is bound in more than one way"
            yield Proposal(node, message, Safety.MANUAL)

    def _proposal(self, file: FileContext, use: cst.Attribute) -> Proposal:
        try:
            edits = without_loop_scope(file, use)
        except UnreadableError as reason:
            return Proposal(use, f"left as it is: {reason}", Safety.MANUAL)
        renamed = self._renamed(file, use)
        if renamed is None:
            return Proposal(use, "left as it is: the name `pytest` means something else here", Safety.MANUAL)
        edits += renamed
        if file.stays_strict() and decorates_async(file, use):
            message = "needed while `asyncio_mode = strict` stays: select ASH401 too, or use --unsafe"
            return Proposal(use, message, Safety.UNSAFE, edits)
        if not is_plain_use(file, use):
            return Proposal(use, "handed on as a value; whoever calls it may pass `loop_scope`", Safety.UNSAFE, edits)
        return Proposal(use, "`pytest.fixture` runs async fixtures as well", Safety.SAFE, edits)

    def _renamed(self, file: FileContext, use: cst.Attribute) -> tuple[Edit, ...] | None:
        found = file.imports.module("pytest", use)
        if found is None:
            return None
        name, imports = found
        new = cst.Attribute(cst.Name(name), cst.Name("fixture"), lpar=use.lpar, rpar=use.rpar)
        return (Replace(use, new), *imports)
