from __future__ import annotations

import pytest

from rule_tools import EVERY_CODE, assert_rewritten, assert_unchanged, messages, rewrite

TEXT = "{}import pytest\n\n\n@pytest.fixture\n{}def loop({}):\n    {}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return event_loop", "return asyncio.get_running_loop()"),
        ("yield event_loop", "yield asyncio.get_running_loop()"),
        ("return (event_loop)", "return (asyncio.get_running_loop())"),
        (
            '"""The loop."""\n    return event_loop  # it',
            '"""The loop."""\n    return asyncio.get_running_loop()  # it',
        ),
        ("asyncio.set_event_loop(event_loop)\n    return event_loop", "return asyncio.get_running_loop()"),
    ],
)
def test_a_fixture_that_returns_event_loop_returns_the_running_loop(before: str, after: str) -> None:
    top = "import asyncio\n\n"
    assert_rewritten(TEXT.format(top, "", "event_loop", before), TEXT.format(top, "async ", "", after), unsafe=True)


def test_other_parameters_of_a_loop_fixture_are_kept_and_asyncio_is_imported() -> None:
    assert_rewritten(
        """
        from pytest import fixture


        class TestClient:
            @fixture(name="io_loop", scope="module")
            def loop(self, event_loop, database):
                return event_loop
        """,
        """
        import asyncio

        from pytest import fixture


        class TestClient:
            @fixture(name="io_loop", scope="module")
            async def loop(self, database):
                return asyncio.get_running_loop()
        """,
        unsafe=True,
    )


def test_the_return_annotation_of_a_generator_fixture_becomes_async() -> None:
    text = """
    import asyncio
    from collections.abc import {0}

    import pytest


    @pytest.fixture
    {1}def loop({2}) -> {0}[asyncio.AbstractEventLoop]:
        yield {3}


    @pytest.fixture
    {1}def server({2}) -> {0}[int]:
        yield {4}
    """
    run = "event_loop.run_until_complete(start())"
    assert_rewritten(
        text.format("Iterator", "", "event_loop", "event_loop", run),
        text.format("AsyncIterator", "async ", "", "asyncio.get_running_loop()", "await start()"),
        unsafe=True,
    )


def test_an_annotation_whose_import_cannot_be_changed_is_reported() -> None:
    text = TEXT.format("from typing import Iterator as It\n\n", "", "event_loop", "yield event_loop")
    text = text.replace("loop(event_loop)", "loop(event_loop) -> It[object]")
    result = rewrite(text, unsafe=True)
    assert b"async def loop() -> It[object]" in result.new
    assert "7:5 ASH310 the return annotation is that of a synchronous generator; change it to an async one" in messages(
        result
    )


def test_a_loop_fixture_is_only_reported_without_unsafe() -> None:
    text = TEXT.format("", "", "event_loop", "return event_loop")
    assert_unchanged(text, "ASH310")
    (message,) = messages(rewrite(text))
    assert message.startswith("5:10 ASH310 returns `event_loop`, which is the running loop in an async fixture, but ")
    assert "no async test of the given files requests `loop`" in message


ASYNC = "async def test_later(loop):\n    assert loop.time()\n"


def conftest(tests: str, **choices: object) -> list[str]:
    text = TEXT.format("import asyncio\n\n", "", "event_loop", "return event_loop")
    beside = {"tests/test_it.py": tests}
    result = rewrite(text, path="tests/conftest.py", beside=beside, **choices)  # type: ignore[arg-type]
    assert (b"async def loop():\n    return asyncio.get_running_loop()\n" in result.new) is result.findings[0].fixed
    return messages(result)


def test_a_loop_fixture_that_only_async_code_requests_is_rewritten_without_unsafe() -> None:
    other = "\n\n@pytest.fixture\nasync def clock(loop):\n    return loop.time\n"
    assert conftest(ASYNC + other) == [
        "7:10 ASH310 returns `event_loop`, which is the running loop in an async fixture"
    ]


@pytest.mark.parametrize(
    "other",
    [
        "def test_sync(loop):\n    loop.run_until_complete(go())\n",
        "@pytest.fixture\ndef clock(loop):\n    return loop.time\n",
        "async def test_page(aiohttp_client):\n    await aiohttp_client(app)\n",
        "@pytest.mark.usefixtures('loop')\ndef test_sync():\n    pass\n",
    ],
    ids=["a test", "a fixture", "a fixture of pytest-aiohttp", "usefixtures"],
)
def test_a_loop_fixture_that_synchronous_code_requests_is_unsafe(other: str) -> None:
    (message,) = conftest(f"{ASYNC}\n\n{other}")
    assert message.endswith(", but synchronous code requests `loop`")
    assert conftest(f"{ASYNC}\n\n{other}", unsafe=True) == [message]


def test_a_loop_fixture_beside_pytest_aiohttp_is_unsafe() -> None:
    text = TEXT.format("import asyncio\n\n", "", "event_loop", "return event_loop")
    beside = {"tests/test_it.py": ASYNC, "requirements.txt": "pytest-aiohttp==1.0\n"}
    (message,) = messages(rewrite(text, path="tests/conftest.py", beside=beside))
    assert message.endswith("the fixtures of pytest-aiohttp request `loop`")


@pytest.mark.parametrize(
    "other", ["request.getfixturevalue('loop')", "request.getfixturevalue(name)"], ids=["by name", "a computed name"]
)
def test_a_loop_fixture_that_may_be_requested_by_name_is_unsafe(other: str) -> None:
    (message,) = conftest(f"{ASYNC}\n\nasync def test_by_name(request, name):\n    {other}\n")
    assert "may be requested with `getfixturevalue`" in message


@pytest.mark.parametrize(
    "body",
    [
        "print(event_loop)\n    return event_loop",
        "loop = event_loop\n    return loop",
    ],
)
def test_a_fixture_that_also_uses_the_loop_is_left_to_ash304(body: str) -> None:
    assert_unchanged(TEXT.format("", "", "event_loop", body), "ASH304")


@pytest.mark.parametrize(
    "body",
    [
        "if event_loop:\n        return event_loop",
        "yield event_loop\n    event_loop.close()",
        "return event_loop, 1",
        "event_loop.x = 1\n    return event_loop",
        "event_loop.stop()\n    return event_loop",
    ],
)
def test_a_loop_fixture_that_does_more_is_reported(body: str) -> None:
    assert_unchanged(TEXT.format("", "", "event_loop", body), "ASH331", unsafe=True)


@pytest.mark.parametrize(
    "text",
    [
        "def loop(event_loop):\n    return event_loop\n",
        TEXT.format("", "async ", "loop", "return loop"),
        TEXT.format("", "", "loop", "return loop"),
        TEXT.format("", "", "event_loop=None", "return event_loop"),
    ],
    ids=["no fixture", "async", "another fixture's", "a default"],
)
def test_functions_that_are_not_loop_fixtures_are_kept(text: str) -> None:
    assert_unchanged(text, unsafe=True)


def test_a_loop_fixture_is_kept_where_the_name_asyncio_is_taken() -> None:
    text = TEXT.format("asyncio = 1\n", "", "event_loop", "return event_loop")
    assert_unchanged(text, "ASH310", unsafe=True)
    assert "means something else" in messages(rewrite(text))[0]


def test_a_loop_fixture_is_kept_if_ash310_is_not_selected() -> None:
    text = TEXT.format("", "", "event_loop", "return event_loop")
    assert_unchanged(text, unsafe=True, select=EVERY_CODE - {"ASH310"})
