"""``python -m asyncshim config``."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from asyncshim.cli import exit_codes, session
from asyncshim.cli.arguments import add_command, add_paths, add_selection, add_unsafe
from asyncshim.cli.fitting import columns_of, fitted_grid
from asyncshim.migrate import safe_text

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.read.effective import EffectiveSetting

_DESCRIPTION = """\
Show the effective settings and where each comes from: the command line, a line of
`[tool.asyncshim]` in pyproject.toml, or a default. With the options of another
command, it shows what they would change. Then show the plugin's options in a run
of pytest: from its configuration file, its `addopts` or the environment.
"""
_EPILOG = """\
examples:
  python -m asyncshim config                     the settings of this project
  python -m asyncshim config --ignore ASH5       with this option
  python -m asyncshim config --schema            the JSON schema, for editors

exit codes: 0 the settings are valid, 2 they are not
"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "config", "show the settings and where each comes from", _DESCRIPTION, run)
    parser.epilog = _EPILOG
    add_paths(parser)
    add_selection(parser)
    add_unsafe(parser.add_argument_group("mode"))
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="the same as JSON")
    reports.add_argument("--schema", action="store_true", help="print the JSON schema of [tool.asyncshim] instead")


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Print the settings, or the schema."""
    from asyncshim.migrate.plan import ruleset, worker_pool
    from asyncshim.migrate.plan.limits import DEFAULT_SECONDS, DEFAULT_SIZE
    from asyncshim.migrate.read import effective, plugin_options, settings

    if arguments.schema:
        screen.data([settings.schema().encode()])
        return exit_codes.DONE
    project, own = session.find(arguments.paths)
    rules = ruleset.load()
    selected = session.options_of(arguments, own, rules).select
    defaults = {"jobs": worker_pool.default_jobs(), "max-file-size": DEFAULT_SIZE, "file-timeout": DEFAULT_SECONDS}
    found = [*effective.effective_settings(project, own, vars(arguments), defaults)]
    options = [*plugin_options.plugin_options(project)]
    if arguments.json:
        screen.out(json.dumps(_as_json(found, options, selected), indent=2))
        return exit_codes.DONE
    _table("setting", found, screen)
    screen.out("")
    _table("option of pytest", options, screen)
    left_out = sorted(rules.rules().keys() - selected)
    without = f", without {', '.join(left_out)}" if left_out else ""
    screen.prose(f"\n{len(selected)} of {len(rules.rules())} rules are used{without}.")
    return exit_codes.DONE


def _table(title: str, found: list[EffectiveSetting], screen: Screen) -> None:
    rows = [(each.key, safe_text.line(each.source), _shown(each.value)) for each in found]
    for index, line in enumerate(fitted_grid([(title, "from", "value"), *rows], columns_of(sys.stdout))):
        screen.out(screen.style(line, "bold", stream=sys.stdout) if index == 0 else line)


def _as_json(
    found: list[EffectiveSetting], options: list[EffectiveSetting], selected: frozenset[str]
) -> dict[str, object]:
    settings, plugin = (
        {each.key: {"value": each.value, "source": each.source} for each in group} for group in (found, options)
    )
    return {"version": 1, "settings": settings, "plugin": plugin, "rules": sorted(selected)}


def _shown(value: object) -> str:
    """Return a value as TOML writes it; ``-`` if there is none."""
    return "-" if value is None else safe_text.line(json.dumps(value, ensure_ascii=False))
