from __future__ import annotations

import os
import signal
import threading

import pytest

from asyncshim.migrate.interrupts import blocked_interrupts, deferred_interrupts, unblock_interrupts


def test_ctrl_c_is_deferred_to_the_end_of_the_block() -> None:
    done = []

    def interrupted() -> None:
        with deferred_interrupts():
            signal.raise_signal(signal.SIGINT)
            done.append("after the signal")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["after the signal"]


def test_deferred_interrupts_restores_the_signal_handlers() -> None:
    before = signal.getsignal(signal.SIGINT)
    with deferred_interrupts():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_deferred_interrupts_works_in_other_threads() -> None:
    ran = []

    def work() -> None:
        with deferred_interrupts():
            ran.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ran == [True]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_blocked_interrupt_arrives_after_unblocking() -> None:
    done = []

    def blocked() -> None:
        with blocked_interrupts():
            signal.raise_signal(signal.SIGINT)
            done.append("after the signal")
            unblock_interrupts()
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        blocked()
    assert done == ["after the signal"]
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())
