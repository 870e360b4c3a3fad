from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, messages, rewrite

HEAD = """import asyncio

import pytest


class Server:
    async def close(self):
        pass


@pytest.fixture
"""
REQUEST = "request.addfinalizer(lambda: event_loop.run_until_complete(server.close()))"

STOP = "event_loop.run_until_complete(server.close())"


def fixture(body: str, head: str = "def server(request, event_loop):") -> str:
    return HEAD + head + "\n" + "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"server = Server()\n{REQUEST}\nreturn server", "server = Server()\nyield server\nawait server.close()"),
        (
            f"server = Server()\n\n# stop it\n{REQUEST}  # slowly\n\n# ready\nreturn server  # here",
            "server = Server()\n\n# ready\nyield server  # here\n# stop it\nawait server.close()  # slowly",
        ),
        (
            "server = Server()\nrequest.addfinalizer(\n    " + REQUEST[21:-1] + ",\n)\nreturn server",
            "server = Server()\nyield server\nawait server.close()",
        ),
        (
            "server = Server()\n\n# stop it\ndef stop():\n    # first\n    " + STOP + "\n    server.closed = True\n\n"
            "request.addfinalizer(stop)  # late\nreturn server",
            "server = Server()\nyield server\n# stop it\n# late\n# first\nawait server.close()\nserver.closed = True",
        ),
        (REQUEST.replace("server", "Server()"), "yield\nawait Server().close()"),
        (REQUEST.replace("server", "Server()") + "\nreturn None", "yield None\nawait Server().close()"),
        (REQUEST.replace("server", "Server()") + "\nreturn", "yield\nawait Server().close()"),
    ],
)
def test_a_finalizer_directly_before_the_end_becomes_code_after_a_yield(before: str, after: str) -> None:
    assert_rewritten(fixture(before), fixture(after, "async def server():"))


def test_a_parameter_request_with_other_uses_stays() -> None:
    before = f"server = Server()\nserver.name = request.param\n{REQUEST}\nreturn server"
    after = "server = Server()\nserver.name = request.param\nyield server\nawait server.close()"
    assert_rewritten(fixture(before), fixture(after, "async def server(request):"))


@pytest.mark.parametrize(
    ("imports", "after", "name"),
    [
        ("", "", "typing.AsyncIterator"),
        ("from typing import Any\n", "from typing import Any, AsyncIterator\n", "AsyncIterator"),
        (
            "from collections.abc import AsyncIterator as It\n",
            "from collections.abc import AsyncIterator as It\n",
            "It",
        ),
    ],
)
def test_the_return_annotation_becomes_an_async_iterator(imports: str, after: str, name: str) -> None:
    body = f"server = Server()\n{REQUEST}\nreturn server"
    result = rewrite(imports + fixture(body, "def server(request, event_loop) -> Server:"))
    assert f"async def server() -> {name}[Server]:\n    server = Server()\n    yield server\n".encode() in result.new
    assert after.encode() in result.new


TWO = f"one, server = Server(), Server()\n{REQUEST.replace('server', 'one')}\n{REQUEST}\nreturn server"


def test_several_finalizers_run_in_reverse_order_and_are_unsafe() -> None:
    after = "one, server = Server(), Server()\nyield server\nawait server.close()\nawait one.close()"
    assert_rewritten(fixture(TWO), fixture(after, "async def server():"), unsafe=True)
    (message,) = messages(rewrite(fixture(TWO)))
    assert "ASH303" in message
    assert "pytest runs every finalizer even if one fails" in message


def test_a_returned_value_that_may_fail_is_unsafe() -> None:
    text = fixture(f"server = Server()\n{REQUEST}\nreturn str(server)")
    (message,) = messages(rewrite(text))
    assert "its finalizers also run if the value that it returns cannot be made" in message
    assert b"yield str(server)\n    await server.close()" in rewrite(text, unsafe=True).new


@pytest.mark.parametrize(
    "body",
    [
        f"server = Server()\n{REQUEST}\nserver.name = 'x'\nreturn server",
        f"server = Server()\nif server:\n    {REQUEST}\nreturn server",
        f"server = Server()\nif not server:\n    return None\n{REQUEST}\nreturn server",
        f"server = Server()\n{REQUEST.replace('lambda', 'lambda x=1')}\nreturn server",
        (
            "server = Server()\ndef stop():\n    done = event_loop.run_until_complete(server.close())\n"
            "request.addfinalizer(stop)\nreturn server"
        ),
        (
            "server = Server()\ndef stop():\n    event_loop.run_until_complete(server.close())\n    return\n"
            "request.addfinalizer(stop)\nreturn server"
        ),
        (
            "server = Server()\ndef stop():\n    event_loop.run_until_complete(server.close())\n"
            "request.addfinalizer(stop)\nserver.stop = stop\nreturn server"
        ),
        (
            "server = Server()\ndef stop():\n    event_loop.run_until_complete(server.close())\n"
            "server.name = 'x'\nrequest.addfinalizer(stop)\nreturn server"
        ),
        f"server = Server()\n{REQUEST.replace('(lambda', '(finalizer=lambda')}\nreturn server",
        f"server = Server()\n{REQUEST.replace('(lambda', '(  # stop it' + chr(10) + '    lambda')}\nreturn server",
        (
            "server = Server()\ndef stop(late=True):\n    event_loop.run_until_complete(server.close())\n"
            "request.addfinalizer(stop)\nreturn server"
        ),
        (
            "server = Server()\ndef stop():  # late\n    event_loop.run_until_complete(server.close())\n"
            "request.addfinalizer(stop)\nreturn server"
        ),
        f"server = Server()\ndef stop(): {STOP}\nrequest.addfinalizer(stop)\nreturn server",
    ],
)
def test_other_finalizers_keep_the_fixture_synchronous(body: str) -> None:
    result = rewrite(fixture(body), unsafe=True)
    assert result.error is None
    assert b"async def server" not in result.new
    assert [found.code for found in result.findings] == ["ASH304"]


def test_a_fixture_that_returns_an_iterator_keeps_its_finalizer() -> None:
    head = "def server(request, event_loop) -> Iterator[int]:"
    result = rewrite(fixture(f"server = Server()\n{REQUEST}\nreturn server", head))
    assert [found.code for found in result.findings] == ["ASH304"]
