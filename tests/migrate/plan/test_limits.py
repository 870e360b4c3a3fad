from __future__ import annotations

import signal

import pytest

from asyncshim.migrate.plan.limits import NO_MEMORY, Limits, shown_size


@pytest.mark.parametrize(
    ("size", "shown"), [(2 * 2**20, "2 MB"), (2**30, "1 GB"), (500 * 1024, "500 kB"), (50, "50 bytes")]
)
def test_a_size_is_shown_with_the_largest_unit(size: int, shown: str) -> None:
    assert shown_size(size) == shown


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (NO_MEMORY, "needs more than 2 GB of memory"),
        (-signal.SIGABRT, "needs more than 2 GB of memory"),
        (-signal.SIGSEGV, "is nested too deeply"),
        (-9, "the process that worked on it died"),
        (None, "the process that worked on it died"),
    ],
)
def test_the_reason_follows_from_how_the_process_died(code: int | None, reason: str) -> None:
    assert Limits().died(code).startswith(reason)
