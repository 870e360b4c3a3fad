"""All tests share the loop of the session."""

import asyncio

import pytest


@pytest.fixture(scope="session")
def seen():
    return asyncio.Queue()
