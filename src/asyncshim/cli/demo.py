"""``python -m asyncshim demo``: run, migrate and run again a small suite in a temporary folder."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes
from asyncshim.cli.arguments import add_command
from asyncshim.errors import AsyncshimError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.demo_output import DemoOutput
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.prove.outcomes import SuiteRun

_DESCRIPTION = """\
Write a small suite for pytest-asyncio 0.21 to a temporary folder and run it unchanged.
Then show what `migrate` would change, migrate it, run it again and compare the outcome
of each test. The exit code is 1 if an outcome differs. It needs no network.
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "demo", "migrate a small example suite", _DESCRIPTION, run)
    parser.add_argument("--keep", action="store_true", help="keep the temporary folder")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Run the demo; each step runs a real command in a process."""
    from asyncshim.cli.demo_output import DemoOutput

    output = DemoOutput(color=screen.has_color(sys.stdout))
    folder = Path(tempfile.mkdtemp(prefix="asyncshim-demo-"))
    try:
        return _tell(folder, output)
    finally:
        if arguments.keep:
            output.note(f"The suite is kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _tell(folder: Path, output: DemoOutput) -> int:
    from asyncshim.migrate.prove import outcomes

    started = time.monotonic()
    _write_suite(folder)
    output.title("A suite for pytest-asyncio 0.21, without pytest-asyncio", f"in {folder}")
    output.listing(_described(folder))

    output.step(1, "It runs unchanged", "python -m pytest")
    before = _run_suite(folder)
    output.result(before)

    output.step(2, "What migrate would change", "python -m asyncshim migrate --dry-run")
    output.diff(_asyncshim(folder, "migrate", "--dry-run", "--quiet").stdout)

    output.step(3, "Migrate it", "python -m asyncshim migrate")
    output.quote(_asyncshim(folder, "migrate", "--allow-dirty").stderr)

    output.step(4, "It runs with the same outcomes", "python -m pytest")
    after = _run_suite(folder)
    output.result(after)

    output.comparison(before.outcomes, after.outcomes)
    different = outcomes.differences(before, after)
    passed = sum(outcome == "passed" for outcome in after.outcomes.values())
    if different or not passed or before.exit_code != after.exit_code:
        output.failure(f"{len(different)} tests have another outcome: please report this with the output above.")
        return exit_codes.REMAINING
    output.success(f"{len(after.outcomes)} tests, each with the same outcome, in {time.monotonic() - started:.0f} s.")
    output.note("Next, in your own project: python -m asyncshim migrate --dry-run")
    return exit_codes.DONE


def _write_suite(folder: Path) -> None:
    with resources.as_file(resources.files("asyncshim.cli") / "demo_suite") as source:
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.rglob("*"):
        # The installed files may be read-only; the copy must be writable.
        path.chmod(path.stat().st_mode | 0o200)


def _described(folder: Path) -> list[tuple[str, str]]:
    described = {
        "tests/conftest.py": "an event_loop override, a server for the whole session, two clients for each test",
        "tests/test_room.py": "pytestmark, parametrized tests, a skip and an expected failure",
        "tests/test_clients.py": "markers in a class, the event_loop argument, a sync test that runs the loop",
        "pytest.ini": "asyncio_mode = strict",
        "requirements-test.txt": "pytest-asyncio==0.21.2",
        "chat.py": "the code under test: a chat room over TCP",
    }
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return [(name, words) for name, words in described.items() if name in files]


def _run_suite(folder: Path) -> SuiteRun:
    from asyncshim.migrate.prove import outcomes

    # Other installed plugins could change the outcomes of the demo.
    command = [sys.executable, "-m", "pytest", "-p", "asyncshim", "-p", "no:cacheprovider", "-q", "-rN"]
    return outcomes.run_pytest(command, folder, {**_environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, timeout=300)


def _asyncshim(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "asyncshim", *arguments],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode == exit_codes.FAILED:
        raise AsyncshimError(f"`asyncshim {' '.join(arguments)}` failed in {folder}:\n{done.stderr}")
    return done


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "ASYNCSHIM_"))}
    return {**kept, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
