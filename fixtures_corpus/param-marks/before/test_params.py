import asyncio
import inspect

import pytest


@pytest.mark.parametrize(
    "delay",
    [
        pytest.param(0, marks=pytest.mark.asyncio),
        pytest.param(0.001, marks=[pytest.mark.asyncio, pytest.mark.slow], id="a while"),
        pytest.param(0.002, id="longer", marks=(pytest.mark.asyncio,)),  # the tuple had one mark
    ],
)
async def test_sleep(delay):
    assert await asyncio.sleep(delay, delay) == delay


@pytest.mark.parametrize("value, kind", [pytest.param(1, int, marks=pytest.mark.slow), ("a", str)])
def test_sync_parameters_stay(value, kind):
    assert type(value) is kind
    assert not inspect.iscoroutine(value)
