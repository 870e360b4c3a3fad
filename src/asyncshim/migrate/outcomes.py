"""Running pytest as a process of its own, and what each test came to."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import AsyncshimError
from asyncshim.migrate import recorder

_PLUGIN = "asyncshim_recorder"
# The worst of a test's phases is what the test came to.
_ORDER = ("collected", "passed", "xfailed", "xpassed", "skipped", "failed", "error")


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of pytest: outcome and failure text by node id, in the order of collection."""

    outcomes: Mapping[str, str]
    texts: Mapping[str, str]
    exit_code: int
    output: str

    @property
    def last_line(self) -> str:
        """The sentence that pytest itself ends with."""
        lines = [line.strip(" =") for line in self.output.splitlines() if line.strip(" =")]
        return lines[-1] if lines else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One test that did not come to the same; ``None`` where it does not exist."""

    test: str
    before: str | None
    after: str | None


def run_pytest(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float | None = None
) -> SuiteRun:
    """Run ``command`` (an interpreter's pytest with its arguments) and record what every test came to."""
    with tempfile.TemporaryDirectory(prefix="asyncshim-") as folder:
        shutil.copy(recorder.__file__, Path(folder, f"{_PLUGIN}.py"))
        record = Path(folder, "record.jsonl")
        search = os.pathsep.join(part for part in (folder, environment.get("PYTHONPATH", "")) if part)
        done = subprocess.run(
            [*command, "-p", _PLUGIN],
            cwd=cwd,
            env={**environment, "PYTHONPATH": search, recorder.VARIABLE: str(record)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
        output = done.stdout.decode("utf-8", "replace")
        if not record.exists():
            raise AsyncshimError(f"pytest ended with {done.returncode} and ran nothing:\n{output.strip()}")
        outcomes, texts = _read(record.read_text("utf-8", "replace"))
    return SuiteRun(outcomes, texts, done.returncode, output)


def differences(before: SuiteRun, after: SuiteRun) -> list[Difference]:
    """Return the tests that did not come to the same."""
    tests = {**before.outcomes, **after.outcomes}
    pairs = [Difference(test, before.outcomes.get(test), after.outcomes.get(test)) for test in tests]
    return [pair for pair in pairs if pair.before != pair.after]


def _read(record: str) -> tuple[dict[str, str], dict[str, str]]:
    outcomes: dict[str, str] = {}
    texts: dict[str, str] = {}
    for line in record.splitlines():
        try:
            entry: dict[str, str] = json.loads(line)
        except ValueError:
            continue  # cut off when the process died
        test, outcome = entry["id"], entry["outcome"]
        if entry["when"] == "setup" and outcome == "passed":
            continue  # the test itself is still to come, unless the process dies in it
        if _ORDER.index(outcome) >= _ORDER.index(outcomes.get(test, "collected")):
            outcomes[test] = outcome
        if entry["text"]:
            texts[test] = entry["text"]
    return outcomes, texts
