from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.event_loop.requests import requesting
from asyncshim_codemods.event_loop.uses import UseKind, loop_uses
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import Options
from asyncshim_codemods.suite.file_context import FileContext
from asyncshim_codemods.syntax.bindings import build_index
from loop_suites import module_with
from rule_tools import assert_rewritten, assert_unchanged


def uses(body: str) -> list[tuple[str, bool]]:
    """Kind and awaitability of every use in the body of a test."""
    text = f"import asyncio\n\n\ndef test_it(event_loop, pool):\n    {body}\n"
    file = FileContext("test_it.py", build_index(cst.parse_module(text)), ProjectFacts(), Options(frozenset()))
    ((function, parameter),) = requesting(file)
    return sorted((use.kind.name, use.awaitable) for use in loop_uses(file, function, parameter))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("event_loop.run_until_complete(pool.get())", UseKind.RUN),
        ("asyncio.sleep(1, loop=event_loop)", UseKind.NEEDLESS),
        ("asyncio.set_event_loop(event_loop)", UseKind.MADE_CURRENT),
        ("return event_loop", UseKind.HANDED_OUT),
        ("yield event_loop", UseKind.HANDED_OUT),
        ("x = event_loop", UseKind.ALIAS),
        ("event_loop.close()", UseKind.OTHER),
        ("event_loop.run_until_complete", UseKind.OTHER),
        ("pool.get(event_loop)", UseKind.KEPT),
        ("pool.get(loop=event_loop)", UseKind.KEPT),
        ("event_loop.create_task(pool.get())", UseKind.KEPT),
        ("event_loop.slow_callback_duration = 1", UseKind.KEPT),
        ("assert pool.loop is event_loop", UseKind.KEPT),
        ("assert event_loop is not pool.loop", UseKind.KEPT),
        ("event_loop.is_running()", UseKind.OTHER),
        ("event_loop.run_forever()", UseKind.OTHER),
        ("pool.loop = event_loop", UseKind.OTHER),
        ("pool.loops = [event_loop]", UseKind.OTHER),
        ("x = asyncio.set_event_loop(event_loop)", UseKind.OTHER),
        ("x = yield event_loop", UseKind.OTHER),
        ("x, y = event_loop, 1", UseKind.OTHER),
        ("event_loop = 1", UseKind.OTHER),
    ],
)
def test_every_use_has_a_kind(body: str, kind: UseKind) -> None:
    assert uses(body) == [(kind.name, True)]


@pytest.mark.parametrize(
    "body",
    [
        "def inner(): event_loop.run_until_complete(1)",
        "async def inner(): event_loop.run_until_complete(1)",
        "x = lambda: event_loop.run_until_complete(1)",
        "x = {event_loop.run_until_complete(y) for y in pool}",
        "x = {y: event_loop.run_until_complete(y) for y in pool}",
        "class X(event_loop.run_until_complete(1)): ...",
    ],
)
def test_nested_code_cannot_use_await(body: str) -> None:
    assert uses(body) == [("RUN", False)]


def test_an_alias_is_followed_into_nested_code() -> None:
    body = "loop = event_loop\n    loop.run_until_complete(1)\n    f = lambda: loop.close()"
    assert uses(body) == [("ALIAS", True), ("OTHER", False), ("RUN", True)]


@pytest.mark.parametrize(
    "body",
    ["event_loop = 1\n    lambda event_loop: event_loop", "[event_loop for event_loop in pool]\n    event_loop.x = 1"],
)
def test_names_of_inner_scopes_are_not_uses(body: str) -> None:
    assert uses(body) == [("OTHER", True)]


@pytest.mark.parametrize(
    "call",
    [
        "asyncio.Future(loop=event_loop)",
        "asyncio.StreamReader(loop=event_loop)",
        "asyncio.sleep(1, event_loop)",
        "asyncio.sleep(1, loop=other)",
        "asyncio.sleep(1, loop=event_loop.real)",
        "asyncio.sleep(1, result=event_loop)",
        "client.sleep(1, loop=event_loop)",
        "Queue(loop=event_loop)",
    ],
)
def test_other_loop_arguments_are_kept(call: str) -> None:
    text = module_with(call).replace("async def test_it", "def helper")
    assert_unchanged(text)


def test_a_call_that_is_expected_to_raise_is_kept() -> None:
    assert_unchanged(
        """
        import asyncio

        import pytest


        def check(event_loop):
            with pytest.raises(TypeError):
                asyncio.Queue(loop=event_loop)
        """
    )


def test_a_call_in_another_with_block_loses_its_loop_argument() -> None:
    assert_rewritten(
        """
        import asyncio


        async def test_a(event_loop, lock, pool):
            with lock, pool.reader() as reader:
                await asyncio.gather(reader.read(), loop=event_loop)
        """,
        """
        import asyncio


        async def test_a(lock, pool):
            with lock, pool.reader() as reader:
                await asyncio.gather(reader.read())
        """,
    )


def test_a_loop_that_an_attribute_of_an_object_keeps_is_another_use() -> None:
    assert uses("pool.client.loop = event_loop") == [("OTHER", True)]


def test_a_sync_function_binds_the_running_loop_in_its_only_alias() -> None:
    assert_rewritten(
        """
        import asyncio


        def test_a(event_loop, pool):
            loop = event_loop
            loop.run_until_complete(pool.open())
            pool.serve(loop)
        """,
        """
        import asyncio


        async def test_a(pool):
            loop = asyncio.get_running_loop()
            await pool.open()
            pool.serve(loop)
        """,
        unsafe=True,
    )
