"""Set up one run of the engine for a command, from settings and arguments."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from asyncshim.cli.arguments import limits
from asyncshim.errors import UsageError

if TYPE_CHECKING:
    from asyncshim.cli.progress import ProgressBar
    from asyncshim.cli.screen import Screen
    from asyncshim.migrate.cache.remembered import Remembered
    from asyncshim.migrate.plan.engine import Engine
    from asyncshim.migrate.plan.outcome import Outcome
    from asyncshim.migrate.plan.ruleset import RuleSet
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim.migrate.read.project import Project
    from asyncshim.migrate.read.settings import MigrateSettings
    from asyncshim_codemods.results import Options


@dataclass(frozen=True, slots=True)
class Session:
    """A project, its settings, its files, and the engine with the selected rules; ``command`` started it."""

    project: Project
    settings: MigrateSettings
    rules: RuleSet
    engine: Engine
    discovery: Discovery
    progress: ProgressBar
    command: str = ""
    remembered: Remembered | None = None

    def run(self) -> Outcome:
        """Run the rules on the files without writing any."""
        try:
            return self.engine.run(self.discovery)
        finally:
            self.progress.close()

    def recall(self) -> Outcome:
        """Return what an earlier run found in the same files; run the rules if there was none."""
        if self.remembered is None:
            return self.run()
        try:
            return self.remembered.outcome()
        finally:
            self.progress.close()

    def recall_with_counts(self) -> tuple[Outcome, list[int]]:
        """Return the same, with the numbers of tests in the files."""
        from asyncshim.migrate.status import count_tests

        def count() -> list[int]:
            return count_tests(self.project.root, self.discovery.targets)

        if self.remembered is None:
            return self.run(), count()
        try:
            return self.remembered.counted(count)
        finally:
            self.progress.close()


def find(paths: Sequence[str]) -> tuple[Project, MigrateSettings]:
    """Return the project that contains the paths, and its settings. Without paths, the settings may define them."""
    from asyncshim.migrate.read import project, settings

    found = project.find_project(paths)
    said = settings.load(found)
    if not paths and said.paths and said.file is not None:
        for path in said.paths:
            found.own(said.file, "paths", path)
        named = [os.path.join(os.path.relpath(said.file.parent), path) for path in said.paths]  # noqa: PTH118
        found = replace(project.find_project(named), explicit=False)
    return found, said


def open_session(arguments: argparse.Namespace, screen: Screen, *, may_be_empty: bool = False) -> Session:
    """Find the project and its files, and set up the engine with the selected rules.

    A project without Python files is an error, unless it ``may_be_empty``, because the only file is on stdin.
    """
    from asyncshim.migrate.plan import engine, ruleset, worker_pool
    from asyncshim.migrate.read import discover

    found, said = find(arguments.paths)
    rules = ruleset.load()
    exclude = (*said.exclude, *(arguments.exclude or ()))
    discovery = discover.discover(found, rules.is_config, exclude)
    if not (discovery.targets or discovery.config or discovery.unreadable or may_be_empty):
        raise UsageError(f"no Python files in {', '.join(found.shown(str(path)) for path in found.given)}")
    jobs = arguments.jobs or said.jobs or worker_pool.default_jobs()
    command = getattr(arguments, "command", None)
    # A list of files, as pre-commit gives one, asks about these files only.
    looks_outside = command in {"check", "status"} and any(path.is_dir() for path in found.given)
    writes = command == "migrate" and not (arguments.dry_run or arguments.check)
    doing = "Rewriting" if writes else "Checking"
    options = options_of(arguments, said, rules)
    bound = engine.Engine(found.root, rules, options, jobs, screen.progress, limits(arguments), doing, looks_outside)
    given = shlex.join(["asyncshim", *getattr(arguments, "given", ())])
    known = None if getattr(arguments, "no_cache", True) else _remembered(found, bound, discovery)
    return Session(found, said, rules, bound, discovery, screen.progress, given, known)


def _remembered(project: Project, bound: Engine, discovery: Discovery) -> Remembered | None:
    from asyncshim.migrate.cache.folder import cache_for
    from asyncshim.migrate.cache.remembered import Remembered

    folder = cache_for(project.diff_base)
    return None if folder is None else Remembered(folder, bound, discovery)


def options_of(arguments: argparse.Namespace, said: MigrateSettings, rules: RuleSet) -> Options:
    """Return what the settings and the command line ask of the rules."""
    from asyncshim.migrate.plan.selection import Selection
    from asyncshim_codemods import results

    selection = Selection(
        select=tuple(arguments.select or said.select),
        extend=(*said.extend_select, *(arguments.extend_select or ())),
        ignore=(*said.ignore, *(arguments.ignore or ())),
        config=said.config and not arguments.no_config,
        dependencies=said.deps and not arguments.no_deps,
    )
    return results.Options(
        select=selection.resolve(rules.names()),
        unsafe=bool(getattr(arguments, "unsafe", None)) or said.unsafe,
        todo=bool(getattr(arguments, "todo", None)) or said.todo,
        runner=arguments.runner or said.runner,
        runner_given=arguments.runner is not None or said.runner_given,
    )
