"""Read what the recorder wrote: the outcomes of a run, and what keeps it from being compared."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The outcome of a test is the worst of its phases. A test that was only collected did not end.
_ORDER = ("collected", "passed", "xfailed", "xpassed", "skipped", "failed", "error")


@dataclass(slots=True)
class Record:
    """The records of one run, in the order in which they were written."""

    root: Path = field(default_factory=Path)
    outcomes: dict[str, str] = field(default_factory=dict[str, str])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    uncollected: dict[str, str] = field(default_factory=dict[str, str])
    """The files that could not be collected, with the error."""
    started: str | None = None
    """The test whose last phase was not recorded, if there is one."""
    session: bool = False
    crash: str | None = None
    interrupted: str | None = None
    exit_status: int | None = None

    def trouble(self, code: int | None, timeout: float | None) -> str | None:
        """Return why this run of a process that ended with ``code`` cannot be compared with another one."""
        if code is None:
            return f"pytest did not end within {timeout:g} seconds{self._where()}"
        if self.crash is not None:
            return f"pytest crashed (INTERNALERROR): {_one_line(self.crash)}"
        if self.uncollected:
            first, *others = self.uncollected
            more = f" and {len(others)} more" if others else ""
            return f"pytest could not collect {first or 'the tests'}{more}"
        if self.interrupted is not None:
            return f"the run was stopped{self._where()}: {_one_line(self.interrupted)}"
        if code < 0:
            return f"pytest was killed by {_signal(-code)}{self._where()}"
        if self.exit_status is None:
            return self._without_end(code)
        if self.exit_status != code:
            return f"pytest ended with exit code {code}, after its session had ended with {self.exit_status}"
        if not self.outcomes:
            return f"no test ran: pytest ended with exit code {code}"
        return None

    def _without_end(self, code: int) -> str | None:
        """Return the error message for a process that exited before the end of its session."""
        if not self.session:
            return f"pytest could not start: it ended with exit code {code}"
        failed = not {"failed", "error"}.isdisjoint(self.outcomes.values())
        # Some suites leave with os._exit() after the last test, because their threads would wait for ever.
        if self.outcomes and not self._waiting() and self.started is None and code == int(failed):
            return None
        return f"the process ended with exit code {code} before pytest did{self._where()}"

    def _waiting(self) -> list[str]:
        return [test for test, outcome in self.outcomes.items() if outcome == "collected"]

    def _where(self) -> str:
        place = self.started or next(iter(self._waiting()), None)
        return f", in {place}" if place else ""

    def add(self, entry: Mapping[str, str]) -> None:
        """Add one record."""
        test, when, outcome, text = entry["id"], entry["when"], entry["outcome"], entry["text"]
        if when == "root":
            self.root, self.session = Path(test), True
        elif when == "collect":
            self.uncollected[test] = text
        elif when == "internal error":
            self.crash = text
        elif when == "interrupted":
            self.interrupted = text
        elif when == "end":
            self.exit_status = int(outcome)
        else:
            self._phase(test, when, outcome, text)

    def _phase(self, test: str, when: str, outcome: str, text: str) -> None:
        if when in {"setup", "call"}:
            self.started = test
        elif self.started == test:
            self.started = None
        if when != "setup" or outcome != "passed":  # the call follows, unless the process dies
            if _ORDER.index(outcome) >= _ORDER.index(self.outcomes.get(test, "collected")):
                self.outcomes[test] = outcome
            if text:
                self.texts[test] = text


def read(lines: Iterable[str]) -> Record:
    """Read the lines of a record."""
    record = Record()
    for line in lines:
        try:
            entry: dict[str, str] = json.loads(line)
        except ValueError:
            continue  # incomplete line: the process died
        record.add(entry)
    return record


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _one_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
