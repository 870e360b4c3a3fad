from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from asyncshim.migrate.doctor.environment import read_environment
from diagnosing import installed


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, the only one of this process."""
    folder = tmp_path / "env" / "lib" / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(folder)])
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return Path(os.path.realpath(tmp_path / "project"))


def test_plugins_are_those_of_the_metadata_in_the_order_of_pytest(packages: Path, root: Path) -> None:
    import importlib.metadata

    installed(packages, "pytest", "8.4.0")
    installed(packages, "asyncshim", "0.1.0", "asyncshim = asyncshim.plugin")
    installed(packages, "pytest_aiohttp", "1.1.0", "pytest_aiohttp = pytest_aiohttp.plugin", ["pytest-asyncio>=0.17"])
    installed(packages, "other", "1", requires=["pytest-asyncio; extra == 'test'"])
    found = read_environment(root)
    order = [each.name for d in importlib.metadata.distributions() for each in d.entry_points]
    assert [plugin.name for plugin in found.plugins] == order
    assert found.packages == (("pytest", "8.4.0"), ("asyncshim", "0.1.0"))
    requires = {plugin.distribution: plugin.requires_pytest_asyncio for plugin in found.plugins}
    assert requires == {"asyncshim": False, "pytest-aiohttp": True}


def test_a_package_without_a_name_or_version_stops_nothing(packages: Path, root: Path) -> None:
    (packages / "broken-1.dist-info").mkdir()
    (packages / "broken-1.dist-info" / "entry_points.txt").write_text("[pytest11]\nx = y\n", encoding="utf-8")
    installed(packages, "pytest", "8.4.0")
    found = read_environment(root)
    assert found.version("pytest") == "8.4.0"
    assert [plugin.version for plugin in found.plugins] in ([], ["unknown"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_metadata_in_the_project_is_not_read(packages: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "x-1.dist-info").mkdir()
    os.mkfifo(root / "x-1.dist-info" / "METADATA")
    installed(root, "forged", "1", "forged = forged")
    monkeypatch.setattr(sys, "path", [str(root), str(packages)])
    assert read_environment(root).plugins == ()


def test_variables_that_pytest_reads_are_shown_without_secrets(
    packages: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert packages
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:x --token=s3cret --dsn postgres://me:s3cret@host -n 4")
    monkeypatch.setenv("PYTEST_PLUGINS", "a.b,c")
    shown = dict(read_environment(root).variables)
    assert shown == {"PYTEST_ADDOPTS": "-p no:x -n 4 (3 other words)", "PYTEST_PLUGINS": "a.b,c"}


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_a_virtual_environment_of_the_project_that_does_not_run_this_is_named(
    packages: Path, root: Path, name: str
) -> None:
    assert packages
    assert read_environment(root).other == ""
    python = root / name / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    (root / name / "pyvenv.cfg").touch()
    assert read_environment(root).other == str(python)
