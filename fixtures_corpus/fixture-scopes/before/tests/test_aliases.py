"""Other names for the same decorator."""

import pytest
import pytest_asyncio as pa
from pytest_asyncio import fixture
from pytest_asyncio import fixture as async_fixture


@pa.fixture(scope="module")
async def crate(warehouse):
    await warehouse.put("crate")
    yield "crate"
    await warehouse.take("crate")


@fixture
async def lid(crate):
    return f"lid of the {crate}"


@async_fixture(params=[1, 2])
async def layer(request):
    return request.param


@pytest.mark.asyncio
async def test_layers(warehouse, lid, layer):
    assert lid == "lid of the crate"
    assert warehouse.stock["crate"] == 1
    assert layer in (1, 2)
