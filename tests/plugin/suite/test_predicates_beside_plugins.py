"""Other people's async plugins, really installed: each keeps its own tests and fixtures, in either order of loading."""

from __future__ import annotations

import os

import pytest

from house.foreign import Installer


@pytest.fixture(params=["theirs first", "asyncshim first"])
def order(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


def put_on_path(monkeypatch: pytest.MonkeyPatch, installer: Installer, plugin: str, order: str) -> None:
    places = [installer.place(plugin)]
    if order == "asyncshim first":
        places.insert(0, installer.metadata_of_asyncshim())
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)))


def run_apart(pytester: pytest.Pytester, *arguments: str, **outcomes: int) -> pytest.RunResult:
    result = pytester.runpytest_subprocess("-W", "error", *arguments)
    result.assert_outcomes(**outcomes)
    return result


TRIO = """
import pytest, sniffio

@pytest.fixture
async def resource():
    backend = sniffio.current_async_library()
    yield backend
    assert sniffio.current_async_library() == backend

@pytest.mark.trio
async def test_trio(nursery, autojump_clock, resource):
    import trio

    assert resource == sniffio.current_async_library() == "trio"
    await trio.sleep(3600)

{decorator}
async def test_asyncio(resource):
    assert resource == sniffio.current_async_library() == "asyncio"

def test_sync():
    pass
"""


def test_pytest_trio_keeps_its_tests_and_their_fixtures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, order: str
) -> None:
    pytest.importorskip("trio")
    put_on_path(monkeypatch, installer, "pytest-trio", order)
    pytester.makepyfile(TRIO.format(decorator=""))
    run_apart(pytester, "--strict-markers", passed=3)


def test_pytest_trios_own_fixtures_are_not_run_on_asyncio(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    pytest.importorskip("trio")
    put_on_path(monkeypatch, installer, "pytest-trio", "theirs first")
    pytester.makepyfile(
        """
        import pytest_trio

        @pytest_trio.trio_fixture
        async def resource():
            raise AssertionError("run on asyncio")

        async def test_it(resource):
            pass
        """
    )
    result = run_apart(pytester, errors=1)
    result.stdout.fnmatch_lines(["E*RuntimeError: Trio fixtures can only be used by Trio tests"])


def test_pytest_trio_keeps_every_test_in_its_own_mode(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    """With ``trio_mode`` it marks tests after collection, which is after we have looked at them."""
    pytest.importorskip("trio")
    put_on_path(monkeypatch, installer, "pytest-trio", "theirs first")
    pytester.makeini("[pytest]\ntrio_mode = true\n")
    pytester.makepyfile(
        """
        import pytest, sniffio

        @pytest.fixture
        async def resource():
            return sniffio.current_async_library()

        async def test_trio(resource):
            assert resource == sniffio.current_async_library() == "trio"

        def test_sync():
            pass
        """
    )
    run_apart(pytester, passed=2)


def test_pytest_twisted_keeps_its_tests_and_their_fixtures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, order: str
) -> None:
    pytest.importorskip("greenlet")
    put_on_path(monkeypatch, installer, "pytest-twisted", order)
    pytester.makepyfile(
        """
        import asyncio, pytest, pytest_twisted
        from twisted.internet import defer, reactor, task

        @pytest_twisted.async_fixture
        async def later():
            await task.deferLater(reactor, 0.001)
            return 42

        @pytest_twisted.async_yield_fixture
        async def around():
            await task.deferLater(reactor, 0.001)
            yield 42
            await task.deferLater(reactor, 0.001)

        @pytest_twisted.ensureDeferred
        async def test_coroutine(later, around):
            await task.deferLater(reactor, 0.001)
            assert later == around == 42

        @pytest_twisted.inlineCallbacks
        def test_callbacks():
            value = yield task.deferLater(reactor, 0.001, lambda: 42)
            assert value == 42

        @pytest.fixture
        async def loop():
            yield asyncio.get_running_loop()
            await asyncio.sleep(0)

        async def test_asyncio(loop):
            await asyncio.sleep(0.001)
            assert asyncio.get_running_loop() is loop

        def test_sync(later):
            assert later == 42
        """
    )
    run_apart(pytester, passed=4)


TORNADO = """
import asyncio, pytest, tornado.web

class Hello(tornado.web.RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        self.write("hello")

@pytest.fixture
def app():
    return tornado.web.Application([("/", Hello)])

async def test_tornado(http_server_client, io_loop):
    response = await http_server_client.fetch("/")
    assert response.body == b"hello"
    assert io_loop.asyncio_loop is asyncio.get_running_loop()

@pytest.fixture
async def loop():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

async def test_asyncio(loop):
    assert asyncio.get_running_loop() is loop

def test_sync():
    pass
"""


def test_pytest_tornasync_keeps_the_tests_that_use_its_loop(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    put_on_path(monkeypatch, installer, "pytest-tornasync", "theirs first")
    pytester.makepyfile(TORNADO)
    result = pytester.runpytest_subprocess()  # it warns about itself
    result.assert_outcomes(passed=3)


GEN_TEST = """
import asyncio, pytest

@pytest.fixture
def theirs(io_loop):
    return io_loop.asyncio_loop

@pytest.mark.gen_test
async def test_by_marker():
    await asyncio.sleep(0)

@pytest.mark.gen_test
async def test_through_a_fixture(theirs):
    assert theirs is asyncio.get_running_loop()

@pytest.mark.asyncio
async def test_asyncio():
    await asyncio.sleep(0)

async def test_unmarked():
    await asyncio.sleep(0)
"""


def test_pytest_tornado5_keeps_the_tests_with_its_marker(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    put_on_path(monkeypatch, installer, "pytest-tornado5", "theirs first")
    pytester.makepyfile(GEN_TEST)
    result = pytester.runpytest_subprocess(timeout=60)  # it warns about itself
    result.assert_outcomes(passed=4)


def test_pytest_django_and_async_views(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    put_on_path(monkeypatch, installer, "pytest-django", "theirs first")
    monkeypatch.setenv("PYTEST_ADDOPTS", os.environ["PYTEST_ADDOPTS"].replace("-p no:django", ""))  # if installed here
    pytester.makepyfile(
        site_settings="""
        SECRET_KEY = "x"
        ROOT_URLCONF = "site_settings"
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
        ALLOWED_HOSTS = ["testserver"]
        USE_TZ = True

        async def hello(request):
            from django.http import HttpResponse
            return HttpResponse("hello")

        def urls():
            from django.urls import path
            return [path("", hello)]

        def __getattr__(name):
            if name == "urlpatterns":
                return urls()
            raise AttributeError(name)
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from asgiref.sync import sync_to_async

        @pytest.fixture
        async def user(transactional_db, django_user_model):
            return await django_user_model.objects.acreate(username="somebody")

        async def test_client(async_client):
            response = await async_client.get("/")
            assert response.content == b"hello"

        async def test_database(user, django_user_model):
            assert await django_user_model.objects.acount() == 1

        @pytest.mark.django_db
        def test_sync(django_user_model, client):
            assert django_user_model.objects.count() == 0
        """
    )
    run_apart(pytester, "--ds", "site_settings", "--nomigrations", passed=3)
