"""``python -m asyncshim verify``."""

from __future__ import annotations

import argparse
import subprocess
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, proving, session
from asyncshim.cli.arguments import add_command, add_paths, add_selection
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.prove.verify import Suite, Verdict

_DESCRIPTION = """\
Run the suite twice in a copy of the project and compare the outcome of each test.

By default the first run uses pytest-asyncio and the second asyncshim, on the same
files. With --migrate, asyncshim runs the current files first, then the migrated ones.
No file of your project is changed.

The default needs both plugins. If they cannot be installed together, --before-python
gives the interpreter that has pytest-asyncio.
"""
_EPILOG = """\
examples:
  python -m asyncshim verify --timeout 600                      both plugins, same files
  python -m asyncshim verify --migrate                          the files before and after migrate
  python -m asyncshim verify --collect                          compare node ids only
  python -m asyncshim verify --pytest-args '-n 4 -m "not slow"' tests/api

exit codes: 0 no difference, 1 outcomes differ, 2 pytest could not run
"""
_LISTED = 50


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "verify", "run a suite twice and compare each test", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    how = parser.add_argument_group("what to compare")
    how.add_argument("--migrate", action="store_true", help="compare the files before and after `migrate`")
    how.add_argument("--unsafe", action="store_true", default=None, help="with --migrate: also apply unsafe rewrites")
    how.add_argument("--collect", action="store_true", help="compare node ids only; no test runs")
    proving.add_suite(how)
    how.add_argument("--before-python", metavar="PATH", help="another interpreter, with pytest-asyncio")
    add_selection(parser)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Compare both runs, and list every test with another outcome."""
    from asyncshim.migrate.reports.text import count

    suite = proving.suite(arguments, collect=arguments.collect)
    verdict = _migrated(arguments, suite, screen) if arguments.migrate else _plugins(arguments, suite, screen)
    if verdict is None:
        screen.say("Nothing to compare: migrate would change nothing.")
        return exit_codes.DONE
    _list(verdict, screen)
    what = "node ids" if arguments.collect else "outcomes"
    if verdict.differences:
        screen.say(f"{count(len(verdict.differences), 'test differs', 'tests differ')} in {what}.")
        return exit_codes.REMAINING
    screen.say(f"{count(len(verdict.after.outcomes), 'test')}, the same {what}.")
    return exit_codes.DONE


def _plugins(arguments: argparse.Namespace, suite: Suite, screen: Screen) -> Verdict:
    from asyncshim.migrate.prove.verify import Suite, compare, workspace

    project = session.open_session(arguments, screen).project
    before = Suite(arguments.before_python or suite.python, suite.arguments, suite.collect, suite.timeout)
    _require(before.python, "pytest_asyncio", "install the release that the suite uses beside asyncshim")
    _require(suite.python, "asyncshim", "install asyncshim there, or name another interpreter with --python")
    with workspace(project) as place:
        screen.say(f"Running pytest with pytest-asyncio, in a copy at {place.root}")
        first = place.run(before, plugins=("no:asyncshim",))
        screen.say(f"pytest-asyncio: {first.last_line}")
        screen.say("Running pytest with asyncshim")
        again = None if suite.collect else lambda: place.run(before, plugins=("no:asyncshim",))
        verdict = compare(first, lambda: place.run(suite), again)
    screen.say(f"asyncshim:      {verdict.after.last_line}")
    return verdict


def _migrated(arguments: argparse.Namespace, suite: Suite, screen: Screen) -> Verdict | None:
    from asyncshim.migrate.prove.verify import compare, workspace

    opened = session.open_session(arguments, screen)
    edits = opened.run().plan().edits
    if not edits:
        return None
    with workspace(opened.project) as place:
        screen.say(f"Running pytest on the current files, in a copy at {place.root}")
        first = place.run(suite)
        screen.say(f"before: {first.last_line}")
        screen.say(f"Running pytest with {len(edits)} files rewritten")
        again = None if suite.collect else lambda: place.run(suite)
        verdict = compare(first, lambda: place.run(suite, edits), again)
    screen.say(f"after:  {verdict.after.last_line}")
    return verdict


def _require(python: str, module: str, remedy: str) -> None:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    try:
        done = subprocess.run([python, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"{python}: cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise UsageError(f"{module} is not installed for {python}: {remedy}")


def _shown(outcome: str | None) -> str:
    return {None: "missing", "collected": "did not end"}.get(outcome) or str(outcome)


def _list(verdict: Verdict, screen: Screen) -> None:
    from asyncshim.migrate import safe_text
    from asyncshim.migrate.reports.text import grid

    for test in verdict.flaky:
        screen.error(f"warning: {safe_text.line(test)} is flaky: it differs between two runs of the same files")
    if not verdict.differences:
        return
    shown = verdict.differences[:_LISTED]
    rows = [(safe_text.name(one.test), _shown(one.before), _shown(one.after)) for one in shown]
    for line in grid([("test", "before", "after"), *rows], "<<<"):
        screen.out(line)
    if len(verdict.differences) > _LISTED:
        screen.out(f"  and {len(verdict.differences) - _LISTED} more")
    texts = {**verdict.before.texts, **verdict.after.texts}
    for one in shown[:5]:
        if one.test in texts:
            screen.detail(f"\n{safe_text.name(one.test)}:\n{texts[one.test]}")
