"""The clocks of a thread."""

from __future__ import annotations

import threading
import time

import pytest

from asyncshim.plugin.checks.thread_clocks import ThreadClocks, clocks_of_present_thread


@pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="needs clocks of threads")
def test_another_thread_can_read_how_long_a_thread_computed() -> None:
    clocks = clocks_of_present_thread()
    before = clocks.computed()
    while time.thread_time() < before + 0.02:
        pass
    found: list[float] = []
    thread = threading.Thread(target=lambda: found.append(clocks.computed()))
    thread.start()
    thread.join()
    assert found[0] >= before + 0.01


def test_clocks_that_do_not_exist_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    clocks = ThreadClocks(threading.get_ident(), None)
    assert (clocks.computed(), clocks.waited()) == (0.0, 0.0)


def test_waiting_for_a_processor_never_goes_back() -> None:
    clocks = clocks_of_present_thread()
    assert 0 <= clocks.waited() <= clocks.waited()
