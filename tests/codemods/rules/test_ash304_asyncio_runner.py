from __future__ import annotations

from typing import Any

import pytest

from asyncshim_codemods.results import Safety
from rule_tools import assert_rewritten, assert_unchanged, rewrite

PARAMETRIZED = (
    "import pytest\n\n\n@pytest.fixture(params=[1, 2])\ndef event_loop(request):\n    yield make_loop(request.param)\n"
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def stop():\n        event_loop.run_until_complete(pool.close())\n    request.addfinalizer(stop)",
            "def stop():\n        asyncio_runner.run(pool.close())\n    request.addfinalizer(stop)",
        ),
        (
            "request.addfinalizer(lambda: event_loop.run_until_complete(pool.close()))",
            "request.addfinalizer(lambda: asyncio_runner.run(pool.close()))",
        ),
        (
            "event_loop.run_until_complete(  # first\n        pool.open(),\n    )\n    return TestClient(pool)",
            "asyncio_runner.run(  # first\n        pool.open(),\n    )\n    return TestClient(pool)",
        ),
        (
            "loop = event_loop\n    return lambda: loop.run_until_complete(pool.close())",
            "return lambda: asyncio_runner.run(pool.close())",
        ),
        (
            "event_loop.run_until_complete(pool.open())\n    event_loop.run_until_complete(asyncio.run(1))",
            "asyncio_runner.run(pool.open())\n    asyncio_runner.run(asyncio.run(1))",
        ),
    ],
)
def test_sync_code_that_runs_coroutines_uses_asyncio_runner(before: str, after: str) -> None:
    text = """\
import asyncio

import pytest


@pytest.fixture
def server(request, {}, pool):
    {}
    print(asyncio)
"""
    assert_rewritten(text.format("event_loop", before), text.format("asyncio_runner", after), unsafe=True)
    (finding,) = rewrite(text.format("event_loop", before)).findings
    assert (finding.code, finding.safety) == ("ASH304", Safety.UNSAFE)
    assert " stays synchronous: " in finding.message
    assert finding.message.endswith("; `asyncio_runner` replaces `event_loop`")


def test_the_annotation_of_event_loop_is_removed_with_its_import() -> None:
    assert_rewritten(
        """
        from asyncio import AbstractEventLoop


        def test_many(event_loop: AbstractEventLoop, fetch) -> None:
            assert [event_loop.run_until_complete(fetch(n)) for n in range(2)] == [0, 1]
        """,
        """
        def test_many(asyncio_runner, fetch) -> None:
            assert [asyncio_runner.run(fetch(n)) for n in range(2)] == [0, 1]
        """,
        unsafe=True,
    )


def test_the_annotation_of_event_loop_becomes_asyncio_runner() -> None:
    text = "import asyncio\n\n\ndef test_it({}: asyncio.{}) -> None:\n    {}x = event_loop.create_future()\n"
    assert_rewritten(
        text.format("event_loop", "AbstractEventLoop", ""),
        text.format("asyncio_runner", "Runner", "event_loop = asyncio_runner.get_loop()\n    "),
        unsafe=True,
    )


def test_a_function_with_asyncio_runner_gets_no_second_parameter() -> None:
    assert_rewritten(
        """
        def test_many(asyncio_runner, fetch, event_loop):
            asyncio_runner.run(fetch(1))
            assert [event_loop.run_until_complete(fetch(n)) for n in range(2)] == [0, 1]
        """,
        """
        def test_many(asyncio_runner, fetch):
            asyncio_runner.run(fetch(1))
            assert [asyncio_runner.run(fetch(n)) for n in range(2)] == [0, 1]
        """,
        unsafe=True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "class Helper:\n    def call(self, event_loop):\n        [event_loop.run_until_complete(x) for x in ()]\n",
        "def test_it(loop, fetch):\n    return [loop.run_until_complete(fetch()) for _ in 'ab']\n",
        "event_loop = 1\ndef test_it(fetch):\n    return [event_loop.run_until_complete(fetch()) for _ in 'ab']\n",
        "def test_it(event_loop=None):\n    return lambda: event_loop.run_until_complete(fetch())\n",
        "def test_it(self):\n    return lambda: self.event_loop.run_until_complete(fetch())\n",
        "def test_it(make):\n    event_loop = make()\n    return lambda: event_loop.run_until_complete(fetch())\n",
        "def test_it(asyncio_runner):\n    return lambda: asyncio_runner.run(fetch())\n",
    ],
)
def test_loops_that_are_not_the_event_loop_fixture_are_kept(text: str) -> None:
    assert_unchanged(text, unsafe=True)


@pytest.mark.parametrize(
    "body",
    [
        "server = asyncio_runner.run(event_loop.create_server(pool))\n    return lambda: asyncio_runner.run(server)",
        "waiter = event_loop.create_future()\n    waiter.set_result(1)\n    assert waiter.done()",
        "client = Client(loop=event_loop)\n    assert client.loop is event_loop",
        "event_loop.set_debug(True)\n    yield event_loop",
        "loop = event_loop\n    yield [asyncio_runner.run(each) for each in pool], loop.time()",
    ],
)
def test_other_uses_of_the_loop_become_get_loop_of_the_runner(body: str) -> None:
    text = "import pytest\nfrom app import Client\n\n\n@pytest.fixture\ndef server({}, pool):\n    {}{}\n"
    before = text.format("event_loop", "", body.replace("asyncio_runner.run(", "event_loop.run_until_complete("))
    prelude = "event_loop = asyncio_runner.get_loop()\n    "
    assert_rewritten(before, text.format("asyncio_runner", prelude, body), unsafe=True)
    assert_unchanged(before, "ASH304")


