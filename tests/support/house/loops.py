"""Event loops seen from outside and from inside a nested session."""

from __future__ import annotations

import asyncio

# A module for run_source begins with it: a fixture for the loop that each scope has.
HEAD = """\
import asyncio, pytest
loops = []
@pytest.fixture
async def function_loop(): return asyncio.get_running_loop()
@pytest.fixture(scope="class")
async def class_loop(): return asyncio.get_running_loop()
@pytest.fixture(scope="module")
async def module_loop():
    yield asyncio.get_running_loop()
@pytest.fixture(scope="session")
async def session_loop(): return asyncio.get_running_loop()
"""


class Loops:
    """The event loops that were made and closed meanwhile."""

    def __init__(self) -> None:
        self.made: list[asyncio.BaseEventLoop] = []
        self.closed: list[asyncio.BaseEventLoop] = []
