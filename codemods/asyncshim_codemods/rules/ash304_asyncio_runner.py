"""ASH304: synchronous fixtures and tests that must block on coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import libcst as cst

from asyncshim_codemods.edits.model import Modify, Prepend, Proposal, Remove, Replace
from asyncshim_codemods.event_loop.replacements import becomes_runner, lookups
from asyncshim_codemods.event_loop.to_async import needless
from asyncshim_codemods.event_loop.triage import BLOCK, decisions
from asyncshim_codemods.event_loop.uses import EVENT_LOOP
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import Edit
    from asyncshim_codemods.event_loop.uses import Request
    from asyncshim_codemods.suite.file_context import FileContext

RUNNER = "asyncio_runner"


class AsyncioRunner(Rule):
    """If ``await`` is not possible, ``asyncio_runner.run(coroutine)`` blocks on the loop that async code uses.

    This is so in a nested function, a lambda or a comprehension, beside a blocking client, and in a fixture that
    returns the loop. The parameter ``event_loop`` becomes ``asyncio_runner``, a fixture of asyncshim and of the
    conftest that ``asyncshim eject`` writes; with other runners nothing changes. If the function needs the loop itself,
    for ``create_server`` or as an argument, it gets a first line ``event_loop = asyncio_runner.get_loop()``.
    ``request.getfixturevalue("event_loop")`` becomes ``request.getfixturevalue("asyncio_runner").get_loop()``.

    The rewrite is unsafe because a Runner accepts only coroutines, and a variable may hold a future or a task. Calls
    that return no coroutine (``gather``, ``ensure_future``, ``create_task``) need manual review.
    """

    code = "ASH304"
    name = "asyncio-runner"
    summary = "sync code that must block on a coroutine gets `asyncio_runner`"
    safety = Safety.UNSAFE
    needs_pytest_asyncio_gone = True
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "A client with a blocking API",
            before="""
                import pytest

                from app import Client


                @pytest.fixture
                def ask(event_loop):
                    def ask(question):
                        return event_loop.run_until_complete(Client().ask(question))

                    return ask
            """,
            after="""
                import pytest

                from app import Client


                @pytest.fixture
                def ask(asyncio_runner):
                    def ask(question):
                        return asyncio_runner.run(Client().ask(question))

                    return ask
            """,
            unsafe=True,
        ),
        Example(
            "In a comprehension",
            before="""
                def test_many(event_loop, fetch):
                    assert [event_loop.run_until_complete(fetch(n)) for n in range(3)] == [0, 1, 2]
            """,
            after="""
                def test_many(asyncio_runner, fetch):
                    assert [asyncio_runner.run(fetch(n)) for n in range(3)] == [0, 1, 2]
            """,
            unsafe=True,
        ),
        Example(
            "A Runner does not accept tasks",
            before="""
                def test_later(event_loop, fetch):
                    def later(task):
                        return event_loop.run_until_complete(task)

                    assert later(event_loop.create_task(fetch(1))) == 1
            """,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose the runner for every function that has to stay synchronous."""
        for decision in file.once(decisions):
            if decision.code == BLOCK:
                name = decision.request.function.name.value
                message = f"`{name}` stays synchronous: {decision.reasons}; `asyncio_runner` replaces `event_loop`"
                edits = (*_edits(file, decision.request), *needless(file, decision.request))
                yield Proposal(decision.request.parameter.name, message, Safety.UNSAFE, edits)
        for lookup in lookups(file):
            if becomes_runner(file, lookup):
                message = "sync code requests `event_loop` by name; `asyncio_runner` has the loop"
                yield Proposal(lookup.name, message, Safety.UNSAFE, (Modify(lookup.call, _to_runner),))


def _edits(file: FileContext, request: Request) -> Iterator[Edit]:
    parameter = request.parameter
    if file.parameter(request.function, RUNNER) is not None:
        yield Remove(parameter)
    else:
        yield Replace(parameter, parameter.with_changes(name=cst.Name(RUNNER), annotation=_annotation(file, parameter)))
    if request.keeps_loop:
        yield Prepend(request.function, f"{parameter.name.value} = {RUNNER}.get_loop()\n")
    for call in request.runs:
        yield Modify(call, _through_runner)


def _annotation(file: FileContext, parameter: cst.Param) -> cst.Annotation | None:
    """Return ``asyncio.Runner`` for ``asyncio.AbstractEventLoop``, and None for every other annotation."""
    old = parameter.annotation
    if old is None or not isinstance(old.annotation, cst.Attribute):
        return None
    if file.names.of(old.annotation) != "asyncio.AbstractEventLoop":
        return None
    return old.with_changes(annotation=old.annotation.with_changes(attr=cst.Name("Runner")))


def _to_runner(node: cst.CSTNode) -> cst.CSTNode:
    call = cast("cst.Call", node)
    (argument,) = call.args
    string = cst.ensure_type(argument.value, cst.SimpleString)
    name = string.with_changes(value=string.value.replace(EVENT_LOOP, RUNNER))
    request = call.with_changes(args=[argument.with_changes(value=name)])
    return cst.Call(cst.Attribute(request, cst.Name("get_loop")))


def _through_runner(node: cst.CSTNode) -> cst.CSTNode:
    call = cast("cst.Call", node)
    function = cst.ensure_type(call.func, cst.Attribute)
    return call.with_changes(func=function.with_changes(value=cst.Name(RUNNER), attr=cst.Name("run")))
