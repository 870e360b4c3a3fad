"""Environments that are made, with a package from a folder: no test here needs the network."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from asyncshim.errors import RunError, UsageError
from asyncshim.migrate.prove.old_environment import old_environment


def wheel(folder: Path, name: str, version: str, requires: str = "", source: str = "") -> None:
    """Write a wheel with one module."""
    files = {
        f"{name}.py": source,
        f"{name}-{version}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            + (f"Requires-Dist: {requires}\n" if requires else "")
        ),
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(text)}\n")
    record = f"{name}-{version}.dist-info/RECORD"
    files[record] = "".join(lines) + f"{record},,\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    for name, value in {
        "UV_FIND_LINKS": folder.as_uri(),
        "UV_OFFLINE": "1",
        "UV_NO_CONFIG": "1",
        "PIP_FIND_LINKS": folder.as_uri(),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
        "PYTHONDONTWRITEBYTECODE": "1",
    }.items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture(params=["uv", "pip"])
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "pip":
        pytest.importorskip("pip", reason="pip is not installed")
        monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    elif not (shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))):
        pytest.skip("uv is not installed")
    return str(request.param)


def told(python: str, code: str) -> str:
    return subprocess.check_output([python, "-c", code], text=True, cwd=Path(python).parent).strip()


@pytest.mark.usefixtures("installer")
def test_the_environment_has_the_requirement_and_the_packages_of_the_suite(packages: Path) -> None:
    # uv installs a pytest of its own, of the same version; pip uses the one that is there.
    wheel(packages, "pytest", pytest.__version__, source=f"__version__ = '{pytest.__version__}'\n")
    wheel(packages, "old_plugin", "0.0.7", "pytest", "VERSION = 'of the wheel'\n")
    with old_environment(sys.executable, ["old-plugin==0.0.7"]) as made:
        code = "import old_plugin, pytest, libcst, sys; print(old_plugin.VERSION, pytest.__version__, sys.prefix)"
        version, prefix = told(made.python, code).removeprefix("of the wheel ").split()
        assert version == pytest.__version__
        assert prefix != sys.prefix
        assert made.note == ""
    assert not Path(prefix).exists()


@pytest.mark.usefixtures("installer")
def test_another_pytest_that_the_requirement_needs_is_named(packages: Path) -> None:
    wheel(packages, "pytest", "0.1", source="__version__ = '0.1'\n")
    wheel(packages, "old_plugin", "0.0.7", "pytest<1")
    with old_environment(sys.executable, ["old_plugin"]) as made:
        assert told(made.python, "import pytest; print(pytest.__version__)") == "0.1"
        assert made.note == f"it has pytest 0.1, because these do not work with pytest {pytest.__version__}"


@pytest.mark.usefixtures("installer")
def test_a_path_is_relative_to_the_current_folder_and_a_name_is_never_a_folder(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(packages, "pytest", pytest.__version__, source=f"__version__ = '{pytest.__version__}'\n")
    wheel(packages, "old_plugin", "0.0.7", source="VERSION = 'of the index'\n")
    here = packages.parent
    wheel(here, "here", "1.0", source="VERSION = 'of the folder'\n")
    (here / "old_plugin").mkdir()
    monkeypatch.chdir(here)
    with old_environment(sys.executable, ["./here-1.0-py3-none-any.whl", "old_plugin"]) as made:
        code = "import here, old_plugin; print(here.VERSION, old_plugin.VERSION)"
        assert told(made.python, code) == "of the folder of the index"


@pytest.mark.usefixtures("packages", "installer")
def test_a_requirement_that_cannot_be_installed_is_an_error_with_the_words_of_the_installer() -> None:
    with (
        pytest.raises(RunError, match=r"(?s)no-such-plugin==1 could not be installed:\n  .*no-such-plugin"),
        old_environment(sys.executable, ["no-such-plugin==1"]),
    ):
        pass


@pytest.mark.parametrize("requirement", ["--index-url=https://example.invalid", "-r", " "])
def test_an_option_is_no_requirement(requirement: str) -> None:
    with pytest.raises(UsageError, match="is not a requirement"), old_environment(sys.executable, [requirement]):
        pass


def test_without_an_installer_the_other_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv/bin/python")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(sys, "executable", python)
    with (
        pytest.raises(UsageError, match="needs uv or pip: install one, or name an interpreter with --before-python"),
        old_environment(python, ["old_plugin"]),
    ):
        pass
