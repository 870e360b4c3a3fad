from __future__ import annotations

import pytest

from asyncshim_codemods.project.file_kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("pyproject.toml", Kind.TOML),
        ("packages/a/pyproject.toml", Kind.TOML),
        (".pytest.toml", Kind.TOML),
        ("Pipfile", Kind.TOML),
        ("tox.toml", Kind.TOML),
        ("hatch.toml", Kind.TOML),
        (".pytest.ini", Kind.INI),
        ("tox.ini", Kind.INI),
        ("setup.cfg", Kind.INI),
        ("requirements.txt", Kind.REQUIREMENTS),
        ("requirements.in", Kind.REQUIREMENTS),
        ("requirements-dev.txt", Kind.REQUIREMENTS),
        ("requirements_test.txt", Kind.REQUIREMENTS),
        ("dev-requirements.txt", Kind.REQUIREMENTS),
        ("test.requirements.txt", Kind.REQUIREMENTS),
        ("requirements/ci.txt", Kind.REQUIREMENTS),
        ("reqs/ci.in", Kind.REQUIREMENTS),
        ("constraints.txt", Kind.REQUIREMENTS),
        ("environment.yml", Kind.YAML),
        ("ci/environment-3.12.yaml", Kind.YAML),
        (".pre-commit-config.yaml", Kind.YAML),
        ("uv.lock", Kind.LOCK),
        ("Pipfile.lock", Kind.LOCK),
        ("pylock.dev.toml", Kind.LOCK),
        ("setup.py", Kind.PROGRAM),
        ("noxfile.py", Kind.PROGRAM),
        ("Dockerfile", Kind.PROGRAM),
        ("ci/test.Dockerfile", Kind.PROGRAM),
        ("Makefile", Kind.PROGRAM),
        (".github/workflows/ci.yml", Kind.PROGRAM),
        (".github/actions/setup/action.yml", Kind.PROGRAM),
        ("azure-pipelines.yml", Kind.PROGRAM),
        (".circleci/config.yml", Kind.PROGRAM),
    ],
)
def test_files_are_known_by_name_and_folder(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "conftest.py",
        "tests/test_setup.py",
        "docs/requirements.md",
        "requirements.py",
        "prerequisites.txt",
        "notes.txt",
        "environ.yml",
        "mkdocs.yml",
        ".github/dependabot.yml",
        "docker-compose.yml",
        "settings.toml",
        "app.ini",
        "pytest.ini.bak",
        "poetry.toml",
    ],
)
def test_other_files_are_not(path: str) -> None:
    assert kind_of(path) is None
