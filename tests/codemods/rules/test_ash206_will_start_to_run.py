from __future__ import annotations

import pytest

from rule_tools import assert_unchanged, messages, rewrite

STRICT = {"pytest.ini": "[pytest]\nasyncio_mode = strict\n"}


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("async def test_a(): ...", "`test_a` will start to run: strict mode did not run it"),
        ("class TestA:\n    async def test_a(self): ...", "`test_a` will start to run: strict mode did not run it"),
        (
            "@pytest.fixture\nasync def pool():\n    yield",
            "the fixture `pool` will start to run: strict mode did not run it",
        ),
        (
            "class TestA:\n    @pytest.fixture(scope='class')\n    async def pool(self): ...",
            "the fixture `pool` will start to run: strict mode did not run it",
        ),
    ],
)
def test_unmarked_async_tests_and_fixtures_of_a_strict_suite_are_reported(definition: str, message: str) -> None:
    result = assert_unchanged(f"import pytest\n\n\n{definition}\n", "ASH206", beside=STRICT)
    assert result.findings[0].message == message


def test_a_parameter_set_without_the_marker_in_a_strict_suite_is_reported() -> None:
    sets = "[pytest.param(1, marks=pytest.mark.asyncio), 2]"
    text = f"import pytest\n\n\n@pytest.mark.parametrize('n', {sets})\nasync def test_a(n): ...\n"
    found = messages(rewrite(text, beside=STRICT))
    assert "5:11 ASH206 `test_a` will start to run: strict mode did not run it" in found


@pytest.mark.parametrize(
    "text",
    [
        "async def helper(): ...\n",
        "def test_a(): ...\n",
        "def test_a():\n    async def test_b(): ...\n",
        "import pytest\n\n@pytest.fixture\ndef pool(): ...\n",
        "import pytest\n\n@pytest.mark.anyio\nasync def test_a(): ...\n",
        "import pytest\n\npytestmark = pytest.mark.trio\n\nasync def test_a(): ...\n",
        "import pytest\n\n@pytest.mark.gen_test\nasync def test_a(io_loop): ...\n",
        "import unittest\n\nclass A(unittest.IsolatedAsyncioTestCase):\n    async def test_a(self): ...\n",
        "class TestA:\n    async def setup(self): ...\n",
        "class Shared:\n    async def test_a(self): ...\n",
    ],
)
def test_code_that_strict_mode_does_not_concern_is_not_reported(text: str) -> None:
    assert_unchanged(text, beside=STRICT)


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n",
        "import pytest\n\npytestmark = pytest.mark.asyncio\n\nasync def test_a(): ...\n",
        "import pytest\n\naio = pytest.mark.asyncio\n\n@aio\nasync def test_a(): ...\n",
        "import pytest\n\n@pytest.mark.asyncio\nclass TestA:\n    async def test_a(self): ...\n",
        "import pytest as p\n\n@p.mark.parametrize('n', [p.param(1,marks=p.mark.asyncio)])\nasync def test_a(n): ...\n",
        "import pytest_asyncio\n\n@pytest_asyncio.fixture\nasync def pool(): ...\n",
        "from pytest_asyncio import fixture\n\n@fixture\nasync def pool(): ...\n",
    ],
)
def test_tests_that_ran_in_strict_mode_are_not_reported(text: str) -> None:
    result = rewrite(text, beside=STRICT)
    assert result.changed
    assert "ASH206" not in {found.code for found in result.findings}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_nothing_is_reported_in_auto_and_legacy_mode(mode: str) -> None:
    beside = {"pytest.ini": f"[pytest]\nasyncio_mode = {mode}\n"}
    assert_unchanged("async def test_a(): ...\n", beside=beside)


def test_nothing_is_reported_while_strict_mode_stays() -> None:
    assert_unchanged("async def test_a(): ...\n", beside=STRICT, select={"ASH206"})


MARKED = """
import pytest


@pytest.mark.asyncio
async def test_a(): ...


async def test_b(): ...


@pytest.fixture
def stored(event_loop):
    pytest.loop = event_loop
"""


def test_tests_whose_marker_this_run_removes_are_not_reported_and_the_others_keep_their_to_do_comments() -> None:
    result = rewrite(MARKED, beside=STRICT, todo=True)
    assert [(found.line, found.code) for found in result.findings] == [(5, "ASH101"), (9, "ASH206"), (13, "ASH331")]
    todo = (
        b"# TODO(asyncshim): ASH206 `test_b` will start to run: strict mode did not run it\nasync def test_b(): ...\n"
    )
    assert result.new.count(b"ASH206") == 1
    assert todo in result.new
    assert rewrite(result.new.decode(), todo=True).new == result.new
