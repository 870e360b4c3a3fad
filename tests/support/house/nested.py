"""A pytest below this one: run it, and say in one line how it must end."""

from __future__ import annotations

import pytest


def run(pytester: pytest.Pytester, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """Run the suite in *pytester*'s folder with warnings as errors; its outcomes must be exactly *outcomes*."""
    result = pytester.runpytest("-W", "error", *arguments)
    result.assert_outcomes(**outcomes)
    return result


def run_source(pytester: pytest.Pytester, source: str, *arguments: str, **outcomes: int) -> pytest.RunResult:
    """The same for a suite of one module."""
    pytester.makepyfile(source)
    return run(pytester, *arguments, **outcomes)


def as_sync(source: str) -> str:
    """The same suite for plain pytest, which must give the same node ids and outcomes."""
    return source.replace("async def", "def").replace("await asyncio.sleep(0)", "pass").replace("await ", "")
