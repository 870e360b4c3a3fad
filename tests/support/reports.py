"""One report with every kind of content that a format has to escape or place."""

from __future__ import annotations

import tiny_rules
from asyncshim.migrate.reports.model import Report, RunMode
from asyncshim_codemods.results import FileResult, Finding, Safety

OLD = b"""\
import pytest_asyncio


@pytest_asyncio.fixture(scope="session")
async def pool():
    yield "<b>" + 'x' * 3  # ASH101 & co


def test_left(event_loop):
    event_loop.run_forever()
"""
NEW = OLD.replace(b"pytest_asyncio", b"pytest")
RESULTS = (
    FileResult(
        "tests/api/test_a.py",
        OLD,
        NEW,
        (
            Finding(9, 15, "ASH331", "a loop that runs for ever: 100% by hand, <b>really</b>", Safety.MANUAL, False),
            Finding(4, 2, "ASH101", "an old | word\nin two lines", Safety.SAFE, True),
        ),
    ),
    FileResult("tests/api/caf\udce9 `x`.py", b"", b"", (Finding(1, 1, "ASH999", "unknown", Safety.UNSAFE, False),)),
    FileResult("tests/test_broken.py", b"", b"", error="syntax error: <unclosed>", error_line=7),
    FileResult("tests/test_gone.py", b"", b"", error="cannot be read: No such file"),
)


def report(mode: RunMode = RunMode.PREVIEW, results: tuple[FileResult, ...] = RESULTS) -> Report:
    return Report("0.1.0", mode, results, tiny_rules.rules(), files=12)  # type: ignore[arg-type]
