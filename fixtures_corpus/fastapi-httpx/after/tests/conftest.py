from httpx import ASGITransport, AsyncClient
from pytest import fixture

from orders import Store, app, get_store, lifespan


@fixture
async def started():
    async with lifespan(app):
        yield app
    assert not app.state.ready


@fixture
async def store(started):
    store = Store()
    started.dependency_overrides[get_store] = lambda: store
    yield store
    del started.dependency_overrides[get_store]


@fixture
async def client(started):
    async with AsyncClient(transport=ASGITransport(app=started), base_url="http://test") as client:
        yield client
