from __future__ import annotations

import pytest

from asyncshim_codemods.project.file_kinds import FileKind, kind_of


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("pyproject.toml", FileKind.TOML),
        ("packages/a/pyproject.toml", FileKind.TOML),
        (".pytest.toml", FileKind.TOML),
        ("Pipfile", FileKind.TOML),
        ("tox.toml", FileKind.TOML),
        ("hatch.toml", FileKind.TOML),
        (".pytest.ini", FileKind.INI),
        ("tox.ini", FileKind.INI),
        ("setup.cfg", FileKind.INI),
        ("requirements.txt", FileKind.REQUIREMENTS),
        ("requirements.in", FileKind.REQUIREMENTS),
        ("requirements-dev.txt", FileKind.REQUIREMENTS),
        ("requirements_test.txt", FileKind.REQUIREMENTS),
        ("dev-requirements.txt", FileKind.REQUIREMENTS),
        ("test.requirements.txt", FileKind.REQUIREMENTS),
        ("requirements/ci.txt", FileKind.REQUIREMENTS),
        ("reqs/ci.in", FileKind.REQUIREMENTS),
        ("constraints.txt", FileKind.REQUIREMENTS),
        ("environment.yml", FileKind.YAML),
        ("ci/environment-3.12.yaml", FileKind.YAML),
        (".pre-commit-config.yaml", FileKind.YAML),
        ("uv.lock", FileKind.LOCK),
        ("Pipfile.lock", FileKind.LOCK),
        ("pylock.dev.toml", FileKind.LOCK),
        ("setup.py", FileKind.PROGRAM),
        ("noxfile.py", FileKind.PROGRAM),
        ("Dockerfile", FileKind.PROGRAM),
        ("Dockerfile.py", FileKind.PROGRAM),
        ("ci/old.Containerfile.a.py", FileKind.PROGRAM),
        ("ci/test.Dockerfile", FileKind.PROGRAM),
        ("Makefile", FileKind.PROGRAM),
        (".github/workflows/ci.yml", FileKind.PROGRAM),
        (".github/actions/setup/action.yml", FileKind.PROGRAM),
        ("azure-pipelines.yml", FileKind.PROGRAM),
        (".circleci/config.yml", FileKind.PROGRAM),
    ],
)
def test_the_kind_of_a_file_depends_on_its_name_and_folder(path: str, kind: FileKind) -> None:
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
def test_other_files_have_no_kind(path: str) -> None:
    assert kind_of(path) is None
