"""Run commands in a separate process, without the environment variables of this test run."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

# Variables of the outer run that would change a nested interpreter or pytest.
_OURS = (
    "PYTEST_",
    "PYTHONPATH",
    "PYTHONWARNINGS",
    "PYTHONDEVMODE",
    "PYTHONDONTWRITEBYTECODE",  # a suite would compile its packages in every run
    "ASYNCSHIM_",
    "VIRTUAL_ENV",
    "PY_COLORS",
    "FORCE_COLOR",
)

# What `undo` needs is kept in the state folder of the user: in this one while tests run.
STATE_HOME = tempfile.mkdtemp(prefix="asyncshim-test-state-")
atexit.register(shutil.rmtree, STATE_HOME, ignore_errors=True)
# The cache folder of the user, in the same way.
CACHE_HOME = tempfile.mkdtemp(prefix="asyncshim-test-cache-")
atexit.register(shutil.rmtree, CACHE_HOME, ignore_errors=True)


def environment(**extra: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    ours = {"NO_COLOR": "1", "COLUMNS": "120", "XDG_STATE_HOME": STATE_HOME, "XDG_CACHE_HOME": CACHE_HOME}
    return kept | ours | extra


def run(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None, timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def run_python(
    *arguments: str | Path, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, *arguments], cwd=cwd, env=env)
