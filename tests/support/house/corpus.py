"""The corpus: legacy suites with their migrated form and the outcomes of every test, read from `fixtures_corpus/`."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from house.processes import environment, run
from house.tree import ROOT

FOLDER = ROOT / "fixtures_corpus"
REPORTER = ROOT / "tests/support/house/outcome_plugin.py"
# Files that interpreters, pytest and `migrate` create; never part of a case.
RUBBISH = ("__pycache__", ".pytest_cache", ".hypothesis", ".git", ".asyncshim*")


@dataclass(frozen=True, slots=True)
class Case:
    """One folder of the corpus, written for a release of `plugin`. `needs` are pinned to its time.

    after/ passes on the runners `also_under`; where it passes on no other, `only_here` says why. `install` is what
    `uv pip install` gets for its dependency file.
    """

    folder: Path
    title: str
    written_for: str
    origin: str
    outcomes: Mapping[str, str]
    pytest: str
    plugin: str = "pytest-asyncio"
    python: str = "3.11"
    needs: tuple[str, ...] = ()
    oldest_pytest: str = "0"  # before 8.4 the id of a single loop factory is shown
    rules: tuple[str, ...] = ()
    migrate: tuple[str, ...] = ()
    install: tuple[str, ...] = ()
    exit_code: int = 0
    second_exit_code: int = 0
    programs: tuple[str, ...] = ()
    also_under: tuple[str, ...] = ()
    only_here: str = ""
    arguments: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def before(self) -> Path:
        return self.folder / "before"

    @property
    def after(self) -> Path:
        return self.folder / "after"


@dataclass(frozen=True, slots=True)
class Run:
    """What one pytest run of a case reported, and what it printed."""

    exit_code: int
    tests: dict[str, str]
    output: str


def load(folder: Path) -> Case:
    file = folder / "case.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    known = {each.name for each in fields(Case)} - {"folder"}
    if unknown := table.keys() - known:
        raise ValueError(f"{file}: unknown keys {sorted(unknown)}")
    if missing := {"title", "written_for", "origin", "outcomes", "pytest"} - table.keys():
        raise ValueError(f"{file}: missing keys {sorted(missing)}; CONTRIBUTING.md describes them")
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    return Case(folder=folder, **(table | lists))


def cases() -> list[Case]:
    return [load(path.parent) for path in sorted(FOLDER.glob("*/case.toml"))]


def missing(case: Case) -> str:
    """Return why this environment cannot run the case, or an empty string."""
    absent = []
    for need in case.needs:
        name = Requirement(need).name
        try:
            importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            absent.append(name)
    absent += [name for name in case.programs if program(name) is None]
    if Version(importlib.metadata.version("pytest")) < Version(case.oldest_pytest):
        absent.append(f"pytest {case.oldest_pytest}")
    return f"needs {', '.join(absent)}, not installed here" if absent else ""


def program(name: str) -> Path | None:
    """A server program on PATH or where Debian keeps those of PostgreSQL."""
    found = shutil.which(name)
    places = [Path(found)] if found else sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return places[-1] if places else None


def copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*RUBBISH))
    return target


def files(folder: Path) -> dict[str, bytes]:
    """Return every file below `folder` by its relative path, without files that a run creates."""
    found = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(Path(part).match(rubbish) for part in relative.parts for rubbish in RUBBISH):
            found[relative.as_posix()] = path.read_bytes()
    return found


def run_tests(python: str | Path, folder: Path, report: Path, *arguments: str, **env: str) -> Run:
    """Run a suite with `python -m pytest` and collect the outcome of each test."""
    shutil.copy(REPORTER, report.parent / "house_outcome_plugin.py")
    command = [
        python,
        "-m",
        "pytest",
        "-p",
        "house_outcome_plugin",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        *arguments,
    ]
    result = run(command, cwd=folder, env={"PYTHONPATH": str(report.parent), "HOUSE_OUTCOMES": str(report), **env})
    answer = (
        json.loads(report.read_text(encoding="utf-8")) if report.exists() else {"exit": result.returncode, "tests": {}}
    )
    return Run(answer["exit"], answer["tests"], result.stdout)


def make_environment(folder: Path, uv: str, python: str, *requirements: str) -> Path:
    """Make an environment with exactly these requirements and return its interpreter."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for command in (
        [uv, "venv", "--quiet", "--python", sys.executable if python == here else python, str(folder)],
        [uv, "pip", "install", "--quiet", "--python", str(folder / "bin/python"), *requirements],
    ):
        subprocess.run(command, check=True, env=environment(), stdin=subprocess.DEVNULL)
    return folder / "bin/python"


def of_its_time(case: Case) -> list[str]:
    """Return the async plugin, pytest and packages that the case was written for."""
    return [f"pytest=={case.pytest}", f"{case.plugin}=={case.written_for}", *case.needs]
