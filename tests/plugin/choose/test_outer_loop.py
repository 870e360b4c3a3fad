"""``pytest.main()`` inside a running event loop, as in a notebook: the message names the loop and the ways out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asyncshim.plugin.choose import outer_loop
from house.processes import environment

PROGRAM = """
import asyncio, sys, pytest

async def main():
    return pytest.main(sys.argv[1:])

sys.exit(asyncio.run(main()))
"""
IN_THREAD = """
import asyncio, sys, asyncshim, pytest

async def main():
    return await asyncio.to_thread(pytest.main, sys.argv[1:]{plugins})

sys.exit(asyncio.run(main()))
"""
SUITE = """
import asyncio, pytest

@pytest.fixture
async def value():
    return 1

async def test_async(): await asyncio.sleep(0)
async def test_with_fixture(value): pass
def test_sync_with_fixture(value): pass
def test_with_runner(asyncio_runner): asyncio_runner.run(asyncio.sleep(0))
def test_sync(): pass
def test_with_loop(event_loop): event_loop.call_soon_threadsafe(print)
"""


def run_program(pytester: pytest.Pytester, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", program, "-W", "error", *arguments],
        env=environment(),
        cwd=pytester.path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("--asyncshim-runner=loop_scope",), ("--tb=short",)])
def test_every_async_test_and_fixture_says_what_to_do(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = run_program(pytester, PROGRAM, *arguments)
    assert "2 failed, 2 passed, 2 errors" in result.stdout, result.stdout
    reason = "cannot run: this thread is running another event loop already, <"
    for what in ("test_it.py::test_async", "test_it.py::test_with_runner", "the async fixture 'value'"):
        assert f"{what} {reason}" in result.stdout
    assert result.stdout.count("`await asyncio.to_thread(pytest.main, arguments)`") == 4
    assert result.stdout.count("[asyncshim.Plugin(loop)]") == 4
    assert "asyncshim/plugin" not in result.stdout
    assert "traceback entries are hidden" not in result.stdout
    for noise in ("Warning", "never awaited", "Traceback"):
        assert noise not in result.stdout + result.stderr


@pytest.mark.parametrize("plugins", ["", ", [asyncshim.Plugin(asyncio.get_running_loop())]"])
def test_the_ways_out_that_the_message_names_work(pytester: pytest.Pytester, plugins: str) -> None:
    pytester.makepyfile(test_it=SUITE)
    result = run_program(pytester, IN_THREAD.format(plugins=plugins))
    assert "6 passed" in result.stdout, result.stdout + result.stderr
    assert not result.stderr


def test_outside_of_a_loop_none_is_found() -> None:
    assert outer_loop.running() is None
