"""Pages whose commands install packages: the tutorial, and the hooks with the real pre-commit."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from house import pages
from house.processes import run, run_python
from house.tree import ROOT
from repositories import NEW, OLD, git, repository

pytestmark = [
    pytest.mark.installed,
    pytest.mark.skipif(sys.platform == "win32", reason="the pages show a POSIX shell"),
]


def test_every_command_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="builds the wheel that the tutorial installs")
    wheels = tmp_path / "wheels"
    built = run_python("-m", "hatchling", "build", "-t", "wheel", "-d", wheels, cwd=ROOT)
    assert built.returncode == 0, built.stdout
    project = tmp_path / "project"
    project.mkdir()
    path = pages.path_with_python(tmp_path / "bin")
    pages.play(ROOT / "docs/tutorial.md", project, path, install=True, PIP_FIND_LINKS=wheels.as_uri())
    listed = run([project / ".venv/bin/python", "-m", "pip", "list"], cwd=project).stdout
    assert "asyncshim" in listed
    assert "pytest-asyncio" not in listed


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A clean project beside a checkout of asyncshim with the tag that the page names."""
    pytest.importorskip("pre_commit")
    checkout = tmp_path / "asyncshim"
    shutil.copytree(ROOT / "src", checkout / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "codemods", checkout / "codemods", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, checkout)
    git(checkout, "init", "-q")
    git(checkout, "add", ".")
    git(checkout, "commit", "-q", "-m", "A release")
    git(checkout, "tag", "v0.1.0")
    return repository(tmp_path / "project", {"tests/test_it.py": NEW, "requirements.txt": "asyncshim\n"})


def test_pre_commit_runs_both_hooks_as_the_page_says(project: Path, tmp_path: Path) -> None:
    page = ROOT / "docs/how-to/pre-commit.md"
    programs = tmp_path / "bin"
    path = pages.path_with_python(programs)
    (programs / "pre-commit").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pre_commit "$@"\n', encoding="utf-8")
    (programs / "pre-commit").chmod(0o755)
    (project / ".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")
    git(project, "add", ".")
    home = str(tmp_path / "pre-commit-home")
    pages.play(page, project, path, install=True, PRE_COMMIT_HOME=home)
    environment = {"PATH": path, "PRE_COMMIT_HOME": home}
    (project / "tests/test_it.py").write_bytes(OLD)
    git(project, "add", ".")
    refused = run(["pre-commit", "run"], cwd=project, env=environment)
    assert refused.returncode == 1, refused.stdout
    assert "tests/test_it.py:4:2: ASH101" in refused.stdout
    rewriting = [step.text for step in pages.steps(page) if "id: asyncshim-migrate" in step.text]
    (project / ".pre-commit-config.yaml").write_text(rewriting[0], encoding="utf-8")
    git(project, "add", ".")
    rewritten = run(["pre-commit", "run"], cwd=project, env=environment)
    assert rewritten.returncode == 1, rewritten.stdout
    assert "files were modified by this hook" in rewritten.stdout
    assert (project / "tests/test_it.py").read_bytes() == NEW
