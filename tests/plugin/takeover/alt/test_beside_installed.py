"""alt-pytest-asyncio or nest_asyncio installed too: the real packages from PyPI."""

from __future__ import annotations

import os

import pytest

from house.foreign import Installer

SUITE = """
import asyncio, pytest
import alt_pytest_asyncio

async def test_it(async_timeout):
    assert alt_pytest_asyncio.__spec__.origin == alt_pytest_asyncio.plugin.__spec__.origin == "asyncshim"
    assert async_timeout.timeout == 5

async def test_late(async_timeout):
    async_timeout.set_timeout_seconds(0.05)
    await asyncio.sleep(60)
"""
PROGRAM = """
import asyncio
import alt_pytest_asyncio
import nest_asyncio
import pytest

async def main():
    loop = asyncio.get_running_loop()
    made = alt_pytest_asyncio.plugin.AltPytestAsyncioPlugin(managed_loop=loop)
    other = asyncio.create_task(asyncio.sleep(60))
    assert pytest.main(["-q", "test_nested.py"], plugins=[made]) == 0
    await asyncio.sleep(0)
    assert not other.done()

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.is_of_program = True
nest_asyncio.apply(loop)
alt_pytest_asyncio.run_coro_as_main(loop, main())
assert loop.is_closed()
"""
NESTED = """
import asyncio, pytest

@pytest.fixture(scope="module")
async def value():
    await asyncio.sleep(0)
    yield asyncio.get_running_loop()
    await asyncio.sleep(0)

async def test_async(value):
    await asyncio.sleep(0)
    assert asyncio.get_running_loop() is value and value.is_of_program

def test_sync(value):
    assert asyncio.get_event_loop() is value
"""


def put_on_path(monkeypatch: pytest.MonkeyPatch, installer: Installer, *plugins: str) -> None:
    if "alt-pytest-asyncio" in plugins and pytest.version_tuple < (8,):
        pytest.skip("alt-pytest-asyncio 0.9 needs pytest 8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(installer.place(plugin)) for plugin in plugins))


@pytest.mark.parametrize("is_first", [True, False], ids=["asyncshim first", "real first"])
@pytest.mark.parametrize("how", ["-p", "pytest_plugins"])
def test_asyncshim_takes_over(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, how: str, is_first: bool
) -> None:
    put_on_path(monkeypatch, installer, "alt-pytest-asyncio")
    if is_first:
        path = os.pathsep.join([str(installer.metadata_of_asyncshim()), os.environ["PYTHONPATH"]])
        monkeypatch.setenv("PYTHONPATH", path)
    if how == "pytest_plugins":
        pytester.makeconftest('pytest_plugins = ["alt_pytest_asyncio.enable"]')
    pytester.makepyfile(SUITE)
    arguments = ("-p", "alt_pytest_asyncio.enable") if how == "-p" else ()
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize("real", [(), ("alt-pytest-asyncio",)], ids=["alone", "beside"])
def test_a_running_loop_that_nest_asyncio_has_patched_runs_the_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer, real: tuple[str, ...]
) -> None:
    put_on_path(monkeypatch, installer, "nest-asyncio", *real)
    pytester.makepyfile(program=PROGRAM, test_nested=NESTED)
    result = pytester.runpython("program.py")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["2 passed*"])


def test_without_asyncshim_the_real_one_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, installer: Installer
) -> None:
    put_on_path(monkeypatch, installer, "alt-pytest-asyncio")
    pytester.makepyfile(
        "async def test_it(async_timeout):\n    assert type(async_timeout).__module__ == 'alt_pytest_asyncio.plugin'\n"
    )
    pytester.runpytest_subprocess("-p", "no:asyncshim", "-p", "alt_pytest_asyncio.enable").assert_outcomes(passed=1)
