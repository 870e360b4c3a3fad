"""``python -m asyncshim rules`` and ``python -m asyncshim rule CODE``."""

from __future__ import annotations

import argparse
import difflib
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes
from asyncshim.cli.arguments import add_command
from asyncshim.migrate.reports.text import grid

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim_codemods.api import RuleInfo

_SAFETIES = {
    "safe": "safe: node ids and outcomes stay the same; `migrate` applies it",
    "unsafe": "unsafe: may change behaviour; `migrate --unsafe` applies it",
    "manual": "manual review: reported only; no rewrite is applied",
}


def register(commands: Commands) -> None:
    """Add both commands."""
    add_command(commands, "rules", "list every rule", "List every rule with its safety.", run_all)
    parser = add_command(
        commands,
        "rule",
        "explain one rule, with examples",
        "Explain one rule: what it does, why, its limits, examples.",
        run_one,
    )
    parser.add_argument("rule", metavar="CODE", help="a code such as ASH101, or a name such as strip-marker")


def run_all(arguments: argparse.Namespace, screen: Screen) -> int:  # noqa: ARG001 - the shape of a command
    """List the rules."""
    from asyncshim.migrate.plan import ruleset

    known = ruleset.load().rules()
    rows = [(code, rule.name, rule.safety.value, rule.summary) for code, rule in known.items()]
    for index, line in enumerate(grid([("code", "name", "safety", "what it does"), *rows], "<<<<")):
        shown = line.removeprefix("  ")
        screen.out(screen.style(shown, "bold", stream=sys.stdout) if index == 0 else shown)
    screen.say("\n`python -m asyncshim rule CODE` explains one rule.")
    return exit_codes.DONE


def run_one(arguments: argparse.Namespace, screen: Screen) -> int:
    """Explain one rule."""
    from asyncshim.migrate.plan import ruleset, selection

    known = ruleset.load().rules()
    rule = known[selection.code_of(arguments.rule, known)]
    screen.out(screen.style(f"{rule.code} {rule.name}", "bold", stream=sys.stdout))
    for line in _lines(rule):
        screen.out(line)
    return exit_codes.DONE


def _lines(rule: RuleInfo) -> Iterator[str]:
    yield rule.summary
    yield ""
    yield _SAFETIES[rule.safety.value]
    if rule.since or rule.until:
        until = f", removed in {rule.until}" if rule.until else ""
        yield f"pytest-asyncio: since {rule.since or 'the beginning'}{until}"
    yield ""
    yield textwrap.dedent(rule.documentation)
    for example in rule.examples:
        yield ""
        yield f"{example.title}{' (with --unsafe)' if example.unsafe else ''}:"
        yield ""
        yield from (f"  {line}" for line in _example(example.before, example.after))
    yield ""
    yield f"To exclude a line, add the comment: # asyncshim: ignore[{rule.code}]"


def _example(before: str, after: str | None) -> Iterator[str]:
    """Yield the lines of an example: a diff of its whole text, or the unchanged text."""
    if after is None:
        yield from (f"  {line}".rstrip() for line in before.splitlines())
        return
    yield from (line.rstrip() for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] != "?")
