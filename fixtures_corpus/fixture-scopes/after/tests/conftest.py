import pytest

from warehouse import Warehouse

EVENTS = []


@pytest.fixture(scope="session")
async def warehouse():
    async with Warehouse() as opened:
        yield opened
    assert not opened.open


@pytest.fixture(scope="package")
async def shelf(warehouse):
    await warehouse.put("shelf")
    yield "shelf"
    await warehouse.take("shelf")


@pytest.fixture(
    scope="module",
    params=["cold", "dry"],
    ids=str.upper,
)
async def room(request, warehouse):
    await warehouse.put(request.param)
    yield request.param
    await warehouse.take(request.param)


@pytest.fixture(scope="class", name="team")
async def _team():
    return ["ada", "grace"]


@pytest.fixture
async def article(warehouse):
    await warehouse.put("chair", count=2)
    yield "chair"
    await warehouse.take("chair")


@pytest.fixture()
async def count():
    return 2


@pytest.fixture(autouse=True)
async def events(request):
    EVENTS.append(request.node.name)
    yield
    assert EVENTS.pop() == request.node.name


@pytest.fixture
def label(article):
    # A sync fixture under the async decorator is an ordinary one.
    return article.upper()


@pytest.fixture
def plain():
    return "plain"
