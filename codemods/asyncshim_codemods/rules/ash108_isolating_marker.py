"""ASH108: a marker that gives a test a separate loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Replace
from asyncshim_codemods.markers.roles import Role, marks
from asyncshim_codemods.markers.uses import Keeps, decorated, keeps
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import argument
from asyncshim_codemods.syntax.qualified_names import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.markers.uses import MarkUse
    from asyncshim_codemods.suite.file_context import FileContext


class IsolatingMarker(Rule):
    """If the tests of a suite share a wide loop scope, a marker with a narrower one requests a separate loop.

    ``loop_scope="function"`` on a test and ``loop_scope="class"`` on a class become ``@pytest.mark.own_runner``. The
    rewrite is unsafe: with asyncshim all tests share one loop, so most of these tests need no separate one, and a test
    with its own Runner shares it only with its function-scoped fixtures. Other narrow scopes, ``loop_factories=``
    (which choose and parametrize the loop) and runners other than asyncshim need manual review.
    """

    code = "ASH108"
    name = "isolating-marker"
    summary = "a marker that requests a separate loop"
    safety = Safety.UNSAFE
    needs_pytest_asyncio_gone = True
    words = ("asyncio",)
    since = "0.21"
    examples = (
        Example(
            "Loop factories stay",
            before="""
                import pytest


                @pytest.mark.asyncio(loop_factories=["uvloop"])
                async def test_fast():
                    ...
            """,
            unsafe=True,
        ),
        Example(
            "The suite's default scope needs no separate loop: ASH101 removes the marker",
            before="""
                import pytest


                @pytest.mark.asyncio(loop_scope="function")
                async def test_alone():
                    pytest.skip()
            """,
            after="""
                import pytest


                async def test_alone():
                    pytest.skip()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every marker whose arguments ask for more than the suite's default."""
        found = file.once(marks)
        for use, role in found.uses:
            if role is Role.FIXTURE:
                continue
            reason = keeps(file, use.call)
            if reason is Keeps.FACTORIES:
                message = "`loop_factories` chooses the loop; see `pytest_asyncio_loop_factories` in the documentation"
                yield Proposal(use.name, message, Safety.MANUAL)
            elif reason is Keeps.NARROW_LOOP and role is not Role.SYNC:
                yield self._narrow(file, use)

    def _narrow(self, file: FileContext, use: MarkUse) -> Proposal:
        owner = decorated(file, use)
        wanted = _scope(use)
        fits = (wanted == "function" and isinstance(owner, cst.FunctionDef)) or (
            wanted == "class" and isinstance(owner, cst.ClassDef)
        )
        message = f"loop scope {wanted!r} is narrower than the suite's default, so this requests a separate loop"
        if not fits or file.options.runner != "asyncshim" or not isinstance(use.name, cst.Attribute):
            return Proposal(use.name, message, Safety.MANUAL)
        new = use.name.with_changes(attr=cst.Name("own_runner"))
        return Proposal(use.name, message, Safety.UNSAFE, (Replace(use.whole, new),))


def _scope(use: MarkUse) -> str:
    assert use.call is not None
    passed = argument(use.call, "loop_scope") or argument(use.call, "scope")
    return (text_of(passed.value) if passed is not None else None) or ""
