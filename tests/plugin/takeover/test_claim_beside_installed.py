"""pytest-asyncio installed too: asyncshim takes over in either order of loading, and gives it back when blocked."""

from __future__ import annotations

import os
import textwrap

import pytest

from house.foreign import NEWEST_PYTEST_ASYNCIO, Installer

RELEASES = {"pytest-asyncio": NEWEST_PYTEST_ASYNCIO, "pytest-asyncio-0.21": "0.21.2"}
SUITE = """
import asyncio, pytest, pytest_asyncio

@pytest_asyncio.fixture(scope="session")
async def pool():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

@pytest.fixture
async def connection(pool):
    return pool

async def test_unmarked(connection, pool):
    assert asyncio.get_running_loop() is pool is connection

@pytest.mark.asyncio
async def test_marked(connection):
    assert asyncio.get_running_loop() is connection

def test_loop(event_loop, pool):
    assert event_loop is pool
    assert event_loop.run_until_complete(asyncio.sleep(0, 1)) == 1
"""


@pytest.fixture(params=["real first", "asyncshim first"])
def order(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def release(request: pytest.FixtureRequest) -> str:
    chosen: str = getattr(request, "param", "pytest-asyncio")
    return chosen


every_release = pytest.mark.parametrize("release", RELEASES, indirect=True)


@pytest.fixture
def beside(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, order: str, release: str
) -> pytest.Pytester:
    """A folder in which pytest-asyncio is installed, before or after asyncshim in the order of loading."""
    put_on_path(monkeypatch, installer, order, release)
    return pytester


def put_on_path(monkeypatch: pytest.MonkeyPatch, installer: Installer, order: str, *plugins: str) -> None:
    places = [installer.place(plugin) for plugin in plugins]
    if order == "asyncshim first":
        places.insert(0, installer.metadata_of_asyncshim())
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)))


def run(pytester: pytest.Pytester, *arguments: str, **outcomes: int) -> pytest.RunResult:
    result = pytester.runpytest_subprocess("-W", "error", *arguments)
    result.assert_outcomes(**outcomes)
    return result


@every_release
def test_the_suite_runs_on_one_loop_and_the_header_says_who_runs_it(beside: pytest.Pytester) -> None:
    beside.makepyfile(SUITE)
    result = run(beside, "--strict-config", "--strict-markers", passed=3)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, *", "asyncshim: takes over from the installed pytest-asyncio"])
    result.stdout.no_fnmatch_line("asyncio: mode=*")
    # None of them is an override of event_loop or event_loop_policy.
    uses = "1 asyncio marker, 1 pytest_asyncio.fixture, 1 request for event_loop"
    result.stdout.fnmatch_lines([f"asyncshim: old features in use: {uses}; *"])


def test_strict_mode_and_loop_scopes_mean_the_same(beside: pytest.Pytester) -> None:
    beside.makepyfile(
        """
        import asyncio, pytest, pytest_asyncio

        @pytest_asyncio.fixture(loop_scope="module", scope="module")
        async def value():
            return asyncio.get_running_loop()

        @pytest.mark.asyncio(loop_scope="module")
        async def test_marked(value):
            assert asyncio.get_running_loop() is value
        """
    )
    beside.makeini(
        """
        [pytest]
        asyncio_mode = strict
        asyncio_default_fixture_loop_scope = function
        """
    )
    result = run(beside, "--strict-config", "--asyncshim-runner=loop_scope", passed=1)
    result.stdout.fnmatch_lines(["asyncshim *: a loop for each loop scope, mode strict"])


def test_imports_give_the_replacement_module_with_the_installed_version(beside: pytest.Pytester, release: str) -> None:
    beside.makepyfile(
        f"""
        import pytest_asyncio, pytest_asyncio.plugin

        def test_it(request):
            assert pytest_asyncio.__spec__.origin == pytest_asyncio.plugin.__spec__.origin == "asyncshim"
            assert pytest_asyncio.__version__ == {RELEASES[release]!r}
            assert request.config.pluginmanager.hasplugin("asyncio")
        """
    )
    run(beside, passed=1)


def test_required_plugins_find_it(beside: pytest.Pytester, release: str) -> None:
    beside.makepyfile(SUITE)
    beside.makeini(f"[pytest]\nrequired_plugins = pytest-asyncio=={RELEASES[release]}\n")
    run(beside, passed=3)
    beside.makeini("[pytest]\nrequired_plugins = pytest-asyncio>=99\n")
    result = beside.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: Missing required plugins: pytest-asyncio>=99"])


@pytest.mark.parametrize("arguments", [["-p", "pytest_asyncio"], ["-p", "asyncshim"], ["-p", "asyncio"]])
def test_naming_either_on_the_command_line_changes_nothing(beside: pytest.Pytester, arguments: list[str]) -> None:
    beside.makepyfile(SUITE)
    result = run(beside, *arguments, passed=3)
    result.stdout.fnmatch_lines(["asyncshim *: one loop, *"])


