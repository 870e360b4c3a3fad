"""All tests run on uvloop, as production does."""

import asyncio

import pytest
import uvloop


def pytest_asyncio_loop_factories():
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
async def started():
    return asyncio.get_running_loop().time()
