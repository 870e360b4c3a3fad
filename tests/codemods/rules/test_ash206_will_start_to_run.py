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
def test_what_strict_mode_kept_from_running_is_reported(definition: str, message: str) -> None:
    result = assert_unchanged(f"import pytest\n\n\n{definition}\n", "ASH206", beside=STRICT)
    assert result.findings[0].message == message


def test_a_parameter_set_without_the_marker_is_news() -> None:
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
def test_what_strict_mode_never_spoke_of_is_not(text: str) -> None:
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
def test_what_ran_before_is_not_news(text: str) -> None:
    result = rewrite(text, beside=STRICT)
    assert result.changed
    assert "ASH206" not in {found.code for found in result.findings}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_other_modes_ran_everything(mode: str) -> None:
    beside = {"pytest.ini": f"[pytest]\nasyncio_mode = {mode}\n"}
    assert_unchanged("async def test_a(): ...\n", beside=beside)


def test_a_suite_that_stays_strict_starts_nothing() -> None:
    assert_unchanged("async def test_a(): ...\n", beside=STRICT, select={"ASH206"})


def test_the_message_points_at_the_name() -> None:
    result = rewrite("import pytest\n\n\n@pytest.fixture\nasync def pool(): ...\n", beside=STRICT)
    assert messages(result) == ["5:11 ASH206 the fixture `pool` will start to run: strict mode did not run it"]
