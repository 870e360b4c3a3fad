"""``python -m asyncshim verify``."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, proving, session
from asyncshim.cli.arguments import add_command, add_paths, add_selection
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.plan.plan import FileChange
    from asyncshim.migrate.prove.verify import Suite, Verdict
    from asyncshim.migrate.read.project import Project

_DESCRIPTION = """\
Run the suite twice in a copy of the project and compare the outcome of each test.

By default the first run uses pytest-asyncio and the second asyncshim, on the same
files. With --migrate, asyncshim runs the current files first, then the migrated ones.
No file of your project is changed.

The default needs both plugins. If they cannot be installed together, --before-python
names the interpreter that has pytest-asyncio, and --before makes an environment with
it. With --migrate, too, the first run then uses pytest-asyncio.

Only whole runs are compared: if no test ran, if a file cannot be collected, or if
pytest crashed or was stopped, the last lines of pytest are shown and the exit code is 2.
"""
_EPILOG = """\
examples:
  python -m asyncshim verify --timeout 600  both plugins, same files
  python -m asyncshim verify --migrate      the files before and after migrate
  python -m asyncshim verify --collect      compare node ids only
  python -m asyncshim verify --before pytest-asyncio==0.21.2
                                            make the old environment (uv or pip)
  python -m asyncshim verify --pytest-args '-n 4 -m "not slow"' tests/api

exit codes: 0 no difference, 1 outcomes differ, 2 a run failed
"""
_OLD_PLUGIN = (
    "install the release that the suite uses beside asyncshim, name an interpreter that has it with "
    "--before-python PATH, or let verify make its environment with --before pytest-asyncio==VERSION"
)


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", "run a suite twice and compare each test", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    how = parser.add_argument_group("what to compare")
    how.add_argument("--migrate", action="store_true", help="compare the files before and after `migrate`")
    how.add_argument("--unsafe", action="store_true", default=None, help="with --migrate: also apply unsafe rewrites")
    proving.add_suite(how)
    add_selection(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Compare both runs, and list every test with another outcome."""
    from asyncshim.cli import verdicts
    from asyncshim.migrate.reports.text import count

    verdict = _migrated(arguments, screen) if arguments.migrate else _plugins(arguments, screen)
    if verdict is None:
        screen.say("Nothing to compare: migrate would change nothing.")
        return exit_codes.DONE
    verdicts.show_flaky(verdict, screen)
    if verdict.differences:
        verdicts.show(verdict, screen)
        what = "node ids" if arguments.collect else "outcomes"
        screen.say(f"{count(len(verdict.differences), 'test differs', 'tests differ')} in {what}.")
        return exit_codes.REMAINING
    screen.say(verdicts.same(verdict, collect=arguments.collect))
    return exit_codes.DONE


def _plugins(arguments: argparse.Namespace, screen: Screen) -> Verdict:
    project = session.open_session(arguments, screen).project
    with proving.suites(arguments, ("pytest-asyncio", "asyncshim"), collect=arguments.collect, screen=screen) as pair:
        before, after = replace(pair[0], plugins=("no:asyncshim",)), pair[1]
        if not arguments.before:
            _require(before.python, "pytest_asyncio", _OLD_PLUGIN)
        _require(after.python, "asyncshim", "install asyncshim there, or name another interpreter with --python")
        return _compared(project, (before, after), (), ("pytest-asyncio", "asyncshim"), screen)


def _migrated(arguments: argparse.Namespace, screen: Screen) -> Verdict | None:
    opened = session.open_session(arguments, screen)
    edits = opened.run().plan().edits
    if not edits:
        return None
    files = f"{len(edits):,} {'file' if len(edits) == 1 else 'files'} rewritten"
    with proving.suites(arguments, ("before", "after"), collect=arguments.collect, screen=screen) as pair:
        return _compared(opened.project, pair, edits, ("the current files", files), screen)


def _compared(
    project: Project, suites: tuple[Suite, Suite], edits: Sequence[FileChange], what: tuple[str, str], screen: Screen
) -> Verdict:
    from asyncshim.migrate.prove.verify import compare, require_sound, workspace

    before, after = suites
    told = proving.RunLines(screen, (before.label, after.label))
    with workspace(project) as place:
        on = "on" if edits else "with"
        told.starts(f"Running pytest {on} {what[0]}, in a copy at {place.root}")
        first = require_sound(place.run(before))
        told.ended(first)
        told.starts(f"Running pytest with {what[1]}")
        verdict = compare(first, lambda: place.run(after, edits), lambda: place.run(before))
        told.ended(verdict.after)
    return verdict


def _require(python: str, module: str, remedy: str) -> None:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    try:
        done = subprocess.run([python, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"{python}: cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise UsageError(f"{module} is not installed for {python}: {remedy}")
