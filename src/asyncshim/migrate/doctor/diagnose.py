"""Put the diagnosis of a project together, and choose the next command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from asyncshim.migrate.doctor.code import code_facts
from asyncshim.migrate.doctor.configuration import configuration_files, pytest_configuration
from asyncshim.migrate.doctor.conflicts import conflicts
from asyncshim.migrate.doctor.environment import read_environment
from asyncshim.migrate.doctor.executor import executor, plugin_loading
from asyncshim.migrate.doctor.model import Diagnosis, Level
from asyncshim.migrate.doctor.stubs import type_information

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asyncshim.migrate.doctor.model import Conflict, RemainingUses
    from asyncshim.migrate.read.discover import Discovery
    from asyncshim.migrate.read.project import Project
    from asyncshim.migrate.read.settings import MigrateSettings

_US = "python -m asyncshim"


def diagnose(
    project: Project,
    discovery: Discovery,
    own: MigrateSettings | None,
    uses: RemainingUses | None,
    errors: Sequence[str],
) -> Diagnosis:
    """Return the diagnosis. Unknown values are ``None``, and ``errors`` has the reasons."""
    environment = read_environment(project.root)
    pytest = pytest_configuration(project)
    files = tuple(configuration_files(project, discovery.settings, own))
    modules = [path for path in discovery.python if not _is_conftest(path) or project.concerns(path)]
    code = tuple(code_facts(project.root, modules))
    loading = plugin_loading(environment, pytest, code, os.environ)
    runs = executor(loading, pytest, code)
    found = tuple(conflicts(loading, pytest, code, files, runs))
    command, reason = _next(found, uses, errors)
    return Diagnosis(
        environment=environment,
        root=str(project.root),
        version_control="git" if project.repository else "none",
        configuration=files,
        code=code,
        executor=runs,
        conflicts=found,
        types=tuple(type_information()),
        uses=uses,
        errors=tuple(errors),
        next_command=command,
        next_reason=reason,
    )


def _is_conftest(path: str) -> bool:
    return path.rpartition("/")[2] == "conftest.py"


def _next(found: Sequence[Conflict], uses: RemainingUses | None, errors: Sequence[str]) -> tuple[str, str]:
    """Return the next command and what it does."""
    problem = next((each for each in found if each.level is Level.PROBLEM), None)
    if errors or problem is not None:
        first = "correct the error above" if problem is None else problem.remedy
        return f"{_US} doctor", f"after you did this: {first}"
    if uses is None:
        return f"{_US} check", "lists every use of pytest-asyncio"
    if uses.failed:
        return f"{_US} check", "names the files that cannot be checked"
    if uses.safe:
        return f"{_US} migrate --dry-run", "shows the safe rewrites as a diff, and writes nothing"
    if uses.unsafe:
        return f"{_US} migrate --unsafe --dry-run", "shows the unsafe rewrites as a diff, and writes nothing"
    if uses.manual:
        return f"{_US} check", "lists the uses that need manual review"
    return "python -m pytest", "nothing is left to migrate"
