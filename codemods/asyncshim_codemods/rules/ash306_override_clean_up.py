"""ASH306: ``event_loop`` overrides with a teardown that a Runner also does."""

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


class OverrideCleanUp(Rule):
    """A Runner that closes cancels and awaits all tasks, and shuts down async generators and the default executor.

    The rule finds overrides like those of ASH305 whose teardown does the same: it cancels tasks and gathers them, runs
    ``shutdown_asyncgens`` and ``shutdown_default_executor``, sleeps, or collects garbage. The removal is unsafe because
    of the time of the teardown: the override did it at the end of its own scope; asyncshim does it at the end of the
    loop scope of the code that started the task.
    """

    code = "ASH306"
    name = "override-clean-up"
    summary = "an `event_loop` override that cleans up as a Runner does"
    safety = Safety.UNSAFE
    needs_pytest_asyncio_gone = True
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "Tasks are cancelled",
            before="""
                import asyncio

                import pytest


                @pytest.fixture(scope="session")
                def event_loop():
                    loop = asyncio.new_event_loop()
                    yield loop
                    pending = asyncio.all_tasks(loop)
                    for task in pending:
                        task.cancel()
                    loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
                    loop.run_until_complete(loop.shutdown_asyncgens())
                    loop.close()


                async def test_answer():
                    assert await answer() == 42
            """,
            after="""
                async def test_answer():
                    assert await answer() == 42
            """,
            unsafe=True,
        ),
        Example(
            "Something else is shut down",
            before="""
                import asyncio

                import pytest

                from app import pool


                @pytest.fixture(scope="session")
                def event_loop():
                    loop = asyncio.new_event_loop()
                    yield loop
                    loop.run_until_complete(pool.close())
                    loop.close()
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose to remove every such override that no code needs by name."""
        message = "a Runner does the same teardown"
        yield from removals(file, OverrideKind.CLEANS_UP, message, message)
