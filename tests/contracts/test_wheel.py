"""The wheel holds two packages, the stubs, one `.pth` file and metadata only; the sdist can build it."""

from __future__ import annotations

import configparser
import email
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from house.processes import run_python
from house.tree import PACKAGES, ROOT, tracked_files

pytest.importorskip("hatchling", reason="builds the distributions with hatchling")


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    result = run_python("-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder, cwd=ROOT)
    assert result.returncode == 0, result.stdout
    return folder


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (path,) = distributions.glob("*.whl")
    return path


def read_metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def test_wheel_holds_the_two_packages_the_stubs_the_early_finder_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    stubs = {f"pytest_asyncio-stubs/{name}" for name in ("__init__.pyi", "plugin.pyi", "py.typed")}
    stubs |= {f"alt_pytest_asyncio-stubs/{path.name}" for path in (ROOT / "src/alt_pytest_asyncio-stubs").iterdir()}
    assert names == expected | stubs | {"asyncshim_early.pth"}
    assert {"asyncshim/py.typed", "asyncshim_codemods/py.typed"} <= names


def test_wheel_installs_nothing_named_pytest_asyncio_or_alt_pytest_asyncio_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        # The stubs are for type checkers: Python cannot import a name with a hyphen.
        apart = ("asyncshim/cli/demo_suite/", "pytest_asyncio-stubs/", "alt_pytest_asyncio-stubs/")
        names = [name for name in archive.namelist() if not name.startswith(apart)]
    parts = {part for name in names for part in name.split("/")}
    reserved = ("pytest_asyncio", "alt_pytest", "test_")
    assert not {part for part in parts if part.startswith(reserved) or part in {"tests", "conftest.py"}}


def test_wheel_declares_the_plugin_and_the_console_script(wheel: Path) -> None:
    parser = configparser.ConfigParser()
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
        parser.read_string(archive.read(name).decode())
    assert {section: dict(parser[section]) for section in parser.sections()} == {
        "console_scripts": {"asyncshim": "asyncshim.cli:console_script"},
        "pytest11": {"asyncshim": "asyncshim.plugin", "pytest_asyncio": "asyncshim.plugin.takeover.entry_point"},
    }


def test_wheel_metadata_has_licence_pythons_and_readme(wheel: Path) -> None:
    metadata = read_metadata(wheel)
    assert metadata["Name"] == "asyncshim"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    assert wheel.name.endswith("-py3-none-any.whl")
    payload = metadata.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()


def test_sdist_holds_what_the_tests_need(distributions: Path) -> None:
    tracked = tracked_files()
    if tracked is None:
        pytest.skip("not a git checkout: the tracked files are not known")
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    tops = {"src", "codemods", "tests", "fixtures_corpus", "docs"}
    wanted = {name for p in tracked if (name := p.relative_to(ROOT).as_posix()).split("/")[0] in tops}
    assert wanted | {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "noxfile.py", ".ci/run"} <= names
