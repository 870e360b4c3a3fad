"""Generated test files of about 150 lines: files that change, unchanged ones with a keyword, and others."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

LINES = 150
# Every template is a piece of a test file; `{n}` is a unique number.
_HEAD = '''"""Tests of the service's part {n}."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
{imports}
from service.app import create_app
from service.models import Order, User
from service.storage import Storage, connect

'''
_PLAIN = [
    '''
@dataclass
class Recorder{n}:
    """Keeps what was sent."""

    seen: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, message: dict[str, Any]) -> None:
        self.seen.append({{"n": {n}, **message}})

    @property
    def last(self) -> dict[str, Any]:
        return self.seen[-1] if self.seen else {{}}

''',
    """
def order_{n}(user: User, *, total: int = {n}) -> Order:
    lines = [("apple", 1), ("pear", total % 7), ("plum", len(user.name))]
    order = Order(user=user, lines=[line for line in lines if line[1]])
    order.total = sum(count * 3 for _, count in order.lines)
    return order

""",
    """
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{"a": 1}}', {{"a": 1}}),
        ("[1, 2, {n}]", [1, 2, {n}]),
        ('"x"', "x"),
    ],
)
def test_decoding_{n}(text: str, expected: object) -> None:
    assert json.loads(text) == expected
    assert json.loads(json.dumps(expected)) == expected

""",
    """
class TestTotals{n}:
    def test_empty(self, tmp_path) -> None:
        storage = Storage(tmp_path / "empty.db")
        assert storage.total("user-{n}") == 0
        assert not list(storage.orders())

    def test_sum(self, tmp_path) -> None:
        storage = Storage(tmp_path / "sum.db")
        for number in range({n} % 5 + 1):
            storage.add(Order(user=User("ann"), lines=[("apple", number)]))
        with pytest.raises(KeyError, match="bob"):
            storage.total("bob")
        assert storage.total("ann") >= 0

""",
]
_NEW = [
    """
async def test_listing_{n}(client: httpx.AsyncClient) -> None:
    response = await client.get("/orders", params={{"page": {n}}})
    assert response.status_code == 200
    body = response.json()
    assert [each["id"] for each in body["orders"]] == sorted(each["id"] for each in body["orders"])
    first, second = await asyncio.gather(client.get("/a"), client.get("/b"))
    assert first.text != second.text

""",
    """
@pytest.fixture
async def storage_{n}(tmp_path):
    async with connect(tmp_path / "orders.db") as storage:
        await storage.create(User("ann"), User("bob"))
        yield storage

""",
]
_OLD = [
    """
@pytest.mark.asyncio
async def test_listing_{n}(client: httpx.AsyncClient) -> None:
    response = await client.get("/orders", params={{"page": {n}}})
    assert response.status_code == 200
    body = response.json()
    assert [each["id"] for each in body["orders"]] == sorted(each["id"] for each in body["orders"])
    first, second = await asyncio.gather(client.get("/a"), client.get("/b"))
    assert first.text != second.text

""",
    """
@pytest_asyncio.fixture(scope="module")
async def storage_{n}(tmp_path):
    async with connect(tmp_path / "orders.db") as storage:
        await storage.create(User("ann"), User("bob"))
        yield storage

""",
    """
@pytest.mark.asyncio
async def test_later_{n}(event_loop, client):
    future = event_loop.create_future()
    event_loop.call_soon(future.set_result, {n})
    assert await asyncio.wait_for(future, 1) == {n}
    assert client is not None

""",
    """
def test_blocking_{n}(event_loop, tmp_path):
    storage = event_loop.run_until_complete(connect(tmp_path / "sync.db"))
    assert storage.path.name == "sync.db"
    event_loop.run_until_complete(storage.close())

""",
]
# Keywords without anything to change: the loop of another plugin, a custom marker.
_HIT = [
    """
@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"

""",
    """
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_backend_{n}(backend: str) -> None:
    assert create_app(backend=backend).backend == backend

""",
]


def module(number: int, special: Sequence[str], share: float, imports: str = "") -> bytes:
    """Return a file of about 150 lines; a share of its pieces, at least one, is special."""
    chooser = random.Random(number)
    text = _HEAD.format(n=number, imports=imports)
    first = True
    while text.count("\n") < LINES - 8:
        kind = special if first or chooser.random() < share else [*_PLAIN, *_NEW]
        text += chooser.choice(kind).format(n=chooser.randrange(1000))
        first = False
    return text.rstrip("\n").encode() + b"\n"


def changing(count: int) -> list[bytes]:
    """Files that the rules change."""
    return [module(number, _OLD, 0.45, "import pytest_asyncio\n") for number in range(count)]


def staying(count: int) -> list[bytes]:
    """Return files that contain a keyword and stay unchanged."""
    return [module(number, _HIT, 0.15) for number in range(count)]


def without_hit(count: int) -> list[bytes]:
    """Return files without a keyword."""
    return [module(number, _NEW, 0.4) for number in range(count)]


def write_project(root: Path, count: int) -> None:
    """Write ``count`` files: a third changes, a third has a keyword and is unchanged, a third has none."""
    files = [*zip(changing(30), staying(30), without_hit(30), strict=True)]
    for number in range(count):
        folder = root / "tests" / f"part_{number // 100}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"test_{number}.py").write_bytes(files[number // 3 % 30][number % 3])
    (root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n', encoding="utf-8")
