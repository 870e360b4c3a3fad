"""Failures of tests whose reports were made before, with xdist too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

_OUTPUT = "asyncshim_late"
_MOST = 100


class Late(NamedTuple):
    """A failure of a test that has ended."""

    nodeid: str
    location: tuple[str, int | None, str]
    text: str


def send(session: pytest.Session, late: list[Late]) -> None:
    """Report *late*, or pass it to xdist's controller, and let the session fail."""
    output: Any = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = [tuple(failure) for failure in late]
        return
    _report(session.config, late)
    if session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _report(config: pytest.Config, late: Iterable[Late]) -> None:
    """Report one error for each test, as one of its tear-down."""
    texts: dict[tuple[str, tuple[str, int | None, str]], list[str]] = {}
    for failure in late:
        texts.setdefault((failure.nodeid, failure.location), []).append(failure.text)
    for (nodeid, location), lines in texts.items():
        if len(lines) > _MOST:
            lines[_MOST:] = [f"… and {len(lines) - _MOST} more"]
        report = pytest.TestReport(nodeid, location, {}, "failed", "\n".join(lines), "teardown")
        config.hook.pytest_runtest_logreport(report=report)


class Receiving:
    """Registered in xdist's controller."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Report what the worker has sent when it ended."""
        output: dict[str, Any] = getattr(node, "workeroutput", None) or {}
        late: list[list[Any]] = output.get(_OUTPUT, [])
        _report(self._config, [Late(nodeid, tuple(location), text) for nodeid, location, text in late])
