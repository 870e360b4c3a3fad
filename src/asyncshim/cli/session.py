"""One run of the engine for a command: settings and arguments in, the outcome and its project out."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.migrate.engine import Outcome
    from asyncshim.migrate.project import Project
    from asyncshim.migrate.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Session:
    """A project, the rules, and what they said about it."""

    project: Project
    rules: RuleSet
    outcome: Outcome


def run(arguments: argparse.Namespace, *, unsafe: bool, todo: bool) -> Session:
    """Discover the files and run the rules over them, in memory."""
    from asyncshim.migrate import discover, engine, pool, project, ruleset
    from asyncshim.migrate.selection import Selection
    from asyncshim_codemods.results import Options

    found = project.find_project(arguments.paths)
    rules = ruleset.load()
    selection = Selection(
        select=tuple(arguments.select or ()),
        extend=tuple(arguments.extend_select or ()),
        ignore=tuple(arguments.ignore or ()),
        config=not arguments.no_config,
        dependencies=not arguments.no_deps,
    )
    options = Options(
        select=selection.resolve(rules.rules()), unsafe=unsafe, todo=todo, runner=arguments.runner or "asyncshim"
    )
    discovery = discover.discover(found, rules.is_config, arguments.exclude or ())
    if not discovery.targets and not discovery.config:
        raise UsageError(f"no Python files in {', '.join(found.shown(str(path)) for path in found.given)}")
    jobs = arguments.jobs or pool.default_jobs()
    outcome = engine.Engine(found.root, rules, options, jobs).run(discovery)
    return Session(found, rules, outcome)
