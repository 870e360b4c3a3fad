"""Plugins that look inside pytest-asyncio: real releases of looptime, each written for another era of it."""

from __future__ import annotations

import os
import re

import pytest

from house.foreign import Installer
from house.nested import run, run_source

# 0.2 is for pytest-asyncio before 1.0; 0.3 for 0.23 to 1.0; 0.4 to 0.7 for these and 1.1; later ones for 1.1 and later.
RELEASES = ("0.2", "0.4", "0.5", "0.6", "0.7", "0.9")
HEAD = """\
import asyncio, time, pytest

@pytest.fixture(autouse=True)
def no_test_really_waits():
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < 1000

@pytest.fixture
async def loop_of_fixture():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

def now():
    return asyncio.get_running_loop().time()
"""
MARKED = """
@pytest.mark.looptime
async def test_one(loop_of_fixture):
    await asyncio.sleep(3600)
    assert now() == 3600
    assert loop_of_fixture is asyncio.get_running_loop()

@pytest.mark.asyncio
@pytest.mark.looptime(start=100)
async def test_two(loop_of_fixture):
    await asyncio.sleep(3600)
    assert now() == 3700

class TestIt:
    @pytest.mark.looptime
    async def test_method(self, loop_of_fixture):
        await asyncio.sleep(7200)
        assert now() == 7200
"""
REAL = """
async def test_real(loop_of_fixture):
    begin = time.monotonic()
    await asyncio.sleep(0.05)
    assert time.monotonic() - begin >= 0.04
"""


ONE_RUNNER, ONE_FOR_EACH_SCOPE = "--asyncshim-runner=session", "--asyncshim-runner=loop_scope"
both_runners = pytest.mark.parametrize("runner", [ONE_RUNNER, ONE_FOR_EACH_SCOPE], ids=["session", "loop_scope"])


def provide(monkeypatch: pytest.MonkeyPatch, installer: Installer, release: str, order: str = "looptime first") -> None:
    places = [installer.place(f"looptime-{release}")]
    if order == "asyncshim first":
        places.insert(0, installer.metadata_of_asyncshim())
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)))


def passes(pytester: pytest.Pytester, source: str, *arguments: str, passed: int) -> pytest.RunResult:
    pytester.makepyfile(test_it=HEAD + source)
    result = pytester.runpytest_subprocess("-W", "error", *arguments)
    result.assert_outcomes(passed=passed)
    return result


@pytest.mark.parametrize(
    ("release", "order", "runner"),
    [
        *((release, "looptime first", ONE_RUNNER) for release in RELEASES),
        ("0.2", "asyncshim first", ONE_FOR_EACH_SCOPE),
        ("0.7", "asyncshim first", ONE_RUNNER),
        ("0.7", "looptime first", ONE_FOR_EACH_SCOPE),
        ("0.9", "asyncshim first", ONE_FOR_EACH_SCOPE),
    ],
)
def test_marked_tests_get_virtual_time_and_others_real_time(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    installer: Installer,
    release: str,
    order: str,
    runner: str,
) -> None:
    provide(monkeypatch, installer, release, order)
    passes(pytester, MARKED + REAL, "--strict-markers", runner, passed=4)


def test_a_release_that_warns_of_every_fixture_by_itself_works_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    provide(monkeypatch, installer, "0.3")
    passes(pytester, MARKED + REAL, "-W", "ignore:Fixture :RuntimeWarning", passed=4)


NEW_CONFIG, OLD_CONFIG = (
    "[tool.pytest]\naddopts = ['--looptime']\n",
    "[tool.pytest.ini_options]\naddopts = '--looptime'\n",
)


