"""All tests run on uvloop, as production does."""

import pytest
import uvloop


@pytest.fixture(scope="session")
def event_loop():
    loop = uvloop.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
async def started(event_loop):
    return event_loop.time()
