"""A conftest for nested sessions: for event loops, time passes only while they have nothing else to do.

A time limit then expires where everything waits, however slow the machine is.
"""

from __future__ import annotations

import asyncio

import pytest

_patch = pytest.MonkeyPatch()
_now = 0.0


def pytest_configure() -> None:
    run_once = asyncio.BaseEventLoop._run_once  # type: ignore[attr-defined]

    def pass_time(loop: asyncio.BaseEventLoop) -> None:
        global _now  # noqa: PLW0603
        timers = [timer for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
        if timers and not loop._ready:  # type: ignore[attr-defined]
            _now = max(_now, min(timer.when() for timer in timers))
        run_once(loop)

    _patch.setattr(asyncio.BaseEventLoop, "time", lambda _loop: _now)
    _patch.setattr(asyncio.BaseEventLoop, "_run_once", pass_time)


def pytest_unconfigure() -> None:
    _patch.undo()