@pytest.mark.parametrize(
    ("release", "config"), [("0.2", OLD_CONFIG), ("0.5", OLD_CONFIG), ("0.7", NEW_CONFIG), ("0.9", OLD_CONFIG)]
)
def test_the_option_gives_all_tests_virtual_time(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, release: str, config: str
) -> None:
    if config is NEW_CONFIG and pytest.version_tuple < (9,):
        pytest.skip("[tool.pytest] is new in pytest 9")
    provide(monkeypatch, installer, release)
    pytester.makepyprojecttoml(config)
    source = re.sub(" *@pytest.mark.looptime\n", "", MARKED) + "@pytest.mark.looptime(False)" + REAL
    passes(pytester, source, passed=4)
    passes(pytester, REAL, "--no-looptime", passed=1)


@pytest.mark.parametrize(
    ("release", "scope", "runner"),
    [
        ("0.4", "class", ONE_RUNNER),
        ("0.5", "module", ONE_FOR_EACH_SCOPE),
        ("0.6", "session", ONE_RUNNER),
        ("0.7", "class", ONE_FOR_EACH_SCOPE),
        ("0.7", "module", ONE_RUNNER),
        ("0.7", "session", ONE_FOR_EACH_SCOPE),
        ("0.9", "class", ONE_RUNNER),
    ],
)
def test_on_a_loop_of_wider_scope_virtual_time_goes_on_where_it_was(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    installer: Installer,
    release: str,
    scope: str,
    runner: str,
) -> None:
    provide(monkeypatch, installer, release)
    source = f"""
@pytest.fixture(scope="{scope}")
async def wide():
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

times = []

@pytest.mark.asyncio(loop_scope="{scope}")
class TestIt:
    @pytest.mark.looptime
    async def test_one(self, wide):
        assert wide is asyncio.get_running_loop()
        begin = now()
        await asyncio.sleep(3600)
        times.append(now())
        assert round(times[0] - begin, 3) == 3600

    async def test_real(self, wide):
        assert wide is asyncio.get_running_loop()
        begin = time.monotonic()
        await asyncio.sleep(0.05)
        assert time.monotonic() - begin >= 0.04

    @pytest.mark.looptime
    async def test_two(self, wide):
        assert now() >= times[0]
        begin = now()
        await asyncio.sleep(3600)
        assert round(now() - begin, 3) == 3600
"""
    passes(pytester, source, runner, passed=3)


