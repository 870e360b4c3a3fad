from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages

CONFTEST = "tests/conftest.py"


@pytest.mark.parametrize(
    "entry", ["asyncio: runs on a loop", "asyncio(loop_scope=None): a coroutine", "asyncio", " asyncio :x"]
)
def test_one_of_two_registrations_goes(entry: str) -> None:
    rest = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: waits')\n"
    result = assert_rewritten(
        f"{rest}    config.addinivalue_line('markers', {entry!r})  # ours\n", f"{rest}    # ours\n", path=CONFTEST
    )
    assert messages(result) == ["3:40 ASH109 the marker needs no registration"]


def test_a_hook_that_does_nothing_else_goes() -> None:
    assert_rewritten(
        """
        import os

        # Markers.
        def pytest_configure(config):
            config.addinivalue_line("markers", "asyncio: runs on a loop")


        PATH = os.curdir
        """,
        """
        import os

        # Markers.


        PATH = os.curdir
        """,
        path=CONFTEST,
    )


def test_it_goes_together_with_the_last_use_in_the_file() -> None:
    assert_rewritten(
        """
        import pytest


        def register(config):
            config.addinivalue_line("markers", "asyncio: runs on a loop")


        @pytest.mark.asyncio
        async def test_a(): ...
        """,
        """
        def register(config):
            pass


        async def test_a(): ...
        """,
    )


@pytest.mark.parametrize(
    "call",
    [
        "config.addinivalue_line('markers', 'asyncio_slow: waits')",
        "config.addinivalue_line('markers', 'no asyncio: waits')",
        "config.addinivalue_line('filterwarnings', 'asyncio')",
        "config.addinivalue_line('markers', text)",
        "config.addinivalue_line('asyncio')",
        "config.getini('markers', 'asyncio: x')",
        "x = [config.addinivalue_line, 'markers', 'asyncio: x']",
        "config.addinivalue_line('markers', f'asyncio: {text}')",
        "config.addinivalue_line(*['markers', 'asyncio: x'])",
        "config.addinivalue_line('markers', 'slow: like asyncio: x')",
    ],
)
def test_other_lines_stay(call: str) -> None:
    assert_unchanged(f"def pytest_configure(config):\n    {call}\n", path=CONFTEST)


def test_a_use_that_is_left_keeps_it() -> None:
    text = (
        "import pytest\n\n\ndef register(config):\n    config.addinivalue_line('markers', 'asyncio: x')\n\n\n"
        "@pytest.mark.asyncio(loop_factories=[1])\nasync def test_a(): ...\n"
    )
    assert_unchanged(text, "ASH108")


@pytest.mark.parametrize("runner", ["conftest", "alt-pytest-asyncio", "anyio"])
def test_a_runner_that_does_not_register_the_marker_may_need_it(runner: str) -> None:
    text = "def register(config):\n    config.addinivalue_line('markers', 'asyncio: x')\n    print()\n"
    assert_unchanged(text, "ASH109", runner=runner)
    assert_rewritten(text, "def register(config):\n    print()\n", runner=runner, unsafe=True)


def test_a_call_whose_value_is_used_stays() -> None:
    assert_unchanged("def register(config):\n    return config.addinivalue_line('markers', 'asyncio: x')\n")
