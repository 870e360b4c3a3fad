"""ASH106: the marker on a function that is not a coroutine function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.returned_coroutines import unawaited
from asyncshim_codemods.markers.roles import Role, claimed_by, marks
from asyncshim_codemods.markers.selection import changes_selection
from asyncshim_codemods.markers.uses import Keeps, keeps
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class MarkerOnSync(Rule):
    """pytest runs a synchronous test with or without the marker; pytest-asyncio only warns about the marker.

    A decorator may turn a ``def`` into a coroutine function. In auto mode it runs without the marker, like every async
    test. A function that returns the coroutine of an ``async def`` of its file keeps the marker, because the coroutine
    is awaited only with it. The rewrite is unsafe if the function returns another value, which may be a coroutine. In a
    suite that stays in strict mode an async test does not run without the marker, so the marker stays there. A marker
    with ``loop_factories`` parametrizes the test and always stays.

    asyncshim marks async tests itself, but not synchronous ones. So the rewrite is unsafe for those if the given files
    select tests by the marker: ``-m "not asyncio"`` in the configuration or a workflow, or
    ``get_closest_marker("asyncio")`` in a hook.
    """

    code = "ASH106"
    name = "marker-on-sync"
    summary = "`@pytest.mark.asyncio` has no effect on a sync function"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "A sync test",
            before="""
                import pytest


                @pytest.mark.asyncio
                def test_answer():
                    assert pytest.approx(42) == answer()
            """,
            after="""
                import pytest


                def test_answer():
                    assert pytest.approx(42) == answer()
            """,
        ),
        Example(
            "A marker with loop factories parametrizes even a sync test",
            before="""
                import pytest


                @pytest.mark.asyncio(loop_factories=["uvloop"])
                def test_answer():
                    assert answer() == 42
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every synchronous function with the marker."""
        for use in file.once(marks).of(Role.SYNC):
            claimed = claimed_by(file, use)
            if claimed is not None:
                yield claimed
            elif not file.stays_strict() and keeps(file, use.call) not in {Keeps.FACTORIES, Keeps.UNCLEAR}:
                reason = unawaited(file, use)
                if reason is not None and reason.is_certain:
                    yield Proposal(use.name, reason.text, Safety.MANUAL)
                    continue
                why = reason.text if reason else changes_selection(file, use)
                message = why or "the marker has no effect on a sync function"
                yield Proposal(use.name, message, Safety.UNSAFE if why else Safety.SAFE, (Remove(use.holder),))
