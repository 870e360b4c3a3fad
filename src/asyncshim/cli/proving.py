"""The options of ``verify`` and of ``migrate --verify``: they define how the suite runs before and after."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim.cli.arguments import positive
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Group
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim.migrate.prove.outcomes import SuiteRun
    from asyncshim.migrate.prove.verify import Suite

_LABELS = ("before", "after")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--verify`` and its options."""
    group = parser.add_argument_group("verification (runs your tests in a copy of the project)")
    # Whole option strings, because an option with an optional value would take the path behind it.
    group.add_argument(
        "--verify",
        "--verify=run",
        action="store_const",
        const="run",
        help="before writing, compare the outcomes of all tests; files whose tests differ are not changed",
    )
    group.add_argument(
        "--verify=collect",
        action="store_const",
        const="collect",
        dest="verify",
        help="the same with node ids only; no test runs",
    )
    add_suite(group)


def add_suite(group: Group) -> None:
    """Add the options that define how the suite runs."""
    group.add_argument("--collect", action="store_true", help="compare node ids only; no test runs")
    group.add_argument("--python", default=sys.executable, metavar="PATH", help="the project's interpreter")
    group.add_argument(
        "--before-python", metavar="PATH", help="the interpreter of the first run, which has pytest-asyncio"
    )
    group.add_argument(
        "--before",
        action="append",
        metavar="REQUIREMENT",
        help="make the environment of the first run, such as pytest-asyncio==0.21.2 (repeatable; needs uv or pip)",
    )
    group.add_argument(
        "--pytest-args",
        type=shlex.split,
        default=[],
        metavar="ARGS",
        help="more pytest arguments, such as '-n 4 -m \"not slow\"'",
    )
    group.add_argument("--timeout", type=positive, metavar="SECONDS", help="stop a run after this time")


def check_arguments(arguments: argparse.Namespace) -> None:
    """Refuse options of ``--verify`` without it, which would verify nothing without a word."""
    if arguments.collect and arguments.verify is not None:
        arguments.verify = "collect"
    given = {
        "--collect": arguments.collect,
        "--before-python": arguments.before_python,
        "--before": arguments.before,
        "--pytest-args": arguments.pytest_args,
        "--timeout": arguments.timeout,
    }
    option = next((name for name, value in given.items() if value), None)
    if option is not None and arguments.verify is None:
        raise UsageError(f"{option} is an option of --verify: add --verify, or leave it out")


@contextmanager
def suites(
    arguments: argparse.Namespace, labels: tuple[str, str], *, collect: bool, screen: Screen
) -> Generator[tuple[Suite, Suite]]:
    """Yield how the suite runs before and after; another environment of the first run has pytest-asyncio only."""
    from asyncshim.migrate.prove.old_environment import old_environment
    from asyncshim.migrate.prove.verify import Suite

    if arguments.before and arguments.before_python:
        raise UsageError("--before and --before-python exclude each other: one makes the environment, one names it")
    python = interpreter("--python", arguments.python)
    options = (tuple(arguments.pytest_args), collect, arguments.timeout)
    after = Suite(python, *options, label=labels[1])
    if arguments.before:
        screen.prose(f"Making an environment with {' '.join(arguments.before)}")
        with old_environment(python, arguments.before) as made:
            if made.note:
                screen.prose(f"Note: {made.note}.")
            yield Suite(made.python, *options, plugins=("no:asyncshim",), label=labels[0]), after
    elif arguments.before_python:
        before = interpreter("--before-python", arguments.before_python)
        yield Suite(before, *options, plugins=("no:asyncshim",), label=labels[0]), after
    else:
        yield Suite(python, *options, label=labels[0]), after


def interpreter(option: str, given: str) -> str:
    """Return the absolute path of an interpreter; the suite runs in another folder. A link of a venv stays."""
    path = Path(given).absolute()
    if path.is_dir():
        path /= "Scripts/python.exe" if os.name == "nt" else "bin/python"
    named = shutil.which(given) if path.name == given else None
    found = Path(named).absolute() if named else path
    if not os.access(found, os.X_OK) or found.is_dir():
        raise UsageError(f"{option} {given}: there is no such interpreter")
    return str(found)


class RunLines:
    """Shows the progress of the runs."""

    def __init__(self, screen: Screen, labels: tuple[str, str]) -> None:
        self._screen = screen
        self._column = max(map(len, labels)) + 1

    def starts(self, text: str) -> None:
        """Show that a run starts."""
        self._screen.prose(text)

    def ended(self, run: SuiteRun) -> None:
        """Show the result of a run."""
        self._screen.prose(f"{run.label + ':':<{self._column}} {run.summary}")


def proven(opened: Session, arguments: argparse.Namespace, screen: Screen) -> Outcome:
    """Run the rules and keep only edits after which every test has the same outcome."""
    from asyncshim.cli import verdicts
    from asyncshim.migrate.prove import proof

    collect = arguments.verify == "collect"
    try:
        with suites(arguments, _LABELS, collect=collect, screen=screen) as runs:
            done = proof.prove(opened.engine, opened.discovery, opened.project, runs, RunLines(screen, _LABELS))
    finally:
        opened.progress.close()
    for path, reason in sorted(done.unchanged.items()):
        screen.prose(f"warning: {opened.project.shown(path)} is not changed: {reason}", always=True)
    if done.verdict is not None:
        verdicts.show_flaky(done.verdict, screen)
        if not done.verdict.differences:
            screen.prose(f"Verified: {verdicts.same(done.verdict, collect=collect)}")
    return done.outcome
