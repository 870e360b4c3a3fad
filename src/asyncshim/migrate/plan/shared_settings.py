"""Settings apply to whole suites: those of a suite of which some files were left out are not edited."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from asyncshim.migrate.read.discover import Discovery
    from asyncshim_codemods.api import ProjectFacts

# A folder for requirements files belongs to the folder above it.
_REQUIREMENTS = frozenset({"requirements", "requirement", "reqs", "constraints"})
_TEST_FILES = ("test_*.py", "*_test.py")


def editable(discovery: Discovery, facts: ProjectFacts, relevant: Collection[str]) -> tuple[str, ...]:
    """Return the configuration and dependency files that apply to no test file that was left out.

    ``relevant`` are the Python files for which some rule may have a finding.
    """
    concerned = facts.async_files.union(relevant)
    others = [path for path in discovery.others if path in concerned and _is_in_suite(path, facts)]
    return tuple(path for path in discovery.config if not any(_applies(path, other, facts) for other in others))


def _is_in_suite(path: str, facts: ProjectFacts) -> bool:
    """Return whether pytest collects the file, or reads it as a conftest.py."""
    folder, name = posixpath.split(path)
    settings = facts.settings_for(path)
    if name == "conftest.py":
        return True
    if not any(fnmatch(name, pattern) for pattern in settings.python_files or _TEST_FILES):
        return False
    base = posixpath.dirname(settings.path)
    below = [posixpath.normpath(posixpath.join(base, each)) for each in settings.testpaths]
    return not below or any(
        each == "." or f"{folder}/".startswith(f"{each}/") or fnmatch(folder, each) for each in below
    )


def _applies(config: str, path: str, facts: ProjectFacts) -> bool:
    """Return whether a configuration file may apply to a Python file."""
    if any(settings.path == config for settings in facts.settings) and not _is_dependency_file(config):
        return facts.settings_for(path).path == config
    folder = posixpath.dirname(config)
    while posixpath.basename(folder) in _REQUIREMENTS or posixpath.basename(folder).startswith("."):
        folder = posixpath.dirname(folder)
    return not folder or path.startswith(f"{folder}/")


def _is_dependency_file(config: str) -> bool:
    return posixpath.basename(config) in {"pyproject.toml", "tox.ini", "setup.cfg"}