@pytest.mark.parametrize(
    "body",
    [
        "return lambda: event_loop.run_until_complete(asyncio.gather(a(), b()))",
        "return lambda: event_loop.run_until_complete(asyncio.ensure_future(a()))",
        "return lambda: event_loop.run_until_complete(asyncio.shield(a()))",
        "return lambda: event_loop.run_until_complete(pool.submit(a))",
        "return [event_loop.run_until_complete(task) for task in [asyncio.create_task(a())]] and event_loop.stop()",
        "event_loop.run_forever()\n    return lambda: event_loop.run_until_complete(a())",
        "event_loop.close()\n    return lambda: event_loop.run_until_complete(a())",
        "future = asyncio.Future()\n    return lambda: event_loop.run_until_complete(future)",
    ],
)
def test_an_awaitable_that_is_not_a_coroutine_is_reported(body: str) -> None:
    text = f"import asyncio\n\n\ndef test_it(event_loop, pool):\n    {body}\n"
    assert_unchanged(text, "ASH331", unsafe=True)


@pytest.mark.parametrize("runner", ["pytest-asyncio", "anyio", "alt-pytest-asyncio"])
def test_a_sync_use_is_reported_for_runners_without_asyncio_runner(runner: str) -> None:
    text = "def test_it(event_loop, fetch):\n    return lambda: event_loop.run_until_complete(fetch())\n"
    assert_unchanged(text, "ASH331", unsafe=True, runner=runner)


@pytest.mark.parametrize(
    "text",
    [
        (
            "from tools import asyncio_runner\n\n\ndef test_it(event_loop):\n    return lambda: "
            "event_loop.run_until_complete(fetch(asyncio_runner))\n"
        ),
        "def test_it(event_loop):\n    return lambda: event_loop.run_until_complete(fetch())\n\n\ntest_it(1)\n",
    ],
    ids=["the name is taken", "called by name"],
)
def test_a_sync_use_is_reported_where_asyncio_runner_cannot_be_requested(text: str) -> None:
    assert_unchanged(text, "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "before",
    [
        "@pytest.fixture\ndef client(request):\n    return Client(loop=request.getfixturevalue('event_loop'))\n",
        "def test_it(request):\n    a = request.getfixturevalue('event_loop')\n    a.run_until_complete(go())\n",
        "def pytest_runtest_setup(item):\n    item._request.getfixturevalue(argname='event_loop').call_soon(go)\n",
        "async def test_it(request):\n    call(lambda: request.getfixturevalue('event_loop'))\n",
    ],
    ids=["argument", "variable", "hook", "lambda"],
)
def test_sync_code_that_requests_the_loop_by_name_gets_the_runner(before: str) -> None:
    head = "import pytest\n\nx = pytest\n\n\n"
    after = before.replace("'event_loop')", "'asyncio_runner').get_loop()")
    assert_rewritten(head + before, head + after, unsafe=True)
    assert_unchanged(head + before, "ASH304")


BY_NAME = "def test_it(request):\n    loop = request.getfixturevalue('event_loop')\n    loop.run_until_complete(go())\n"


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        (f"{BY_NAME}    loop.close()\n", {}),
        ("def test_it(request):\n    request.getfixturevalue('event_loop').stop()\n", {}),
        (BY_NAME, {"runner": "pytest-asyncio"}),
        (BY_NAME, {"runner": "anyio"}),
        (BY_NAME, {"beside": {"tests/conftest.py": PARAMETRIZED}}),
    ],
    ids=["closed", "stopped", "pytest-asyncio", "anyio", "parametrized"],
)
def test_a_request_by_name_that_asyncio_runner_cannot_replace_is_reported(text: str, choices: dict[str, Any]) -> None:
    assert_unchanged(text, "ASH331", unsafe=True, **choices)


def test_a_request_by_name_beside_a_question_for_the_name_is_reported() -> None:
    text = (
        "def test_it(request):\n    if 'event_loop' in request.fixturenames:\n"
        "        request.getfixturevalue('event_loop').call_soon(print)\n"
    )
    assert_unchanged(text, "ASH331", "ASH331", unsafe=True)


def test_another_annotation_of_the_loop_is_removed() -> None:
    body = "    def ask(question):\n        return {}(question)\n\n    return ask\n"
    assert_rewritten(
        "import pytest\nimport app\n\n\n@pytest.fixture\ndef ask(event_loop: app.Loop):\n"
        + body.format("event_loop.run_until_complete"),
        "import pytest\n\n\n@pytest.fixture\ndef ask(asyncio_runner):\n" + body.format("asyncio_runner.run"),
        unsafe=True,
    )
