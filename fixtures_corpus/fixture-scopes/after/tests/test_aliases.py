"""Other names for the same decorator."""

import pytest
from pytest import fixture
from pytest import fixture as async_fixture


@pytest.fixture(scope="module")
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


async def test_layers(warehouse, lid, layer):
    assert lid == "lid of the crate"
    assert warehouse.stock["crate"] == 1
    assert layer in (1, 2)
