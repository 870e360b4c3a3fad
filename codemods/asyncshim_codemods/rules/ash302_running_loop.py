"""ASH302: an ``event_loop`` parameter that async code uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal, Remove, Replace
from asyncshim_codemods.event_loop.replacements import becomes_running_loop, binding_edit, lookups
from asyncshim_codemods.event_loop.requests import called_by, doubts, is_looked_up, requesting
from asyncshim_codemods.event_loop.uses import split_off, uses_of
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import is_async

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class RunningLoop(Rule):
    """A coroutine can call ``asyncio.get_running_loop()`` and needs no parameter for the loop.

    The rule removes the parameter and adds one line at the start of the body, after the docstring, that gives the same
    object the same name. The rest of the body does not change. If there is only one use, ``loop = event_loop``,
    ``event_loop.create_future()`` and other methods without arguments, ``f(loop=event_loop)`` and ``return event_loop``
    get ``asyncio.get_running_loop()`` in its place, unless the line gets too long or is in a loop. The rule adds
    ``import asyncio`` if it is missing.

    ``request.getfixturevalue("event_loop")`` in an async test or fixture becomes ``asyncio.get_running_loop()``, too.
    This needs ``--unsafe``, because a fixture with a wider scope may get the loop of that scope.

    The rewrite of a parameter is unsafe in the same cases as ASH301: other code of the given files may check whether
    the test requests the loop. A test that other code calls itself, such as a decorator that passes ``event_loop``, is
    for manual review.
    """

    code = "ASH302"
    name = "running-loop"
    summary = "`event_loop` is the running loop"
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "Tasks are made on it",
            before='''
                import asyncio


                async def test_task(event_loop, server):
                    """It ends."""
                    task = event_loop.create_task(server.wait())
                    await asyncio.wait([task])
            ''',
            after='''
                import asyncio


                async def test_task(server):
                    """It ends."""
                    event_loop = asyncio.get_running_loop()
                    task = event_loop.create_task(server.wait())
                    await asyncio.wait([task])
            ''',
        ),
        Example(
            "asyncio is not imported yet",
            before="""
                import pytest


                @pytest.fixture
                async def now(event_loop):
                    return event_loop.time()
            """,
            after="""
                import asyncio

                import pytest


                @pytest.fixture
                async def now():
                    return asyncio.get_running_loop().time()
            """,
        ),
        Example(
            "The test parametrizes it",
            before="""
                import pytest


                @pytest.mark.parametrize("event_loop", [1, 2])
                async def test_loop(event_loop):
                    assert event_loop
            """,
        ),
        Example(
            "The name asyncio is taken",
            before="""
                async def test_task(event_loop, asyncio):
                    event_loop.create_task(asyncio())
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every async fixture and test that asks for ``event_loop`` and uses it."""
        for function, parameter in requesting(file):
            if not is_async(function):
                continue
            uses, by_name = split_off(file, uses_of(file, function, parameter))[0], is_looked_up(file, function)
            if not uses and not by_name:
                continue
            if caller := called_by(file, function):
                yield Proposal(parameter.name, caller, Safety.MANUAL)
                continue
            found = file.imports.module("asyncio", function.body.body[0])
            if found is None:
                yield Proposal(parameter.name, "the name `asyncio` means something else here", Safety.MANUAL)
                continue
            name, imports = found
            edits = (
                Remove(parameter),
                binding_edit(file, function, parameter, name, () if by_name else uses),
                *imports,
            )
            why = doubts(file, function)
            message = "`event_loop` is the running loop" + (f", but {why}" if why else "")
            yield Proposal(parameter.name, message, Safety.UNSAFE if why else Safety.SAFE, edits)
        yield from _looked_up(file)


def _looked_up(file: FileContext) -> Iterator[Proposal]:
    """Yield a rewrite of each ``request.getfixturevalue("event_loop")`` in an async test or fixture."""
    for lookup in lookups(file):
        if becomes_running_loop(file, lookup):
            found = file.imports.module("asyncio", lookup.call)
            if found is None:
                yield Proposal(lookup.name, "the name `asyncio` means something else here", Safety.MANUAL)
                continue
            name, imports = found
            edits = (Replace(lookup.call, cst.parse_expression(f"{name}.get_running_loop()")), *imports)
            yield Proposal(lookup.name, "`event_loop` is the running loop", Safety.UNSAFE, edits)
