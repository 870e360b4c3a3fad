"""ASH310: fixtures that return ``event_loop`` under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Proposal, Remove, Replace
from asyncshim_codemods.event_loop.to_async import REPORT, async_annotations, make_async, needless
from asyncshim_codemods.event_loop.triage import HANDS_ON, decisions
from asyncshim_codemods.event_loop.uses import UseKind
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.event_loop.triage import RequestDecision
    from asyncshim_codemods.event_loop.uses import Request
    from asyncshim_codemods.suite.file_context import FileContext

_MESSAGE = "returns `event_loop`, which is the running loop in an async fixture"


class LoopFixture(Rule):
    """``def loop(event_loop): return event_loop`` becomes an async fixture that returns the running loop.

    The fixture must do nothing else. The rewrite is safe if the fixture is in a conftest or a test module, and every
    test and fixture of the given files that requests it is async. It is unsafe if synchronous code requests it, which
    can still call ``run_until_complete`` on the loop, and beside pytest-aiohttp, whose fixtures request ``loop``.
    """

    code = "ASH310"
    name = "loop-fixture"
    summary = "a fixture that returns `event_loop` under another name"
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "The name of pytest-aiohttp",
            before="""
                import pytest


                @pytest.fixture
                def loop(event_loop):
                    return event_loop
            """,
            after="""
                import asyncio

                import pytest


                @pytest.fixture
                async def loop():
                    return asyncio.get_running_loop()
            """,
            unsafe=True,
        ),
        Example(
            "Only async tests request it",
            before="""
                import asyncio

                import pytest


                @pytest.fixture
                def loop(event_loop):
                    return event_loop


                async def test_later(loop):
                    assert loop.time()
            """,
            after="""
                import asyncio

                import pytest


                @pytest.fixture
                async def loop():
                    return asyncio.get_running_loop()


                async def test_later(loop):
                    assert loop.time()
            """,
        ),
        Example(
            "The fixture does more",
            before="""
                import pytest


                @pytest.fixture
                def loop(event_loop):
                    event_loop.set_debug(True)
                    return event_loop
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose the running loop for every such fixture."""
        for decision in file.once(decisions):
            if decision.code != HANDS_ON:
                continue
            request = decision.request
            edits = _edits(file, request)
            if edits is None:
                message = "returns `event_loop`, but the name `asyncio` means something else here"
                yield Proposal(request.parameter.name, message, Safety.MANUAL)
            else:
                yield _proposal(decision, edits)

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Update the return annotations of new async generators, as part of the same finding."""
        by_request = {decision.request: decision for decision in file.once(decisions)}
        for request, edits in async_annotations(file, done, by_request):
            if by_request[request].code == HANDS_ON and edits is None:
                yield Proposal(request.function.name, REPORT, Safety.MANUAL)
            elif by_request[request].code == HANDS_ON and edits is not None:
                yield _proposal(by_request[request], edits)


def _proposal(decision: RequestDecision, edits: tuple[Edit, ...]) -> Proposal:
    message = f"{_MESSAGE}, but {decision.reasons}" if decision.risks else _MESSAGE
    safety = Safety.UNSAFE if decision.risks else Safety.SAFE
    if any(risk.certain for risk in decision.risks):
        safety = Safety.MANUAL
    return Proposal(decision.request.parameter.name, message, safety, edits)


def _edits(file: FileContext, request: Request) -> tuple[Edit, ...] | None:
    (given,) = request.of(UseKind.HANDED_OUT)
    assert isinstance(given.node, cst.Return | cst.Yield)
    value = given.node.value
    found = file.imports.module("asyncio", given.node)
    if found is None or not isinstance(value, cst.Name):
        return None
    name, imports = found
    running = cst.parse_expression(f"{name}.get_running_loop()")
    return (
        Remove(request.parameter),
        Modify(request.function, make_async),
        Replace(value, running.with_changes(lpar=value.lpar, rpar=value.rpar)),
        *needless(file, request),
        *imports,
    )
