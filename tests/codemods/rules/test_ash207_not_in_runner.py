from __future__ import annotations

import pytest

from rule_tools import assert_unchanged, messages

OTHERS = ("conftest", "pytest-asyncio", "anyio", "alt-pytest-asyncio")
USES = """
import asyncshim
import pytest
from asyncshim import Plugin


@pytest.fixture
def client(asyncio_runner, unused_udp_port_factory):
    return asyncio_runner.run(connect(unused_udp_port_factory()))


@pytest.mark.own_runner
@pytest.mark.asyncshim_timeout(5)
async def test_alone(unused_tcp_port): ...


@pytest.mark.usefixtures("unused_udp_port")
class TestPorts:
    def test_by_name(self, request):
        request.getfixturevalue("unused_tcp_port_factory")


def pytest_asyncio_loop_factories(config, item):
    return {}
"""


def test_nothing_is_reported_for_asyncshim() -> None:
    assert_unchanged(USES)


@pytest.mark.parametrize(
    ("runner", "lines"),
    [
        ("conftest", [1, 3, 7, 11, 12, 13, 16, 19, 22]),
        ("pytest-asyncio", [1, 3, 7, 11, 12]),
        ("anyio", [1, 3, 7, 7, 11, 12, 13, 16, 19, 22]),
        ("alt-pytest-asyncio", [1, 3, 7, 7, 11, 12, 13, 16, 19, 22]),
    ],
)
def test_what_a_runner_lacks_is_reported(runner: str, lines: list[int]) -> None:
    result = assert_unchanged(USES, *["ASH207"] * len(lines), runner=runner)
    assert [finding.line for finding in result.findings] == lines


def test_the_message_names_runner_and_feature() -> None:
    text = "async def test_it(unused_tcp_port): ...\n"
    result = assert_unchanged(text, "ASH207", runner="anyio")
    assert messages(result) == ["1:19 ASH207 anyio does not provide the fixture `unused_tcp_port`"]
    result = assert_unchanged(text, "ASH207", runner="conftest")
    assert messages(result)[0].endswith("the fixture `unused_tcp_port`; `asyncshim eject` adds it")


@pytest.mark.parametrize("runner", OTHERS)
@pytest.mark.parametrize(
    "definition",
    [
        "import pytest\n\n\n@pytest.fixture\ndef unused_tcp_port():\n    return 1\n",
        "import pytest\n\n\n@pytest.fixture(name='unused_tcp_port')\ndef port():\n    return 1\n",
    ],
)
def test_a_fixture_that_the_suite_defines_itself_is_not_reported(runner: str, definition: str) -> None:
    test = "async def test_it(unused_tcp_port): ...\n"
    assert_unchanged(test, runner=runner, beside={"tests/conftest.py": definition})
    assert_unchanged(f"{definition}\n\n{test}", runner=runner)


@pytest.mark.parametrize("runner", OTHERS)
@pytest.mark.parametrize(
    "code",
    [
        "def make(unused_tcp_port): ...\n",
        "def test_it(unused_tcp_port=1): ...\n",
        "def test_it():\n    unused_tcp_port = 1\n    assert unused_tcp_port\n",
        "import pytest\n\n\n@pytest.mark.parametrize('name', ['unused_tcp_port'])\ndef test_it(name): ...\n",
        "from mylib import own_runner\n\n\n@own_runner\ndef test_it(): ...\n",
        "from . import asyncshim\n",
        "import myasyncshim\n",
        "def test_it(asyncshim_timeout): ...\n",
        "import pytest\n\n\n@pytest.mark.own_runners\nasync def test_it(): ...\n",
    ],
)
def test_similar_code_is_not_reported(runner: str, code: str) -> None:
    assert_unchanged(code, runner=runner)


def test_the_name_of_a_fixture_in_other_calls_is_not_reported() -> None:
    text = "def test_it(pool):\n    pool.add('asyncio_runner')\n    print('unused_tcp_port', end='asyncio_runner')\n"
    assert_unchanged(text, runner="anyio")
