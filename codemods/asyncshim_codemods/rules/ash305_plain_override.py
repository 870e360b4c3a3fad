"""ASH305: ``event_loop`` overrides that only made the loop live longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.event_loop.overrides import OverrideKind, loop_overrides
from asyncshim_codemods.event_loop.removability import doubt, refusal
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class PlainOverride(Rule):
    """A session-scoped ``event_loop`` was how fixtures of a wide scope got a loop to live on. One Runner does that now.

    Found are overrides that make a fresh default loop in whatever way, perhaps set it, hand it out and close it, and do
    nothing else. They are removed; ASH205 takes the imports that only they used. A function-scoped one is removed with
    ``--unsafe`` only: with it each test had a loop of its own, with one Runner they share it. An ``if`` that held only
    overrides goes with them, unless its test may do more than ask.

    Up to pytest-asyncio 0.26 a task lived as long as its loop, and under asyncshim it does while the override is there.
    Without it, what a test leaves running ends with the test. So where a test or fixture that the override serves
    starts a task or a server that it does not end, the removal is unsafe.

    Left alone is an override that other code imports or calls by name. Where an override of another kind stands in a
    conftest above, the removal would bring that one to light, so it is unsafe.
    """

    code = "ASH305"
    name = "plain-override"
    summary = "an `event_loop` override that only makes a default loop"
    safety = Safety.SAFE
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
            "Function scope: each test had a loop of its own",
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
            "The loop is changed before it is handed out",
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
        """Propose to remove every plain override that nobody needs by name."""
        for override in file.once(loop_overrides):
            if override.kind is not OverrideKind.PLAIN:
                continue
            refused = refusal(file, override)
            if refused:
                yield Proposal(override.function.name, f"a plain loop, but {refused}", Safety.MANUAL)
                continue
            doubts = doubt(file, override)
            message = "the one Runner's loop does what this one did" + (f"; but {doubts}" if doubts else "")
            safety = Safety.UNSAFE if doubts else Safety.SAFE
            yield Proposal(override.function.name, message, safety, (Remove(override.function),))
