import contextvars

import pytest

tenant = contextvars.ContextVar("tenant", default="nobody")
trace = contextvars.ContextVar("trace", default="")


@pytest.fixture(scope="module", autouse=True)
async def tenant_of_module():
    token = tenant.set("module")
    yield
    assert trace.get() == "set by a test"
    tenant.reset(token)


@pytest.fixture
async def guest():
    token = tenant.set("guest")
    yield
    tenant.reset(token)


@pytest.fixture
def sync_guest():
    token = tenant.set("sync guest")
    yield
    tenant.reset(token)


async def test_module():
    assert tenant.get() == "module"


async def test_guest(guest):
    assert tenant.get() == "guest"
    trace.set("set by a test")


def test_sync(sync_guest):
    assert tenant.get() == "sync guest"


def test_is_set_back():
    assert tenant.get() == "module"
    assert trace.get() == "set by a test"
