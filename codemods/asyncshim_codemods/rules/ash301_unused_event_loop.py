"""ASH301: an ``event_loop`` parameter that the function does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal, Remove
from asyncshim_codemods.event_loop.requests import called_by, doubts, is_looked_up, requesting
from asyncshim_codemods.event_loop.uses import split_off, uses_of
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import is_async

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class UnusedEventLoop(Rule):
    """Async tests and fixtures run on the loop without a request for it.

    The parameter once kept the loop alive for fixtures of a wide scope; the shared Runner does this now. The rule
    checks only fixtures and functions that pytest collects: the callers of a helper pass the argument. It also keeps
    the parameter of a test that other code in the file calls.

    The rewrite is unsafe if other code of the given files may depend on the parameter: the code checks ``"event_loop"
    in request.fixturenames``, a decorator of the test mentions ``event_loop``, or another file imports the test and may
    call it.

    A function that reads its parameter by name keeps it, or gets a variable of that name (ASH302): ``eval()``,
    ``locals()``, a frame, ``request.node.funcargs``.

    In a synchronous fixture or test the parameter may be there because ``event_loop`` sets the current loop. asyncshim
    also sets it, but the removal is unsafe.
    """

    code = "ASH301"
    name = "unused-event-loop"
    summary = "`event_loop` is requested and not used"
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "A parameter that keeps the loop alive",
            before="""
                import pytest


                @pytest.fixture(scope="session")
                async def pool(event_loop, url):
                    yield url
            """,
            after="""
                import pytest


                @pytest.fixture(scope="session")
                async def pool(url):
                    yield url
            """,
        ),
        Example(
            "The only parameter",
            before="""
                async def test_answer(event_loop):
                    assert await answer() == 42
            """,
            after="""
                async def test_answer():
                    assert await answer() == 42
            """,
        ),
        Example(
            "A helper keeps its parameter",
            before="""
                async def serve(event_loop):
                    ...


                async def test_serve(event_loop):
                    await serve(event_loop)
            """,
            after="""
                import asyncio


                async def serve(event_loop):
                    ...


                async def test_serve():
                    await serve(asyncio.get_running_loop())
            """,
        ),
        Example(
            "A parameter with a default is not a fixture",
            before="""
                async def test_answer(event_loop=None):
                    ...
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every async fixture and test that asks for ``event_loop`` and never reads it."""
        for function, parameter in requesting(file):
            counting, needless = split_off(file, uses_of(file, function, parameter))
            by_name = is_looked_up(file, function)
            if counting or (by_name and is_async(function)):
                continue
            if by_name:
                message = "synchronous code may read `event_loop` by its name; review it manually"
                yield Proposal(parameter.name, message, Safety.MANUAL)
                continue
            if caller := called_by(file, function):
                yield Proposal(parameter.name, caller, Safety.MANUAL)
                continue
            edits = (Remove(parameter), *(Remove(argument) for argument in needless))
            if is_async(function):
                why = doubts(file, function)
                message = "`event_loop` is not used here" + (f", but {why}" if why else "")
                yield Proposal(parameter.name, message, Safety.UNSAFE if why else Safety.SAFE, edits)
            else:
                message = "`event_loop` is not used here, but synchronous code may need the current loop that it sets"
                yield Proposal(parameter.name, message, Safety.UNSAFE, edits)
