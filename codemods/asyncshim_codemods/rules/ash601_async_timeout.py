"""ASH601: the fixture ``async_timeout`` of alt-pytest-asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Proposal, Remove
from asyncshim_codemods.markers.limit_calls import (
    doubt_about_limit,
    limit_calls,
    may_be_parametrized,
    without_blank_lines,
)
from asyncshim_codemods.markers.time_limits import in_use, limited, number, when_installed
from asyncshim_codemods.project.alt_uses import FIXTURE
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule
from asyncshim_codemods.suite.file_context import is_async, target_of
from asyncshim_codemods.syntax.qualified_names import text_of
from asyncshim_codemods.syntax.tree import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.suite.file_context import FileContext

_METHODS = frozenset({"set_timeout_seconds", "use_default_timeout"})
_BY_NAME = frozenset({"usefixtures", "getfixturevalue"})
_MARKER = "pytest.mark.asyncshim_timeout"
_IN_FIXTURE = (
    "asyncshim has no limit for a single fixture: put `async with asyncio.timeout(seconds):` around what it awaits, "
    "in each half, and remove the parameter"
)
_SYNC = "a synchronous function has no time limit: remove the parameter"
_BY_HAND = "write `@pytest.mark.asyncshim_timeout(seconds)` or `asyncio.timeout(seconds)` manually"


class AsyncTimeoutFixture(Rule):
    """A test that sets its time limit first gets the marker ``asyncshim_timeout``, which sets the same limit.

    The rewrite is safe if the calls are the first statements of an async test and the limit is a positive number, as a
    literal or as a constant of the module: then both limits start at the same moment. An expired limit fails the test
    in both cases (the marker raises a ``TimeoutError``, not an ``AssertionError``). A parameter without a use is
    removed. The rewrite is unsafe if

    * simple statements without ``await`` stand before the call: the marker's limit includes them;
    * a decorator that is not a marker may call the test several times: the marker's limit is for all calls together;
    * the test catches its cancellation (then only the marker's limit fails it), or has ``xfail(raises=…)``.

    These need manual review: limits that the test computes or changes later, other uses of the object, the fixture in
    fixtures and synchronous tests, ``getfixturevalue``. asyncshim runs them as they are: it provides the fixture.

    No limit is rewritten if the run does not install asyncshim, nothing if the suite defines ``async_timeout`` itself.
    """

    code = "ASH601"
    name = "async-timeout"
    summary = "the fixture `async_timeout` of alt-pytest-asyncio"
    safety = Safety.SAFE
    since = "0.9"
    words = (FIXTURE,)
    examples = (
        Example(
            "A limit that is set first",
            before="""
                from alt_pytest_asyncio.protocols import AsyncTimeout


                async def test_answer(client, async_timeout: AsyncTimeout) -> None:
                    async_timeout.set_timeout_seconds(10)
                    assert await client.answer() == 42
            """,
            after="""
                import pytest


                @pytest.mark.asyncshim_timeout(10)
                async def test_answer(client) -> None:
                    assert await client.answer() == 42
            """,
        ),
        Example(
            "The limit starts later than the test",
            before="""
                import pytest


                async def test_answer(async_timeout):
                    question = ask(pytest.approx(6))
                    async_timeout.set_timeout_seconds(10)
            """,
            after="""
                import pytest


                @pytest.mark.asyncshim_timeout(10)
                async def test_answer():
                    question = ask(pytest.approx(6))
            """,
            unsafe=True,
        ),
        Example(
            "A module with the same name",
            before="""
                import async_timeout

                limit = async_timeout.timeout(10)
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Look at every test and fixture that requests the fixture."""
        if file.options.runner == "alt-pytest-asyncio" or file.facts.alt.is_overridden or may_be_parametrized(file):
            return
        for function in file.index.functions:
            parameter = file.parameter(function, FIXTURE)
            if parameter is None or not (file.is_test(function) or file.is_fixture(function)):
                continue
            uses = file.names.uses_in(FIXTURE, file.index.scopes[function])
            if in_use(file.facts) or any(_is_method(file, use) for use in uses):
                yield when_installed(file, _proposal(file, function, parameter, uses))
        if in_use(file.facts):
            yield from (when_installed(file, found) for found in _by_name(file))


def _is_method(file: FileContext, use: cst.Name) -> bool:
    holder = file.index.parents[use]
    return isinstance(holder, cst.Attribute) and holder.attr.value in _METHODS


def _proposal(file: FileContext, function: cst.FunctionDef, parameter: cst.Param, uses: list[cst.Name]) -> Proposal:
    at = parameter.name
    if file.is_fixture(function):
        message = _IN_FIXTURE if is_async(function) else _SYNC
        return Proposal(at, f"`{FIXTURE}` in a fixture: {message}", Safety.MANUAL)
    if not is_async(function):
        return Proposal(at, f"`{FIXTURE}` in a synchronous test: {_SYNC}", Safety.MANUAL)
    if file.is_called_by_name(function):
        return Proposal(at, f"`{FIXTURE}` of a test that other code calls: {_BY_HAND}", Safety.MANUAL)
    if not uses:
        return Proposal(at, f"`{FIXTURE}` is not used here", Safety.SAFE, (Remove(parameter),))
    calls = limit_calls(function, uses)
    seconds = None if calls is None else number(file, calls.value, function)
    if calls is None or seconds is None:
        what = "is used in another way than with one limit at the start" if calls is None else "gets a computed limit"
        return Proposal(at, f"`{FIXTURE}` {what}: {_BY_HAND}", Safety.MANUAL)
    if any(file.names.of(target_of(each)) == _MARKER for each in function.decorators):
        message = f"`{FIXTURE}` beside the marker asyncshim_timeout: keep the lower limit manually"
        return Proposal(at, message, Safety.MANUAL)
    made = limited(file, function, seconds)
    if made is None:
        return Proposal(at, f"`{FIXTURE}`: the name `pytest` means something else here: {_BY_HAND}", Safety.MANUAL)
    edits: list[Edit] = [Remove(parameter), *(Remove(each) for each in calls.statements), *made]
    if (first := calls.first_after) is not None:
        edits.append(Modify(first, without_blank_lines))
    message = f"`{FIXTURE}` becomes the marker asyncshim_timeout"
    doubt = doubt_about_limit(file, function, calls)
    return Proposal(at, message + doubt, Safety.UNSAFE if doubt else Safety.SAFE, tuple(edits))


def _by_name(file: FileContext) -> Iterator[Proposal]:
    """Yield the places that request the fixture by its name in a string."""
    for string in file.index.strings:
        call = file.index.nearest(string, cst.Call) if text_of(string) == FIXTURE else None
        if call is not None and last_name(call.func) in _BY_NAME:
            yield Proposal(string, f"`{FIXTURE}` is requested by name: {_BY_HAND}", Safety.MANUAL)
