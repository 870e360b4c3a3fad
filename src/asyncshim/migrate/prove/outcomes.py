"""Run pytest in a process and record the outcome of each test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import AsyncshimError
from asyncshim.migrate.prove import recorder

_PLUGIN = "asyncshim_recorder"
# The outcome of a test is the worst of its phases. A test that was only collected did not end.
_ORDER = ("collected", "passed", "xfailed", "xpassed", "skipped", "failed", "error")


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of pytest: outcome and failure text by node id, in the order of collection.

    The ids are relative to ``root``; ``exit_code`` is ``None`` for a run that exceeded its time limit.
    """

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    exit_code: int | None
    output: str
    root: Path = Path()

    @property
    def last_line(self) -> str:
        """The last line of pytest's output, or the number of tests that ended within the time limit."""
        if self.exit_code is None:
            ended = sum(outcome != "collected" for outcome in self.outcomes.values())
            return f"did not end in time; {ended} of {len(self.outcomes)} tests did"
        lines = [line.strip(" =") for line in self.output.splitlines() if line.strip(" =")]
        return lines[-1] if lines else ""


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
        record = Path(folder, "record.jsonl")
        search = os.pathsep.join(part for part in (folder, environment.get("PYTHONPATH", "")) if part)
        code, output = _run(
            [*command, "-p", _PLUGIN],
            cwd,
            {**_own(environment), "PYTHONPATH": search, recorder.VARIABLE: str(record)},
            timeout,
        )
        lines = record.read_text("utf-8", "replace").splitlines() if record.exists() else []
    run = _read(lines, code, output)
    if not run.outcomes and code not in {0, 5}:
        raise AsyncshimError(f"pytest ended with {code} and ran nothing:\n{output.strip()}")
    return run


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


def _read(lines: Sequence[str], code: int | None, output: str) -> SuiteRun:
    outcomes: dict[str, str] = {}
    texts: dict[str, str] = {}
    root = Path()
    for line in lines:
        try:
            entry: dict[str, str] = json.loads(line)
        except ValueError:
            continue  # incomplete line: the process died
        test, when, outcome = entry["id"], entry["when"], entry["outcome"]
        if when == "root":
            root = Path(test)
        elif when != "setup" or outcome != "passed":  # the call follows, unless the process dies
            if _ORDER.index(outcome) >= _ORDER.index(outcomes.get(test, "collected")):
                outcomes[test] = outcome
            if entry["text"]:
                texts[test] = entry["text"]
    return SuiteRun(outcomes, texts, code, output, root)
