"""Other async plugins in the same suite: each keeps its own tests and fixtures."""

from __future__ import annotations

import os
import sys

import pytest

from house.foreign import Installer
from house.nested import run, run_source

# anyio, whose plugin is in this environment


def test_anyio_keeps_its_tests_and_their_fixtures(pytester: pytest.Pytester) -> None:
    pytest.importorskip("anyio")
    pytest.importorskip("trio")
    result = run_source(
        pytester,
        """
        import anyio, asyncio, pytest, sniffio

        @pytest.fixture
        async def resource():
            backend = sniffio.current_async_library()
            yield backend
            assert sniffio.current_async_library() == backend

        @pytest.mark.anyio
        async def test_anyio(resource, anyio_backend_name):
            assert resource == sniffio.current_async_library() == anyio_backend_name
            await anyio.sleep(0)

        async def test_asyncio(resource):
            assert resource == sniffio.current_async_library() == "asyncio"
            await asyncio.sleep(0)

        @pytest.fixture
        async def through_fixture(anyio_backend):
            return sniffio.current_async_library()

        @pytest.mark.anyio
        async def test_backend_by_fixture(through_fixture, anyio_backend_name):
            assert through_fixture == anyio_backend_name
        """,
        "-p",
        "anyio",
        "-v",
        passed=5,
    )
    result.stdout.fnmatch_lines(["*::test_anyio[[]trio] PASSED*", "*::test_asyncio PASSED*"])


@pytest.mark.parametrize("mode", ["strict", None])
def test_anyios_own_auto_mode_keeps_every_test(pytester: pytest.Pytester, mode: str | None) -> None:
    pytest.importorskip("anyio")
    pytester.makeini("[pytest]\nanyio_mode = auto\n" + ("" if mode is None else f"asyncio_mode = {mode}\n"))
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "trio"
        """
    )
    pytest.importorskip("trio")
    run_source(
        pytester,
        """
        import sniffio

        async def test_it():
            assert sniffio.current_async_library() == "trio"
        """,
        "-p",
        "anyio",
        passed=1,
    )


def test_modules_of_different_backends_live_side_by_side(pytester: pytest.Pytester) -> None:
    pytest.importorskip("trio")
    pytester.makepyfile(
        test_anyio="""
        import pytest, sniffio

        pytestmark = pytest.mark.anyio

        @pytest.fixture(params=["trio"])
        def anyio_backend(request):
            return request.param

        @pytest.fixture
        async def backend():
            return sniffio.current_async_library()

        async def test_it(backend):
            assert backend == sniffio.current_async_library() == "trio"
        """,
        test_asyncio="""
        import pytest, sniffio

        pytestmark = pytest.mark.asyncio

        @pytest.fixture
        async def backend():
            return sniffio.current_async_library()

        async def test_it(backend):
            assert backend == sniffio.current_async_library() == "asyncio"
        """,
    )
    run(pytester, "-p", "anyio", passed=2)


# Plugins that are installed for these tests


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


def test_a_fixture_called_io_loop_is_nothing_special_without_tornado(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import pytest

        @pytest.fixture
        def io_loop():
            return 1

        async def test_it(io_loop):
            assert io_loop == 1
        """,
        passed=1,
    )