def test_tests_in_real_time_share_the_one_loop_with_wider_fixtures(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    provide(monkeypatch, installer, "0.7")
    source = """
@pytest.fixture(scope="session")
async def wide():
    yield asyncio.get_running_loop()

async def test_one(wide): assert wide is asyncio.get_running_loop()
@pytest.mark.looptime
async def test_virtual(): await asyncio.sleep(3600)
async def test_two(wide): assert wide is asyncio.get_running_loop()
def test_sync(event_loop, wide): assert event_loop is wide
"""
    passes(pytester, source, passed=4)


@both_runners
@pytest.mark.parametrize("release", ["0.6", "0.9"])
def test_virtual_time_can_be_enabled_in_a_fixture_of_any_loop(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, release: str, runner: str
) -> None:
    provide(monkeypatch, installer, release)
    source = """
import looptime

@pytest.fixture(scope="module")
@looptime.enabled(strict=True)
async def slow():
    await asyncio.sleep(3600)
    return 1

@pytest.mark.asyncio(loop_scope="module")
async def test_it(slow): assert slow == 1

async def test_inside():
    with looptime.enabled(strict=True):
        await asyncio.sleep(3600)
"""
    passes(pytester, source, runner, passed=2)


@pytest.mark.parametrize("release", ["0.2", "0.5", "0.7"])
@pytest.mark.parametrize("made", ["Own()", "asyncio.new_event_loop()"])
def test_a_suites_own_event_loop_gets_virtual_time(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, release: str, made: str
) -> None:
    provide(monkeypatch, installer, release)
    source = f"""
class Own(asyncio.SelectorEventLoop): pass

@pytest.fixture
def event_loop():
    loop = {made}
    yield loop
    loop.close()

@pytest.fixture(autouse=True)
def kind(event_loop):
    assert {made.startswith("Own")} == isinstance(event_loop, Own)
"""
    passes(pytester, source + MARKED, passed=3)


@both_runners
@pytest.mark.parametrize("release", ["0.7", "0.9"])
def test_a_suites_own_policy_gets_virtual_time(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, release: str, runner: str
) -> None:
    provide(monkeypatch, installer, release)
    source = """
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    class Policy(asyncio.DefaultEventLoopPolicy):
        pass

@pytest.fixture(scope="session")
def event_loop_policy():
    return Policy()
"""
    passes(pytester, source + MARKED + REAL, runner, passed=4)


def test_the_plugin_called_asyncio_is_the_module_with_its_fixtures(pytester: pytest.Pytester) -> None:
    source = """
import pytest, pytest_asyncio.plugin

def test_it(pytestconfig):
    plugin = pytestconfig.pluginmanager.getplugin("asyncio")
    assert plugin is pytest_asyncio.plugin
    assert plugin.__name__ == "pytest_asyncio.plugin"
    scopes = ("session", "package", "module", "class", "function")
    names = {f"_{scope}_{kind}" for scope in scopes for kind in ("event_loop", "scoped_runner")}
    assert names | {"event_loop", "fixture", "is_async_test"} <= set(dir(plugin))
    assert plugin.Mode.AUTO.value == "auto"
    assert pytestconfig.pluginmanager.get_name(plugin) == "asyncio"
"""
    run_source(pytester, source, passed=1)


@pytest.mark.parametrize("scope", ["session", "package", "module", "class", "function"])
def test_every_scope_has_a_runner_for_sync_and_async_code(pytester: pytest.Pytester, scope: str) -> None:
    source = f"""
import asyncio, contextvars, pytest

variable = contextvars.ContextVar("variable")

@pytest.fixture
def value(_{scope}_scoped_runner):
    assert isinstance(_{scope}_scoped_runner, asyncio.Runner)
    return _{scope}_scoped_runner.run(asyncio.sleep(0, 42))

async def read(): return variable.get(None)

class TestIt:
    def test_sync(self, value, _{scope}_scoped_runner, _{scope}_event_loop):
        assert value == 42
        assert _{scope}_scoped_runner.get_loop() is _{scope}_event_loop
        context = contextvars.Context()
        context.run(variable.set, 1)
        assert _{scope}_scoped_runner.run(read(), context=context) == 1
        with _{scope}_scoped_runner as runner:
            assert runner.run(asyncio.sleep(0, 1)) == 1
        _{scope}_scoped_runner.close()

    @pytest.mark.asyncio(loop_scope="{scope}")
    async def test_async(self, value, _{scope}_scoped_runner):
        assert _{scope}_scoped_runner.get_loop() is asyncio.get_running_loop()
"""
    pytester.makepyfile(test_it=source)
    for runner in (ONE_RUNNER, ONE_FOR_EACH_SCOPE):
        run(pytester, runner, passed=2)


def test_an_unknown_plugin_that_waits_for_the_runners_finds_a_new_one_for_each_test(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import asyncio, pytest

        @pytest.hookimpl(hookwrapper=True)
        def pytest_fixture_setup(fixturedef, request):
            outcome = yield
            if fixturedef.argname.endswith("_scoped_runner"):
                outcome.get_result().get_loop().noted = fixturedef.argname
        """
    )
    source = """
import asyncio, pytest

@pytest.fixture(scope="module")
async def wide():
    return asyncio.get_running_loop().noted

async def test_one(wide):
    assert wide == "_session_scoped_runner"
    assert asyncio.get_running_loop().noted == "_function_scoped_runner"
    asyncio.get_running_loop().left = True

async def test_two():
    assert asyncio.get_running_loop().noted == "_function_scoped_runner"
    assert not hasattr(asyncio.get_running_loop(), "left")
"""
    run_source(pytester, source, passed=2)
