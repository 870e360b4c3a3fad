from __future__ import annotations

from textwrap import dedent

import pytest

from asyncshim_codemods.project.event_loop_facts import loop_facts
from asyncshim_codemods.results import Safety
from loop_suites import fixture, verdict
from rule_tools import assert_unchanged


@pytest.mark.parametrize(
    ("beside", "use"),
    [
        ("class Face:\n    def ask(self):\n        return self.loop.run_until_complete(1)\n", "pool.ask()"),
        ("import pytest\n@pytest.fixture\ndef pool():\n    return TestClient(app)\n", "pool.get('/')"),
        ("def helper(loop):\n    return loop.run_until_complete(1)\n", "pool.helper()"),
        ("import asyncio\nclass Blocking:\n    def __init__(self):\n        asyncio.run(1)\n", "Blocking()"),
    ],
)
def test_helpers_of_other_files_that_run_a_loop_are_known(beside: str, use: str) -> None:
    text = f"""
from app import Blocking


def test_pool(event_loop, pool):
    {use}
    event_loop.run_until_complete(pool.open())
"""
    assert verdict(text, beside={"tests/conftest.py": beside})[:2] == ("ASH303", Safety.UNSAFE)
    assert verdict(text)[:2] == ("ASH303", Safety.SAFE)


def test_a_fixture_that_only_runs_the_loop_itself_does_not_block_its_users() -> None:
    conftest = """
    import pytest

    @pytest.fixture
    def pool(event_loop):
        return event_loop.run_until_complete(make())
    """
    text = "def test_pool(event_loop, pool):\n    event_loop.run_until_complete(pool.open())\n"
    assert verdict(text, beside={"tests/conftest.py": conftest})[:2] == ("ASH303", Safety.SAFE)


@pytest.mark.parametrize(
    ("beside", "safety"),
    [
        ("def test(request):\n    request.getfixturevalue('server')\n", Safety.UNSAFE),
        ("def test(request, name):\n    request.getfixturevalue(name)\n", Safety.UNSAFE),
        ("import pytest\nX = pytest.lazy_fixture('server')\n", Safety.UNSAFE),
        ("def test(request):\n    request.getfixturevalue('other')\n", Safety.SAFE),
        ("import pytest\n@pytest.mark.trio\nasync def test(): ...\n", Safety.UNSAFE),
    ],
)
def test_requests_by_name_and_other_backends_are_known(beside: str, safety: Safety) -> None:
    text = fixture("event_loop.run_until_complete(pool.open())")
    assert verdict(text, beside={"tests/test_other.py": beside})[:2] == ("ASH303", safety)


def test_a_parametrized_event_loop_keeps_all_requests() -> None:
    override = "import pytest\n@pytest.fixture(params=[1, 2])\ndef event_loop(request): ...\n"
    text = fixture("event_loop.run_until_complete(pool.open())")
    assert_unchanged(text, beside={"tests/conftest.py": override})
    assert verdict(text, beside={"other/conftest.py": override})[:2] == ("ASH303", Safety.SAFE)


@pytest.mark.parametrize(
    ("helper", "safety"),
    [
        ("async def emit():\n    asyncio.create_task(handle())\n", Safety.UNSAFE),
        ("class Bus:\n    async def emit(self):\n        self.loop.call_soon(self.handle)\n", Safety.UNSAFE),
        ("async def emit():\n    await handle()\n\nasync def other():\n    asyncio.create_task(emit())\n", Safety.SAFE),
        ("async def emit():\n    await handle()\n", Safety.SAFE),
    ],
)
def test_a_rewrite_needs_unsafe_if_the_test_may_rely_on_a_started_task(helper: str, safety: Safety) -> None:
    text = "def test_it(event_loop, bus):\n    event_loop.run_until_complete(bus.emit())\n    assert bus.seen\n"
    assert verdict(text, beside={"tests/helper.py": helper})[1] is safety
    as_fixture = fixture("event_loop.run_until_complete(pool.emit())\nyield pool")
    assert verdict(as_fixture, beside={"tests/helper.py": helper})[1] is Safety.SAFE


def test_a_coroutine_does_not_block_its_callers() -> None:
    helper = "class Pool:\n    async def open(self):\n        await self.connection.run_sync(create)\n"
    text = "def test_it(event_loop, pool):\n    event_loop.run_until_complete(pool.open())\n    pool.open\n"
    assert verdict(text, beside={"tests/helper.py": helper})[1] is Safety.SAFE


def test_a_function_starts_the_tasks_that_are_made_in_and_after_functions_inside_it() -> None:
    library = """
    def other(): ...

    class Server:
        def stop(self): ...

        async def start(self):
            async def serve(): ...

            def begin():
                return [
                    asyncio.create_task(serve()),
                ]

            self.tasks = begin() + [asyncio.ensure_future(serve())]
    """
    facts = loop_facts("tests/library.py", dedent(library).encode())
    assert facts.task_starters == {"start", "begin"}
