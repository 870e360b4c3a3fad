"""``--verify`` and the options that define how the suite runs."""

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
    group.add_argument("--python", default=sys.executable, metavar="PATH", help="the project's interpreter")
    group.add_argument(
        "--pytest-args",
        type=shlex.split,
        default=[],
        metavar="ARGS",
        help="more pytest arguments, such as '-n 4 -m \"not slow\"'",
    )
    group.add_argument("--timeout", type=positive, metavar="SECONDS", help="stop a run after this time")


def suite(arguments: argparse.Namespace, *, collect: bool) -> Suite:
    """Return the settings with which the suite runs."""
    from asyncshim.migrate.prove.verify import Suite

    return Suite(arguments.python, tuple(arguments.pytest_args), collect, arguments.timeout)


def proven(opened: Session, arguments: argparse.Namespace, screen: Screen) -> Outcome:
    """Run the rules and keep only edits after which every test has the same outcome."""
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
    for path, reason in sorted(done.unchanged.items()):
        screen.error(f"warning: {opened.project.shown(path)} is not changed: {reason}")
    if done.verdict is not None:
        for test in done.verdict.flaky:
            screen.error(f"warning: {test} is flaky: it differs between two runs of the same files")
        if not done.verdict.differences:
            tests = len(done.verdict.after.outcomes)
            same = "node ids" if arguments.verify == "collect" else "outcomes"
            screen.say(f"Verified: {tests:,} tests, the same {same}.")
    return done.outcome
