"""A task that one test starts and the next ones need: the module's loop scope keeps it alive."""

import asyncio

import pytest

from clock import Clock

pytestmark = pytest.mark.asyncio(loop_scope="module")
clock = Clock()


async def test_starts():
    clock.start()
    await asyncio.sleep(0)
    assert clock.ticks


async def test_goes_on():
    seen = clock.ticks
    await asyncio.sleep(0.01)
    assert clock.ticks > seen


async def test_stops():
    await clock.stop()
    assert clock.task.cancelled()
