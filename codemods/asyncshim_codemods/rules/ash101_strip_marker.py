"""ASH101: ``@pytest.mark.asyncio`` on async functions, methods and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.markers.roles import Role, doubtful, marks, strip
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class StripMarker(Rule):
    """Every runner that this migration supports runs ``async def test_…`` without a marker.

    The rule removes the marker with its arguments. Other decorators and comments stay; a comment beside the marker
    moves to a line of its own. The rule keeps a marker that requests a separate loop (see ASH108). It also keeps a
    marker that meets the marker of another backend (anyio, trio): review manually which plugin runs the test.

    The loop does not depend on ``loop_scope``, because all tests share one. But a ``loop_scope`` wider than the suite's
    default keeps the tasks of a test alive longer. So the rewrite is unsafe if such a test starts a task or a server
    and does not await, cancel or close it, itself or through a function of the given files. The rule does not see what
    code outside these files starts in one test for a later one.

    A decorator may put a plain function in the place of an async test. asyncshim and the conftest of
    ``asyncshim eject`` await the coroutine that it returns, with and without the marker. Other runners do not do this
    without the marker, so the rewrite is unsafe for them, unless this file shows that the decorator keeps functions
    async, or it belongs to a library that does.

    While pytest-asyncio stays installed (see ASH401), a marker stays if its ``loop_scope`` differs from the default, or
    if ``asyncio_mode = auto`` cannot be written.

    In a suite with ``asyncio_mode = strict`` the rewrite is safe only together with ASH401, which removes that option:
    without it, asyncshim's mode is auto. If ASH401 is not selected, the rewrite is unsafe there. It is also unsafe if a
    command (in ``tox.ini``, a workflow) passes ``--asyncio-mode=strict``, which no rule removes.
    """

    code = "ASH101"
    name = "strip-marker"
    summary = "`@pytest.mark.asyncio` is not needed on an async test"
    safety = Safety.SAFE
    words = ("asyncio",)
    since = "0.1"
    examples = (
        Example(
            "A marked test",
            before="""
                import pytest


                @pytest.mark.asyncio
                @pytest.mark.slow
                async def test_answer():
                    assert await answer() == 42
            """,
            after="""
                import pytest


                @pytest.mark.slow
                async def test_answer():
                    assert await answer() == 42
            """,
        ),
        Example(
            "A marked class, with a loop scope",
            before="""
                import pytest


                # One pool for all.
                @pytest.mark.asyncio(loop_scope="class")  # shared
                class TestPool:
                    async def test_get(self):
                        pytest.skip()
            """,
            after="""
                import pytest


                # One pool for all.
                # shared
                class TestPool:
                    async def test_get(self):
                        pytest.skip()
            """,
        ),
        Example(
            "A task that outlives its test needs the wide scope",
            before="""
                import asyncio

                import pytest


                class TestServer:
                    @pytest.mark.asyncio(loop_scope="class")
                    async def test_start(self):
                        type(self).task = asyncio.create_task(serve())
            """,
        ),
        Example(
            "A marker that chooses the event loop stays",
            before="""
                import pytest


                @pytest.mark.asyncio(loop_factories=["uvloop"])
                async def test_fast():
                    ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every decorator that is the marker, and report uses that no rule can follow."""
        for use in file.once(marks).of(Role.TEST):
            message = "async tests need no `pytest.mark.asyncio`"
            found = strip(file, use, Role.TEST, (Remove(use.holder),), message)
            if found is not None:
                yield found
        for use in file.once(marks).of(Role.OTHER):
            yield Proposal(use.name, "no rule can follow this use of the marker; review it manually", Safety.MANUAL)
        for use, _ in doubtful(file):
            message = "this may be pytest's marker, but the name may also mean something else"
            yield Proposal(use.name, message, Safety.MANUAL)
