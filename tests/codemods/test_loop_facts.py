from __future__ import annotations

import pytest

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
def test_what_other_files_run_a_loop_with_is_known(beside: str, use: str) -> None:
    text = f"""
from app import Blocking


def test_pool(event_loop, pool):
    event_loop.run_until_complete(pool.open())
    {use}
"""
    assert verdict(text, beside={"tests/conftest.py": beside})[:2] == ("ASH303", Safety.UNSAFE)
    assert verdict(text)[:2] == ("ASH303", Safety.SAFE)


def test_a_fixture_that_only_drove_the_loop_itself_blocks_nobody() -> None:
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


def test_an_event_loop_of_several_values_keeps_all_requests() -> None:
    override = "import pytest\n@pytest.fixture(params=[1, 2])\ndef event_loop(request): ...\n"
    text = fixture("event_loop.run_until_complete(pool.open())")
    assert_unchanged(text, beside={"tests/conftest.py": override})
    assert verdict(text, beside={"other/conftest.py": override})[:2] == ("ASH303", Safety.SAFE)
