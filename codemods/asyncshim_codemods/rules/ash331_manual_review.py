"""ASH331: uses of ``event_loop`` that no rule can rewrite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.event_loop.overrides import OverrideFixture, OverrideKind, loop_overrides
from asyncshim_codemods.event_loop.policies import loop_policies
from asyncshim_codemods.event_loop.removability import hidden_overrides
from asyncshim_codemods.event_loop.replacements import becomes_runner, becomes_running_loop, comparisons, lookups
from asyncshim_codemods.event_loop.requests import typed_by_comment
from asyncshim_codemods.event_loop.resolution import LoopOrigin, value_of
from asyncshim_codemods.event_loop.triage import MANUAL, decisions
from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.syntax.tree import dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.suite.file_context import FileContext


class ManualReview(Rule):
    """Some uses of the loop need manual review; asyncshim runs them without a change.

    * An override that makes a custom loop class, changes the loop, has several values or requests other fixtures: keep
      it, or write a ``pytest_asyncio_loop_factories`` hook. The same applies to an override that a custom decorator or
      an assignment makes.
    * A synchronous fixture or test that calls ``run_forever``, passes the loop on or stores it: make it async and call
      ``asyncio.get_running_loop()``, or request ``asyncio_runner``, whose ``get_loop()`` returns that loop.
    * ``"event_loop" in request.fixturenames``, and ``request.getfixturevalue("event_loop")`` beside it or in code that
      closes or changes the loop: decide what this is for.
    * A fixture ``event_loop`` that is not a loop of asyncio, such as the loop of a game: rename it. Tests that request
      it are not changed, and a rewrite of a test is unsafe if the given files do not show what its fixture returns.
    * An override that another file imports by name: remove the import, then run ``migrate`` again.
    * A parameter of a function with a type comment (``# type: (AbstractEventLoop) -> None``): remove it from both.
    """

    code = "ASH331"
    name = "manual-review"
    summary = "a use of `event_loop` that needs manual review"
    safety = Safety.MANUAL
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "A loop with a custom clock",
            before="""
                import pytest

                from clocks import JumpingLoop


                @pytest.fixture
                def event_loop():
                    loop = JumpingLoop()
                    yield loop
                    loop.close()
            """,
        ),
        Example(
            "An object stores the loop",
            before="""
                import pytest


                class TestClient:
                    @pytest.fixture(autouse=True)
                    def prepare(self, event_loop):
                        self.loop = event_loop
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Report what the other rules do not rewrite."""
        for override in file.once(loop_overrides):
            if override.kind is OverrideKind.CUSTOM:
                yield _manual(override.function.name, _what_is_custom(file, override))
        for place, why in hidden_overrides(file):
            yield _manual(place, f"this may be a custom `event_loop`: {why}")
        for policy in file.once(loop_policies):
            if policy.factory is None:
                yield _manual(policy.function.name, "a custom `event_loop_policy`")
        for decision in file.once(decisions):
            if decision.code == MANUAL:
                yield _manual(decision.request.parameter.name, f"sync code keeps `event_loop`: {decision.reasons}")
        for parameter in typed_by_comment(file):
            yield _manual(parameter.name, "a comment gives the types of all parameters: remove `event_loop` from both")
        yield from _by_name(file)
        yield from _imported(file)


def _what_is_custom(file: FileContext, override: OverrideFixture) -> str:
    if value_of(file, override.function) is LoopOrigin.UNRELATED:
        return "this `event_loop` is not a loop of asyncio; rename the fixture, or plugins use it as one"
    return f"a custom `event_loop`: {override.why}"


def _by_name(file: FileContext) -> Iterator[Proposal]:
    """Yield reports of ``getfixturevalue("event_loop")`` and ``"event_loop" in request.fixturenames``."""
    for string in comparisons(file):
        yield _manual(string, "checks whether a test requests `event_loop`; migrated tests do not request it")
    for lookup in lookups(file):
        if not (becomes_running_loop(file, lookup) or becomes_runner(file, lookup)):
            yield _manual(lookup.name, "requests `event_loop` by name; `asyncio_runner` is there for sync code")


def _imported(file: FileContext) -> Iterator[Proposal]:
    for statement in file.index.imports:
        if isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
            for alias in statement.names:
                if isinstance(alias.name, cst.Name) and alias.name.value == EVENT_LOOP and not _is_plugins(statement):
                    yield _manual(
                        alias, "imports an `event_loop` override; remove both if it only makes a default loop"
                    )


def _is_plugins(statement: cst.ImportFrom) -> bool:
    return not statement.relative and (dotted(statement.module) or "").partition(".")[0] == "pytest_asyncio"


def _manual(at: cst.CSTNode, message: str) -> Proposal:
    return Proposal(at, message, Safety.MANUAL)
