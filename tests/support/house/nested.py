"""Run a nested pytest session and assert its outcomes."""

from __future__ import annotations

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
