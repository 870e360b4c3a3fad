"""ASH305: ``event_loop`` overrides that only extend the life of the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.event_loop.overrides import OverrideKind
from asyncshim_codemods.event_loop.removability import removals
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Proposal
    from asyncshim_codemods.suite.file_context import FileContext


class PlainOverride(Rule):
    """A session-scoped ``event_loop`` gave a loop to fixtures of a wide scope. The shared Runner does this now.

    The rule finds overrides that make a new default loop, may set it as the current loop, return it, close it, and do
    nothing else. It removes them; ASH205 removes the imports that only they used. A function-scoped override needs
    ``--unsafe``: with it each test had a separate loop, with one Runner all tests share one. An ``if`` that contains
    only overrides is removed with them, unless its condition may have side effects.

    Up to pytest-asyncio 0.26 a task lived as long as its loop; asyncshim does the same while the override exists.
    Without it, tasks that a test leaks end with the test. So the removal is unsafe if a test or fixture below the
    override starts a task or a server that it does not end.

    An override that other code imports or calls by name stays, and so does one that the file may read through ``eval``,
    ``globals()`` or similar code, or that ``request.getfixturevalue()`` with a computed name may request. The removal
    is unsafe if a conftest above has an override of another kind, which the removal would activate.
    """

    code = "ASH305"
    name = "plain-override"
    summary = "an `event_loop` override that only makes a default loop"
    safety = Safety.SAFE
    needs_pytest_asyncio_gone = True
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "The override of the documentation of 0.21",
            before="""
                import asyncio

                import pytest


                @pytest.fixture(scope="session")
                def event_loop():
                    policy = asyncio.get_event_loop_policy()
                    loop = policy.new_event_loop()
                    yield loop
                    loop.close()


                @pytest.fixture(scope="session")
                async def pool():
                    yield 1
            """,
            after="""
                import pytest


                @pytest.fixture(scope="session")
                async def pool():
                    yield 1
            """,
            path="tests/conftest.py",
        ),
        Example(
            "One that sets the loop and closes it in a finally",
            before="""
                import asyncio

                import pytest


                @pytest.fixture(scope="module", autouse=True)
                def event_loop():
                    try:
                        loop = asyncio.get_running_loop()
                    except RuntimeError:
                        loop = asyncio.new_event_loop()
                    asyncio.set_event_loop(loop)
                    try:
                        yield loop
                    finally:
                        loop.close()


                async def test_answer():
                    assert await answer() == 42
            """,
            after="""
                async def test_answer():
                    assert await answer() == 42
            """,
        ),
        Example(
            "Function scope: each test had a separate loop",
            before="""
                import asyncio

                import pytest


                @pytest.fixture
                def event_loop():
                    loop = asyncio.new_event_loop()
                    yield loop
                    loop.close()
            """,
        ),
        Example(
            "The override changes the loop",
            before="""
                import asyncio

                import pytest


                @pytest.fixture(scope="session")
                def event_loop():
                    loop = asyncio.new_event_loop()
                    loop.set_debug(True)
                    yield loop
                    loop.close()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose to remove every plain override that no code needs by name."""
        yield from removals(
            file, OverrideKind.PLAIN, "the loop of the shared Runner replaces this one", "a default loop"
        )
