"""Which configuration files the rules check, by name and folder, and the kind of each."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from enum import StrEnum

# The files in pytest's order, and whether pytest uses the file even without a pytest section.
PYTEST_FILES: Mapping[str, bool] = {
    "pytest.toml": True,
    ".pytest.toml": True,
    "pytest.ini": True,
    ".pytest.ini": True,
    "pyproject.toml": False,
    "tox.ini": False,
    "setup.cfg": False,
}


class FileKind(StrEnum):
    """How a file is read and edited, or whether it is only reported."""

    TOML = "TOML"
    INI = "INI"
    REQUIREMENTS = "requirements"
    YAML = "YAML"
    LOCK = "lock file"
    PROGRAM = "program"


# The command that regenerates each lock file.
LOCK_FILES: Mapping[str, str] = {
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
    "pixi.lock": "pixi lock",
    "conda-lock.yml": "conda-lock",
    "pylock.toml": "pip lock",
}
_TOML = frozenset({"Pipfile", "tox.toml", "hatch.toml"})
_REQUIREMENTS = re.compile(
    r"(?:.*[-_.])?(?:requirements?|constraints?|reqs?)(?:[-_.].*)?\.(?:txt|in)|requirements.*\.(?:txt|in)"
)
_REQUIREMENT_FOLDERS = frozenset({"requirements", "requirement", "reqs", "constraints"})
_ENVIRONMENT = re.compile(r"(?:.*[-_.])?(?:environment|conda|env)(?:[-_.].*)?\.ya?ml")
_PROGRAMS = re.compile(
    r"setup\.py|noxfile\.py|(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..*)?|(?:GNU)?[Mm]akefile|.*\.mk|[Jj]ustfile|\.?justfile"
    r"|[Tt]askfile\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|\.?appveyor\.ya?ml|azure-pipelines.*\.ya?ml|\.cirrus\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|Jenkinsfile|.*\.(?:ba)?sh|meta\.yaml|recipe\.yaml|pixi\.toml"
)
_WORKFLOWS = re.compile(
    r"(?:.*/)?(?:\.github/(?:workflows|actions/.*)|\.circleci|\.gitlab(?:/.*)?|\.azure(?:/.*)?)/[^/]*\.ya?ml"
)


def kind_of(path: str) -> FileKind | None:
    """Return the kind of a file, by its POSIX path relative to the project's root; ``None`` for all others."""
    if path.endswith(".py") and not path.endswith("setup.py") and "file." not in path:
        return None  # neither a noxfile nor a Dockerfile; for speed, because most files are Python
    folder, name = posixpath.split(path)
    if name in PYTEST_FILES or name in _TOML:
        return FileKind.INI if name.endswith((".ini", ".cfg")) else FileKind.TOML
    if name in LOCK_FILES or re.fullmatch(r"pylock\..+\.toml", name):
        return FileKind.LOCK
    if _REQUIREMENTS.fullmatch(name):
        return FileKind.REQUIREMENTS
    if posixpath.basename(folder) in _REQUIREMENT_FOLDERS and name.endswith((".txt", ".in")):
        return FileKind.REQUIREMENTS
    if name == ".pre-commit-config.yaml" or _ENVIRONMENT.fullmatch(name):
        return FileKind.YAML
    if _PROGRAMS.fullmatch(name) or _WORKFLOWS.fullmatch(path):
        return FileKind.PROGRAM
    return None


def is_bound(path: str) -> bool:
    """Return whether this is a constraints file of pip."""
    return "constraint" in posixpath.basename(path).lower()