def test_pytest_django_and_async_views(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    put_on_path(monkeypatch, installer, "pytest-django", "theirs first")
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
    run_apart(pytester, "--ds", "site_settings", passed=3)


# unittest


def test_unittest_runs_its_own_coroutines(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, unittest

        loops = {}

        @pytest.fixture
        async def resource():
            return asyncio.get_running_loop()

        async def test_before(resource):
            loops["ours"] = asyncio.get_running_loop()
            assert resource is loops["ours"]

        class TestIsolated(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                self.loop = asyncio.get_running_loop()

            async def test_it(self):
                assert asyncio.get_running_loop() is self.loop
                loops["theirs"] = self.loop

            async def asyncTearDown(self):
                assert asyncio.get_running_loop() is self.loop

        class TestPlain(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def take(self, resource):
                self.resource = resource

            def test_it(self):
                assert self.resource is loops["ours"] is asyncio.get_event_loop()

        async def test_after(resource):
            assert resource is asyncio.get_running_loop() is loops["ours"] is not loops["theirs"]
        """,
        passed=4,
    )


def test_a_marker_on_a_unittest_class_changes_nothing(pytester: pytest.Pytester) -> None:
    run_source(
        pytester,
        """
        import asyncio, pytest, unittest

        @pytest.mark.asyncio
        class TestIsolated(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                await asyncio.sleep(0)

            def test_sync(self):
                pass
        """,
        passed=2,
    )


# Unset mode


@pytest.mark.parametrize("marker", ["anyio", "trio", "twisted"])
def test_a_test_of_another_backend_is_never_run_by_us_even_if_its_plugin_is_missing(
    pytester: pytest.Pytester, marker: str
) -> None:
    pytester.makeini(f"[pytest]\nmarkers = {marker}: of another plugin\n")
    result = run_source(
        pytester,
        f"""
        import pytest

        @pytest.mark.{marker}
        async def test_theirs():
            pass

        async def test_ours():
            pass
        """,
        passed=1,
        failed=1,
    )
    result.stdout.fnmatch_lines([
        "*::test_theirs: async def functions are not natively supported, and nobody runs this one: of its marker or "
        "fixtures, whose plugin is missing"
    ])  # fmt: skip


# Our own name


def test_a_suite_may_ask_for_pytest_asyncio_by_every_name(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrequired_plugins = pytest-asyncio>=0.21\nasyncio_mode = auto\n")
    pytester.makeconftest(
        """
        pytest_plugins = ["pytest_asyncio"]

        def pytest_configure(config):
            assert config.pluginmanager.hasplugin("asyncio")
            assert config.pluginmanager.get_plugin("asyncio") is not None
        """
    )
    run_source(pytester, "async def test_it(): pass", "--strict-config", "--strict-markers", passed=1)


@pytest.mark.parametrize("arguments", [["-p", "no:asyncio"], ["-p", "no:asyncshim"]])
def test_no_asyncio_and_no_asyncshim_both_mean_no_async_tests(pytester: pytest.Pytester, arguments: list[str]) -> None:
    pytester.makepyfile("async def test_async(): pass\n\ndef test_sync(): pass\n")
    result = pytester.runpytest_subprocess(*arguments)
    assert result.parseoutcomes()["passed"] == 1
    result.stdout.no_fnmatch_line("asyncshim-*: *")


def test_naming_asyncshim_runs_it_where_asyncio_is_blocked(pytester: pytest.Pytester) -> None:
    """A team that blocked pytest-asyncio's plugin for good may still choose ours."""
    pytester.makepyfile("async def test_async(): pass")
    run(pytester, "-p", "no:asyncio", "-p", "asyncshim", passed=1)


@pytest.mark.parametrize("how", ["variable", "option"])
def test_it_can_be_the_only_plugin(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "")
    arguments = ["-p", "asyncshim"]
    if how == "variable":
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    elif pytest.version_tuple < (8, 4):
        pytest.skip("pytest has --disable-plugin-autoload since 8.4")
    else:
        arguments.insert(0, "--disable-plugin-autoload")
    result = run_source(
        pytester, "import pytest_asyncio\n\nasync def test_it(event_loop): pass\n", *arguments, passed=1
    )
    assert "plugins: asyncshim-" in result.stdout.str()
    assert "timeout" not in result.stdout.str()


def test_the_environment_may_name_it(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", "asyncshim,pytest_asyncio")
    run_source(pytester, "import pytest_asyncio\n\nasync def test_it(event_loop): pass\n", passed=1)


def test_two_sessions_in_one_process_do_not_meet(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it="""
        import asyncio, pytest, pytest_asyncio

        @pytest.fixture
        @pytest.mark.asyncio
        async def loop():
            return asyncio.get_running_loop()

        def test_sync():
            assert not asyncio.get_event_loop().is_closed()

        async def test_async(loop, event_loop):
            assert asyncio.get_running_loop() is loop is event_loop
        """
    )
    script = pytester.makepyfile(
        main="""
        import gc, sys, pytest

        for _ in range(2):
            assert pytest.main(["-q", "-W", "error", "test_it.py"]) == 0
            assert "pytest_asyncio" not in sys.modules
            sys.modules.pop("test_it", None)
            gc.collect()
        """
    )
    result = pytester.run(sys.executable, "-W", "error", script)
    assert result.ret == 0, result.stderr.str()
    assert result.stdout.str().count("2 passed") == 2
    assert result.stdout.str().count("1 of ASH105") == 2


def test_a_session_inside_a_test_leaves_the_outer_one_its_loop(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["pytester"]')
    run_source(
        pytester,
        '''
        import asyncio, pytest

        @pytest.fixture(scope="session")
        async def queue():
            queue = asyncio.Queue()
            task = asyncio.create_task(queue.join())
            yield queue
            assert not task.cancelled()
            task.cancel()

        @pytest.fixture
        def inner(pytester):
            pytester.makepyfile("""
                import asyncio

                async def test_it(event_loop):
                    assert asyncio.get_running_loop() is event_loop
                    event_loop.set_debug(True)
            """)
            pytester.runpytest_inprocess().assert_outcomes(passed=1)

        async def test_before(queue):
            await queue.put(asyncio.get_running_loop())

        def test_inner(inner):
            assert not asyncio.get_event_loop().is_closed()

        async def test_after(queue):
            assert await queue.get() is asyncio.get_running_loop()
            assert not asyncio.get_running_loop().get_debug()
        ''',
        passed=3,
    )
