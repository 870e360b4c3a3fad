"""Run pytest in a process and record the outcome of each test."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from asyncshim.migrate.prove import record, recorder

_PLUGIN = "asyncshim_recorder"
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LAST_LINES = 15
# In the order of pytest's own summary.
_WORDS = {
    "failed": "failed",
    "passed": "passed",
    "skipped": "skipped",
    "xfailed": "xfailed",
    "xpassed": "xpassed",
    "error": "errors",
    "collected": "not run",
}


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of pytest: outcome and failure text by node id, in the order of collection.

    The ids are relative to ``root``; ``exit_code`` is ``None`` for a run that exceeded its time limit. ``trouble``
    says why the run cannot be compared with another one, and ``uncollected`` which files have no tests because of it.
    """

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    exit_code: int | None
    output: str
    root: Path = Path()
    trouble: str | None = None
    uncollected: Mapping[str, str] = field(default_factory=dict[str, str])
    label: str = "pytest"

    @property
    def last_line(self) -> str:
        """The last line of pytest's output."""
        lines = [line.strip(" =") for line in self.output.splitlines() if line.strip(" =")]
        return lines[-1] if lines else ""

    @property
    def last_lines(self) -> str:
        """The last lines of pytest's output, without colours."""
        lines = [_ANSI.sub("", line).rstrip() for line in self.output.splitlines()]
        return "\n".join([line for line in lines if line][-_LAST_LINES:])

    @property
    def summary(self) -> str:
        """The number of tests with each outcome."""
        counts = Counter(self.outcomes.values())
        if set(counts) == {"collected"}:
            return f"{counts['collected']:,} collected"
        return ", ".join(
            f"{counts[outcome]:,} {'error' if word == 'errors' and counts[outcome] == 1 else word}"
            for outcome, word in _WORDS.items()
            if counts[outcome]
        )

    @property
    def ran(self) -> int:
        """The number of tests that ran to an end, or were skipped."""
        return sum(outcome != "collected" for outcome in self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """One test with different outcomes; ``None`` if the test does not exist in a run."""

    test: str
    before: str | None
    after: str | None


def run_pytest(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float | None = None
) -> SuiteRun:
    """Run ``command`` (a Python interpreter with ``-m pytest`` and arguments) and record the outcomes."""
    with tempfile.TemporaryDirectory(prefix="asyncshim-") as folder:
        shutil.copy(recorder.__file__, Path(folder, f"{_PLUGIN}.py"))
        written = Path(folder, "record.jsonl")
        search = os.pathsep.join(part for part in (folder, environment.get("PYTHONPATH", "")) if part)
        code, output = _run(
            [*command, "-p", _PLUGIN],
            cwd,
            {**_own(environment), "PYTHONPATH": search, recorder.VARIABLE: str(written)},
            timeout,
        )
        lines = written.read_text("utf-8", "replace").splitlines() if written.exists() else []
    kept = record.read(lines)
    return SuiteRun(
        kept.outcomes, kept.texts, code, output, kept.root, kept.trouble(code, timeout), dict(kept.uncollected)
    )


def differences(before: SuiteRun, after: SuiteRun) -> list[Difference]:
    """Return the tests with different outcomes."""
    tests = {**before.outcomes, **after.outcomes}
    pairs = [Difference(test, before.outcomes.get(test), after.outcomes.get(test)) for test in tests]
    return [pair for pair in pairs if pair.before != pair.after]


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    # An outer pytest, such as a worker of pytest-xdist, sets these variables for itself.
    return {
        name: value for name, value in environment.items() if not name.startswith(("PYTEST_XDIST", "PYTEST_CURRENT"))
    }


def _run(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float | None
) -> tuple[int | None, str]:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=os.name != "nt",
        )
        try:
            code: int | None = process.wait(timeout)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            # After Ctrl-C, too: the child is in another session, so the terminal does not interrupt it.
            _end(process)
        output.seek(0)
        return code, output.read().decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if os.name == "nt":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
