import asyncio
import sys

import alt_pytest_asyncio
import pytest

AsyncTimeout = alt_pytest_asyncio.protocols.AsyncTimeout


@pytest.fixture
async def patient(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(60)
    return async_timeout


@pytest.fixture
async def slow_to_start(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(0.05)
    await asyncio.sleep(60)


@pytest.fixture
async def slow_to_end(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(0.05)
    yield 1
    await asyncio.sleep(60)


@pytest.fixture
async def both_halves(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(60)
    await asyncio.sleep(0)
    yield 1
    await asyncio.sleep(0)


async def test_each_has_its_own(patient, async_timeout: AsyncTimeout):
    assert patient is not async_timeout
    assert patient.timeout == 60
    assert async_timeout.timeout == 5


@pytest.mark.asyncshim_timeout(0.05)
async def test_expires():
    await asyncio.sleep(60)


@pytest.mark.xfail(raises=AssertionError, strict=True)
async def test_is_an_assertion_error(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(0.05)
    await asyncio.sleep(60)


async def test_ends_well_in_spite_of_it(async_timeout: AsyncTimeout):
    async_timeout.set_timeout_seconds(0.05)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        pass


async def test_of_set_up(slow_to_start):
    pass


def test_of_tear_down(slow_to_end):
    assert slow_to_end == 1


@pytest.mark.asyncshim_timeout(60)
async def test_of_both_halves(both_halves):
    assert both_halves == 1


def test_not_in_sync_functions(async_timeout):
    with pytest.raises(alt_pytest_asyncio.errors.NoAsyncTimeoutInSyncFunctions):
        async_timeout.set_timeout_seconds(1)


@pytest.fixture
def attached_debugger():
    if sys.version_info >= (3, 12):
        sys.monitoring.use_tool_id(sys.monitoring.DEBUGGER_ID, "debugger")
        yield
        sys.monitoring.free_tool_id(sys.monitoring.DEBUGGER_ID)
    else:
        former = sys.gettrace()
        sys.settrace(lambda *event: None)
        yield
        sys.settrace(former)


@pytest.mark.asyncshim_timeout(0.05)
async def test_a_debugger_suspends_it(attached_debugger):
    await asyncio.sleep(0.3)
