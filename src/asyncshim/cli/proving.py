"""``--verify`` and the options that say how a suite is run."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from asyncshim.cli.arguments import positive

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Group
    from asyncshim.cli.screen import Screen
    from asyncshim.cli.session import Session
    from asyncshim.migrate.plan.engine import Outcome
    from asyncshim.migrate.prove.verify import Suite


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--verify`` and what goes with it."""
    group = parser.add_argument_group("proof (runs your tests, in a copy of the project)")
    group.add_argument(
        "--verify",
        nargs="?",
        const="run",
        choices=("collect", "run"),
        help="before writing, compare node ids, or outcomes (the default); a file whose tests differ stays as it was",
    )
    add_suite(group)


def add_suite(group: Group) -> None:
    """Add how a suite is run."""
    group.add_argument("--python", default=sys.executable, metavar="PATH", help="the project's interpreter")
    group.add_argument(
        "--pytest-args",
        type=shlex.split,
        default=[],
        metavar="ARGS",
        help="more arguments, such as '-n 4 -m \"not slow\"'",
    )
    group.add_argument("--timeout", type=positive, metavar="SECONDS", help="give up on a run after this time")


def suite(arguments: argparse.Namespace, *, collect: bool) -> Suite:
    """Return how the suite is to be run."""
    from asyncshim.migrate.prove.verify import Suite

    return Suite(arguments.python, tuple(arguments.pytest_args), collect, arguments.timeout)


def proven(opened: Session, arguments: argparse.Namespace, screen: Screen) -> Outcome:
    """Run the rules and keep only the edits that change no test."""
    from asyncshim.migrate.prove import proof

    try:
        done = proof.prove(
            opened.engine,
            opened.discovery,
            opened.project,
            suite(arguments, collect=arguments.verify == "collect"),
            screen.say,
        )
    finally:
        opened.progress.close()
    for path, reason in sorted(done.left.items()):
        screen.error(f"warning: {opened.project.shown(path)} stays as it was: {reason}")
    if done.verdict is not None:
        for test in done.verdict.flaky:
            screen.error(f"warning: {test} is flaky: it differs between two runs of the same files")
        if not done.verdict.differences:
            tests = len(done.verdict.after.outcomes)
            same = "node ids" if arguments.verify == "collect" else "outcomes"
            screen.say(f"Verified: {tests:,} tests, {same} as before.")
    return done.outcome
