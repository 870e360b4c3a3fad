"""The work on a file grows with its size, not with its square: counted in calls, because times are not reliable."""

from __future__ import annotations

import sys

import pytest

from asyncshim_codemods import api
from asyncshim_codemods.results import Options

_PATH = "tests/test_large.py"
_HEAD = "import asyncio\nimport pytest\nimport pytest_asyncio\n\n"
# Each kind of test that some rule looks at; `{n}` is a unique number.
_KINDS = {
    "a mark": "@pytest.mark.asyncio\nasync def test_{n}():\n    assert {n}\n",
    "an alias": "mark_{n} = pytest.mark.asyncio\n@mark_{n}\nasync def test_{n}():\n    assert {n}\n",
    "a mark of a parameter": (
        "@pytest.mark.parametrize('a', [pytest.param(1, marks=pytest.mark.asyncio)])\n"
        "async def test_{n}(a):\n    assert a\n"
    ),
    "a warning filter": (
        "@pytest.mark.filterwarnings('ignore::pytest_asyncio.X')\n"
        "@pytest.mark.asyncio\nasync def test_{n}():\n    pass\n"
    ),
    "usefixtures on a class": (
        "@pytest.mark.usefixtures('event_loop')\nclass Test{n}:\n    async def test_a(self):\n        pass\n"
    ),
    "a suppressed rule": "@pytest.mark.asyncio  # asyncshim: ignore[ASH101]\nasync def test_{n}():\n    assert {n}\n",
    "a loop in async code": "async def test_{n}(event_loop):\n    await event_loop.create_task(x())\n",
    "a loop under another name": (
        "async def test_{n}(event_loop):\n    loop = event_loop\n"
        "    loop.call_soon(x)\n    await loop.create_task(x())\n"
    ),
    "a loop in synchronous code": (
        "def test_{n}(event_loop):\n"
        "    event_loop.run_until_complete(asyncio.sleep({n}))\n    event_loop.run_until_complete(x())\n"
    ),
    "a coroutine inside a test": (
        "def test_{n}(event_loop):\n    async def go():\n"
        "        await event_loop.x()\n    event_loop.run_until_complete(go())\n"
    ),
    "a loop by name": (
        "async def test_{n}(request):\n    loop = request.getfixturevalue('event_loop')\n    loop.call_soon(x)\n"
    ),
    "a helper": (
        "def help_{n}(event_loop):\n    event_loop.run_until_complete(x())\n"
        "def test_{n}(event_loop):\n    help_{n}(event_loop)\n"
    ),
    "a fixture": "@pytest_asyncio.fixture\nasync def thing_{n}(event_loop):\n    yield 1\n",
    "a fixture that is the loop": "@pytest.fixture\ndef loop_{n}(event_loop):\n    return event_loop\n",
    "a fixture with a finalizer": (
        "@pytest.fixture\ndef fix_{n}(request, event_loop):\n    x = event_loop.run_until_complete(y())\n"
        "    request.addfinalizer(lambda: event_loop.run_until_complete(x.close()))\n    return x\n"
    ),
    "a fixture with a finalizer and an annotation": (
        "@pytest.fixture\ndef fix_{n}(request, event_loop) -> int:\n"
        "    request.addfinalizer(lambda: event_loop.run_until_complete(y()))\n    return {n}\n"
    ),
    "an override": (
        "@pytest.fixture\ndef event_loop():\n    loop = asyncio.new_event_loop()\n    yield loop\n    loop.close()\n"
    ),
}


@pytest.mark.parametrize("kind", _KINDS)
def test_four_times_as_many_tests_take_four_times_as_many_calls(kind: str) -> None:
    def file(count: int) -> bytes:
        return (_HEAD + "\n".join(_KINDS[kind].format(n=number) for number in range(count))).encode()

    _calls_for(file(2))  # what is imported and compiled only once
    # Not fewer: difflib compares lists of up to 200 lines, in quadratic time; longer ones are compared otherwise.
    few, many = _calls_for(file(40)), _calls_for(file(160))
    assert many < 5 * few


def _calls_for(data: bytes) -> int:
    """Return how many calls, of Python and of C, the facts and all rules make."""
    calls = 0

    def count(_frame: object, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    options = Options(frozenset(api.rules()), unsafe=True)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        result = api.rewrite_python(_PATH, data, api.collect_facts([(_PATH, data)]), options)
    finally:
        sys.setprofile(before)
    assert result.error is None
    return calls
