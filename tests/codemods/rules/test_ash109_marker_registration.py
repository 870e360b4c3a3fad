from __future__ import annotations

import pytest

from rule_tools import assert_rewritten, assert_unchanged, messages

CONFTEST = "tests/conftest.py"


@pytest.mark.parametrize("entry", ["asyncio(loop_scope=None): a coroutine", "asyncio", " asyncio :x"])
def test_the_registration_of_the_marker_is_removed(entry: str) -> None:
    rest = "def pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: waits')\n"
    result = assert_rewritten(
        f"{rest}    config.addinivalue_line('markers', {entry!r})  # ours\n", f"{rest}    # ours\n", path=CONFTEST
    )
    assert messages(result) == ["3:40 ASH109 the marker needs no registration"]


def test_a_hook_that_only_registers_the_marker_is_removed() -> None:
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


def test_the_registration_is_removed_with_the_last_use_in_the_file() -> None:
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
        "config.addinivalue_line('markers', 'no asyncio: waits')",
        "config.addinivalue_line('filterwarnings', 'asyncio')",
        "config.addinivalue_line('markers', text)",
        "config.addinivalue_line('asyncio')",
        "config.getini('markers', 'asyncio: x')",
        "x = [config.addinivalue_line, 'markers', 'asyncio: x']",
        "config.addinivalue_line('markers', f'asyncio: {text}')",
        "config.addinivalue_line(*['markers', 'asyncio: x'])",
    ],
)
def test_calls_that_do_not_register_the_marker_are_kept(call: str) -> None:
    assert_unchanged(f"def pytest_configure(config):\n    {call}\n", path=CONFTEST)


@pytest.mark.parametrize("runner", ["conftest", "alt-pytest-asyncio", "anyio"])
def test_the_registration_is_only_reported_for_runners_that_do_not_register_the_marker(runner: str) -> None:
    text = "def register(config):\n    config.addinivalue_line('markers', 'asyncio: x')\n    print()\n"
    assert_unchanged(text, "ASH109", runner=runner)
    assert_rewritten(text, "def register(config):\n    print()\n", runner=runner, unsafe=True)


def test_a_registration_whose_value_is_used_is_kept() -> None:
    assert_unchanged("def register(config):\n    return config.addinivalue_line('markers', 'asyncio: x')\n")
