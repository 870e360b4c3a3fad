"""Run a nested pytest session and assert its outcomes."""

from __future__ import annotations

import sys

import pytest


def run(pytester: pytest.Pytester, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """Run the suite in the folder of *pytester* with warnings as errors, and assert exactly *outcomes*."""
    result = pytester.runpytest("-W", "error", *arguments)
    result.assert_outcomes(**outcomes)
    return result


def run_source(pytester: pytest.Pytester, source: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """Write *source* as a test module, then run it like `run`."""
    pytester.makepyfile(source)
    return run(pytester, *arguments, **outcomes)


def as_sync(source: str) -> str:
    """Return the suite with sync functions, which has the same node ids and outcomes."""
    return source.replace("async def", "def").replace("await asyncio.sleep(0)", "pass").replace("await ", "")


OWNER = """
import asyncio
import sys

import pytest

import asyncshim


async def main():
    loop = asyncio.get_running_loop()
    return await asyncio.to_thread(pytest.main, ["-p", "no:cacheprovider", *sys.argv[1:]], [asyncshim.Plugin(loop)])


sys.exit(asyncio.run(main()))
"""


def run_on_lent_loop(pytester: pytest.Pytester, source: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """Write *source* as a test module, run it on a loop of the caller, and assert exactly *outcomes*."""
    pytester.makepyfile(source)
    pytester.makepyfile(owner=OWNER)
    result = pytester.run(sys.executable, "owner.py", "-W", "error", *arguments, timeout=120)
    result.assert_outcomes(**outcomes)
    return result
