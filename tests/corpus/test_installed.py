"""Cases with a dependency file pass in the environment that their own files install, before and after `migrate`."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from house.corpus import Case, cases, copy, files, program, run_tests
from house.processes import run, run_python
from house.tree import ROOT

INSTALLED = [pytest.param(case, id=case.name) for case in cases() if case.install]
KEPT = [case for case in cases() if "pytest-asyncio" in case.also_under]


def each_way() -> Iterator[object]:
    """Yield each of these cases as it is migrated, and with ``--unsafe``."""
    for case in KEPT:
        yield pytest.param(case, [], id=case.name)
        if "--unsafe" not in case.migrate:
            yield pytest.param(case, ["--unsafe"], id=f"{case.name}-unsafe")


def find_uv() -> str:
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        pytest.skip("needs uv, to make environments")
    return uv


def succeed(*command: str | Path, cwd: Path) -> None:
    done = run([str(part) for part in command], cwd=cwd)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    succeed(find_uv(), "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def installed(tree: Path, case: Case, wheel: Path, folder: Path) -> Path:
    """Return the interpreter of an environment with what the dependency file of the case names, and nothing else."""
    folder.mkdir()
    uv, python = find_uv(), folder / "environment/bin/python"
    (folder / "overrides.txt").write_text(f"asyncshim @ {wheel.as_uri()}\n", encoding="utf-8")
    succeed(uv, "venv", "--quiet", "--python", sys.executable, folder / "environment", cwd=folder)
    arguments = ["--quiet", "--python", python, "--override", folder / "overrides.txt"]
    succeed(uv, "pip", "install", *arguments, *case.install, *case.needs, cwd=tree)
    return python


def check(python: Path, tree: Path, case: Case, report: Path, *arguments: str) -> None:
    report.mkdir()
    ran = run_tests(python, tree, report / "outcomes.json", *arguments, *case.arguments)
    assert ran.tests == case.outcomes, ran.output


def migrated(case: Case, tree: Path, *flags: str) -> Path:
    copy(case.before, tree)
    done = run_python("-m", "asyncshim", "migrate", ".", *case.migrate, *flags, cwd=tree)
    assert done.returncode in {0, 1}, done.stdout
    return tree


def test_a_case_with_a_dependency_file_says_how_to_install_it() -> None:
    names = [case.name for case in cases() if not case.install and _names_dependency(case)]
    assert names == []


def _names_dependency(case: Case) -> bool:
    return any(
        path.startswith("requirements") or b"[dependency-groups]" in data or b"extras_require" in data
        for path, data in files(case.before).items()
    )


@pytest.mark.installed
@pytest.mark.parametrize("case", INSTALLED)
def test_the_declared_environment_gives_the_recorded_outcomes_before_and_after(
    case: Case, wheel: Path, tmp_path: Path
) -> None:
    before = copy(case.before, tmp_path / "before")
    check(installed(before, case, wheel, tmp_path / "old"), before, case, tmp_path / "report-before")
    after = migrated(case, tmp_path / "after")
    check(installed(after, case, wheel, tmp_path / "new"), after, case, tmp_path / "report-after")


@pytest.fixture(scope="module")
def with_pytest_asyncio(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that makes an environment with pytest-asyncio, what the cases need, and without asyncshim."""

    @functools.cache
    def make() -> Path:
        uv, folder = find_uv(), tmp_path_factory.mktemp("kept")
        python = folder / "bin/python"
        needs = {need.partition("=")[0] for case in KEPT for need in case.needs}
        succeed(uv, "venv", "--quiet", "--python", sys.executable, "--allow-existing", folder, cwd=folder)
        succeed(uv, "pip", "install", "-q", "-p", python, "pytest", "pytest-asyncio==1.5.0", *needs, cwd=folder)
        return python

    return make


@pytest.mark.installed
@pytest.mark.parametrize(("case", "flags"), [*each_way()])
def test_a_suite_migrated_for_pytest_asyncio_passes_without_asyncshim(
    case: Case, flags: list[str], with_pytest_asyncio: Callable[[], Path], tmp_path: Path
) -> None:
    if absent := [name for name in case.programs if program(name) is None]:
        pytest.skip(f"needs {', '.join(absent)}, not installed here")
    flags = ["--runner", "pytest-asyncio", *flags]
    tree = migrated(case, tmp_path / "tree", *flags)
    again = files(tree)
    migrated_again = run_python("-m", "asyncshim", "migrate", ".", *case.migrate, *flags, "--allow-dirty", cwd=tree)
    assert files(tree) == again, migrated_again.stdout
    check(with_pytest_asyncio(), tree, case, tmp_path / "report")
