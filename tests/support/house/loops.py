"""Helpers that observe the event loops of a nested session."""

from __future__ import annotations

import asyncio

# The head of a module for run_source: one fixture for the event loop of each scope.
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
    """Event loops that were created and closed."""

    def __init__(self) -> None:
        self.made: list[asyncio.BaseEventLoop] = []
        self.closed: list[asyncio.BaseEventLoop] = []
