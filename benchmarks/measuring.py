"""Measures one child process: its CPU time and peak memory from the kernel, its instructions from callgrind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# The settings of the caller would change the measurement.
_FOREIGN = ("PYTEST_", "PYTHON", "ASYNCSHIM_", "VIRTUAL_ENV", "COVERAGE_")
# Garbage collections start after some number of allocations, in one suite earlier than in another.
_WITHOUT_GC = "import gc, sys; gc.disable(); gc.collect = lambda *_: 0; import pytest; sys.exit(pytest.main())"


class FailedError(Exception):
    """A suite did not pass: there is nothing to measure."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The resources that a process used."""

    cpu: float  # seconds, user and system
    wall: float
    peak: int  # KiB


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the same environment for every child process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return kept | {"PYTHONHASHSEED": "0", "NO_COLOR": "1"} | dict(extra or {})


def usage(
    command: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None, passes: Collection[int] = (0,)
) -> Usage:
    """Run *command* in *folder*; raise with its output if its exit code is none of *passes*."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in passes:
            output.seek(0)
            raise FailedError(f"{' '.join(command)} in {folder}: {output.read()[-3000:].decode(errors='replace')}")
    peak = used.ru_maxrss // 1024 if sys.platform == "darwin" else used.ru_maxrss
    return Usage(used.ru_utime + used.ru_stime, wall, peak)


def reason_against_instructions() -> str | None:
    """Return why instructions cannot be counted here, or ``None``."""
    return None if shutil.which("valgrind") else "valgrind is not installed"


def instructions(
    interpreter: str, arguments: Sequence[str], folder: Path, extra: Mapping[str, str] | None = None
) -> int:
    """Return the instruction count of a pytest run without garbage collections. It takes fifty times as long."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", interpreter, "-c", _WITHOUT_GC]
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=environment({"PYTHONDONTWRITEBYTECODE": "1", **(extra or {})}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    counted = re.search(r"Collected : (\d+)", done.stdout)
    if done.returncode or counted is None:
        raise FailedError(f"{' '.join(arguments)} in {folder}: {done.stdout[-3000:]}")
    return int(counted.group(1))
