"""The thread that looks at the loop."""

from __future__ import annotations

import threading
import time

import pytest

from asyncshim.plugin.checks.watchdog import NAME, Watchdog
from asyncshim.plugin.loops.runner_pool import Pool


def test_it_sees_the_line_that_blocks_while_it_blocks(pool: Pool) -> None:
    watchdog = Watchdog(0.02, pool.present_loop)
    watchdog.start()

    async def block() -> None:
        watchdog.slow.wait(60)

    pool.default().run(block())
    watchdog.stop()
    (found,), omitted = watchdog.take()
    assert omitted == 0
    names = [line.function.rpartition(".")[2] for line in found.stack]
    assert names[0] == "block"
    assert "wait" in names[1:]  # of threading
    assert not watchdog.slow.is_set()


def test_it_does_not_report_while_it_is_paused(pool: Pool) -> None:
    watchdog = Watchdog(0.02, pool.present_loop)
    watchdog.is_paused = True
    watchdog.start()

    async def block() -> None:
        deadline = time.monotonic() + 60
        while watchdog.looks < 30 and time.monotonic() < deadline:
            time.sleep(0.001)

    pool.default().run(block())
    watchdog.stop()
    assert watchdog.take() == ([], 0)


def test_its_thread_ends(pool: Pool) -> None:
    watchdog = Watchdog(0.02, pool.present_loop)
    watchdog.start()
    assert any(thread.name == NAME and thread.daemon for thread in threading.enumerate())
    watchdog.stop()
    assert all(thread.name != NAME for thread in threading.enumerate())


@pytest.mark.parametrize("limit", [1e-9, 1e9])
def test_any_limit_can_be_watched(pool: Pool, limit: float) -> None:
    watchdog = Watchdog(limit, pool.present_loop)
    watchdog.start()
    watchdog.stop()
