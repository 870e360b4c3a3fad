"""ASH303: synchronous fixtures and tests that call ``event_loop.run_until_complete``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncshim_codemods.edits.model import Proposal
from asyncshim_codemods.event_loop.to_async import REPORT, async_annotations, become_async
from asyncshim_codemods.event_loop.triage import AWAIT, decisions
from asyncshim_codemods.results import Safety
from asyncshim_codemods.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asyncshim_codemods.edits.model import AcceptedEdits, Edit
    from asyncshim_codemods.event_loop.triage import RequestDecision
    from asyncshim_codemods.suite.file_context import FileContext


class SyncToAsync(Rule):
    """``event_loop.run_until_complete(x)`` in a synchronous fixture or test is ``await x`` in an async one.

    The function becomes ``async def`` and loses its parameter. A generator becomes an async generator, and its return
    annotation changes with it. Synchronous tests can still request such a fixture. The rewrite is safe if this file and
    the other given files prove that:

    * every use of the loop is such a call at a place where ``await`` is valid (not in a nested function, a lambda or a
      comprehension), or a ``loop=`` argument that ASH309 removes, or passes the loop to a class that only keeps it (see
      below);
    * nothing else in the function runs a loop, blocks it or must run outside of it: no ``asyncio.run``, ``TestClient``,
      ``benchmark``, ``addfinalizer``, threads, other ``run_until_complete`` or ``getfixturevalue``; every function that
      it calls is a builtin, part of the standard library or pytest, a class, a method, or defined in this file without
      such code, and none has the name of a function of the given files that runs a loop;
    * it has only pytest's decorators, no code calls it by name, and no code requests it with ``getfixturevalue``.

    A rewrite that is only likely to work needs ``--unsafe``: the function calls a helper from another module,
    ``mock.patch`` decorates it, or it uses the loop in other ways (``create_task``, an argument). Then the function
    gets the same first line as in ASH302. ASH304 or ASH331 handles calls that cannot be awaited.

    ``request.addfinalizer(lambda: event_loop.run_until_complete(x.close()))`` directly before ``return x`` becomes
    ``await x.close()`` after ``yield x``, also if a function directly above is the finalizer. Several finalizers run in
    reverse order, and that rewrite is unsafe: pytest runs each of them even if another fails.

    A fixture that only passes the loop on, ``return Client(loop=event_loop)``, also becomes ``async def``. That is safe
    if the fixture is in a conftest or a test module, every test and fixture of the given files that requests it is
    async (or requests ``event_loop`` itself), and the class is in the given files and only keeps the loop: its
    constructor does not check whether the loop runs, and calls nothing that may. If a synchronous test requests it,
    ASH304 handles the fixture.

    There are two differences. ``run_until_complete`` gives other tasks at least one turn, ``await`` gives them one only
    if the coroutine suspends. So the rewrite is not safe for ``sleep(0)``, for a test that runs a function of the given
    files that starts a task, itself or in what it awaits, or if code follows the call and its function, or what a
    coroutine of this file awaits last, is not defined in the given files. And ``await`` lets the context variables that
    the coroutine sets reach the function and what requests it: the rewrite is not safe if the given files use context
    variables and the function, or what it awaits, sets one or is not defined there. If you want both as before, write
    ``await asyncio.ensure_future(x)``.
    """

    code = "ASH303"
    name = "sync-to-async"
    summary = "`event_loop.run_until_complete(x)` becomes `await x`"
    safety = Safety.SAFE
    words = ("event_loop",)
    since = "0.1"
    until = "1.0"
    examples = (
        Example(
            "A fixture with a teardown",
            before="""
                import pytest

                from app import Server


                @pytest.fixture(scope="session")
                def server(event_loop):
                    server = Server()
                    event_loop.run_until_complete(server.start())
                    yield server
                    event_loop.run_until_complete(server.stop())
            """,
            after="""
                import pytest

                from app import Server


                @pytest.fixture(scope="session")
                async def server():
                    server = Server()
                    await server.start()
                    yield server
                    await server.stop()
            """,
        ),
        Example(
            "A test; parentheses where they are needed",
            before="""
                def test_rows(event_loop, pool):
                    assert event_loop.run_until_complete(pool.fetch("select 1"))[0] == (1,)
            """,
            after="""
                async def test_rows(pool):
                    assert (await pool.fetch("select 1"))[0] == (1,)
            """,
        ),
        Example(
            "A function from another module may run a loop",
            before="""
                from app import load_settings


                def test_rows(event_loop, pool):
                    load_settings()
                    event_loop.run_until_complete(pool.fetch("select 1"))
            """,
        ),
        Example(
            "The same, with --unsafe",
            before="""
                from app import load_settings


                def test_rows(event_loop, pool):
                    load_settings()
                    event_loop.run_until_complete(pool.fetch("select 1"))
            """,
            after="""
                from app import load_settings


                async def test_rows(pool):
                    load_settings()
                    await pool.fetch("select 1")
            """,
            unsafe=True,
        ),
    )

    def check(self, file: FileContext, /) -> Iterator[Proposal]:
        """Propose the rewrite for every function that can be async; it is safe without risks."""
        for decision in file.once(decisions):
            if decision.code == AWAIT:
                yield _proposal(decision, become_async(file, decision.request))

    def finish(self, file: FileContext, done: AcceptedEdits, /) -> Iterator[Proposal]:
        """Update the return annotations of new async generators, as part of the same finding."""
        by_request = {decision.request: decision for decision in file.once(decisions)}
        for request, edits in async_annotations(file, done, by_request):
            decision = by_request[request]
            if decision.code == AWAIT and edits is None:
                yield Proposal(request.function.name, REPORT, Safety.MANUAL)
            elif decision.code == AWAIT and edits is not None:
                yield _proposal(decision, edits)


def _proposal(decision: RequestDecision, edits: tuple[Edit, ...]) -> Proposal:
    message = "`event_loop.run_until_complete(x)` is `await x` in an async function"
    if not decision.request.runs:
        message = "only passes `event_loop` on, which is the running loop in an async fixture"
    if decision.risks:
        message = f"can probably be `async def`, but {decision.reasons}"
    safety = Safety.UNSAFE if decision.risks else Safety.SAFE
    return Proposal(decision.request.parameter.name, message, safety, edits)
