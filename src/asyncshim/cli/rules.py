"""``python -m asyncshim rules`` and ``python -m asyncshim rule CODE``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes
from asyncshim.cli.arguments import add_command
from asyncshim.cli.fitting import WIDTH, columns_of, fitted_grid

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen


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
    heading = ("code", "name", "safety", "what it does")
    for index, line in enumerate(fitted_grid([heading, *rows], columns_of(sys.stdout))):
        screen.out(screen.style(line, "bold", stream=sys.stdout) if index == 0 else line)
    screen.say("\n`python -m asyncshim rule CODE` explains one rule.")
    return exit_codes.DONE


def run_one(arguments: argparse.Namespace, screen: Screen) -> int:
    """Explain one rule."""
    from asyncshim.cli.rule_page import RulePage
    from asyncshim.migrate.plan import ruleset, selection

    known = ruleset.load().rules()
    rule = known[selection.code_of(arguments.rule, {code: rule.name for code, rule in known.items()})]
    page = RulePage(
        width=columns_of(sys.stdout) or WIDTH,
        color=screen.has_color(sys.stdout),
        encoding=sys.stdout.encoding or "utf-8",
    )
    for line in page.lines(rule):
        screen.out(line)
    return exit_codes.DONE