def test_turning_asyncio_off_turns_both_off(beside: pytest.Pytester) -> None:
    beside.makepyfile("async def test_it(): pass")
    result = beside.runpytest_subprocess("-p", "no:asyncio")
    assert "passed" not in result.parseoutcomes()
    result.stdout.no_fnmatch_line("*async*: *mode=*")


def test_without_asyncshim_the_real_pytest_asyncio_is_used(beside: pytest.Pytester) -> None:
    beside.makepyfile(
        """
        import asyncio, pytest, pytest_asyncio

        @pytest_asyncio.fixture
        async def value():
            return asyncio.get_running_loop()

        @pytest.mark.asyncio
        async def test_marked(value, request):
            assert asyncio.get_running_loop() is value
            assert pytest_asyncio.__spec__.origin.endswith("__init__.py")
            assert type(request.node).__module__ == "pytest_asyncio.plugin"
        """
    )
    if NEWEST_PYTEST_ASYNCIO != "0.23.8":  # which does not know the option
        beside.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    for arguments in ([], ["-p", "pytest_asyncio"]):
        result = run(beside, "-p", "no:asyncshim", *arguments, passed=1)
        result.stdout.fnmatch_lines(["asyncio: mode=Mode.STRICT*"])
        result.stdout.no_fnmatch_line("asyncshim *: *")


@every_release
def test_fixtures_that_the_real_decorator_marked_are_honoured(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    installer: Installer,
    release: str,
) -> None:
    """A plugin that loads before us gets the real module."""
    older = pytester.mkdir("older")
    older.joinpath("older_plugin.py").write_text(
        textwrap.dedent(
            """
            import asyncio, pytest_asyncio

            assert pytest_asyncio.__spec__.origin != "asyncshim"

            @pytest_asyncio.fixture(scope="session")
            async def from_older():
                yield asyncio.get_running_loop()
                await asyncio.sleep(0)
            """
        )
    )
    metadata = older / "older_plugin-1.dist-info"
    metadata.mkdir()
    metadata.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: older-plugin\nVersion: 1\n")
    metadata.joinpath("entry_points.txt").write_text("[pytest11]\nolder = older_plugin\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(older), str(installer.place(release))]))
    pytester.makepyfile(
        """
        import asyncio, pytest

        @pytest.mark.asyncio
        async def test_it(from_older):
            assert asyncio.get_running_loop() is from_older
        """
    )
    run(pytester, "--asyncio-mode=strict", passed=1)


@every_release
def test_the_override_protocol_of_pytest_asyncio_still_works(beside: pytest.Pytester) -> None:
    beside.makepyfile(
        """
        import asyncio, pytest

        class Own(asyncio.SelectorEventLoop):
            pass

        @pytest.fixture(scope="module")
        def event_loop():
            loop = Own()
            yield loop
            loop.close()

        async def test_it(event_loop):
            assert asyncio.get_running_loop() is event_loop
            assert type(event_loop) is Own
        """
    )
    run(beside, passed=1)


def test_aiohttps_plugin_works_with_the_pytest_asyncio_that_it_requires(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, order: str
) -> None:
    pytest.importorskip("aiohttp")
    put_on_path(monkeypatch, installer, order, "pytest-aiohttp", "pytest-asyncio")
    pytester.makepyfile(AIOHTTP)
    result = run(pytester, passed=2)
    result.stdout.fnmatch_lines(["asyncshim*takes over from the installed pytest-asyncio"])
    result.stdout.no_fnmatch_line("asyncshim: old features*")  # what the plugin uses is not for the suite to change


AIOHTTP = """
import asyncio, pytest
from aiohttp import web

@pytest.fixture
async def client(aiohttp_client):
    async def hello(request):
        return web.Response(text=f"hello {request.match_info['name']}")

    application = web.Application()
    application.router.add_get("/{name}", hello)
    return await aiohttp_client(application)

async def test_client(client):
    response = await client.get("/world")
    assert await response.text() == "hello world"

async def test_server(aiohttp_server, unused_tcp_port):
    server = await aiohttp_server(web.Application(), port=unused_tcp_port)
    assert server.port
"""


def test_aiohttps_plugin_works_without_it_when_asyncshim_is_named_first(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    pytest.importorskip("aiohttp")
    put_on_path(monkeypatch, installer, "real first", "pytest-aiohttp")
    pytester.makepyfile(AIOHTTP)
    pytester.makeini("[pytest]\naddopts = -p asyncshim\n")
    run(pytester, passed=2)


def test_a_plugin_that_loads_later_finds_the_replacement_module(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    """For one that loads earlier see test_early.py: it needs an installed wheel."""
    pytest.importorskip("aiohttp")
    put_on_path(monkeypatch, installer, "asyncshim first", "pytest-aiohttp")
    pytester.makepyfile(AIOHTTP)
    run(pytester, passed=2)
