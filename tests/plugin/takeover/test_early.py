"""Plugins that import ``pytest_asyncio`` and load before asyncshim, in real installations of the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from asyncshim.plugin.takeover import early
from house.foreign import Installer, installer_command
from house.processes import environment, run_python
from house.tree import ROOT

AIOHTTP = """
from aiohttp import web

async def test_client(aiohttp_client):
    async def hello(request):
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/", hello)
    client = await aiohttp_client(application)
    assert await (await client.get("/")).text() == "hello"
"""
MISSING = "ModuleNotFoundError: No module named 'pytest_asyncio'"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel of asyncshim, and without pytest-asyncio."""
    pytest.importorskip("hatchling", reason="builds the wheel")
    folder = tmp_path_factory.mktemp("early")
    built = run_python("-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stdout
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", symlinks=os.name != "nt")
    found = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [str(found) if part == sys.executable else part for part in installer_command()]
    if command[0] == str(found):  # pip, which installs into the environment that it is told
        command = [sys.executable, *command[1:], "--ignore-installed", "--prefix", str(folder / "env")]
    installed = subprocess.run(
        [*command, str(wheel), f"pytest=={pytest.__version__}", "aiohttp"],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"cannot be installed here: {installed.stderr.strip().splitlines()[-1:]}")
    return found


def run_there(python: Path, place: Path, folder: Path, *arguments: str, **variables: str) -> str:
    """Run pytest with the plugin of *place*, which is found before asyncshim; return what it printed."""
    folder.joinpath("test_it.py").write_text(AIOHTTP)
    result = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *arguments],
        env={**environment(), "PYTHONPATH": str(place), **variables},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return result.stdout


def test_pytest_aiohttp_works_without_pytest_asyncio_and_without_an_option(
    python: Path, installer: Installer, tmp_path: Path
) -> None:
    place = installer.place("pytest-aiohttp")
    for arguments in ((), ("-p", "aiohttp"), ("-p", "asyncshim"), ("-p", "pytest_asyncio")):
        printed = run_there(python, place, tmp_path, *arguments)
        assert "1 passed" in printed, printed


def test_where_plugins_are_given_one_by_one_the_error_says_what_to_add(
    python: Path, installer: Installer, tmp_path: Path
) -> None:
    place, alone = installer.place("pytest-aiohttp"), {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    printed = run_there(python, place, tmp_path, "-p", "aiohttp", "-p", "asyncshim", **alone)
    assert f"{MISSING}: asyncshim provides it, but is not loaded yet; put `-p asyncshim` before" in printed
    printed = run_there(python, place, tmp_path, "-p", "asyncshim", "-p", "aiohttp", **alone)
    assert "1 passed" in printed, printed


def test_blocked_asyncshim_provides_nothing(python: Path, installer: Installer, tmp_path: Path) -> None:
    printed = run_there(python, installer.place("pytest-aiohttp"), tmp_path, "-p", "no:asyncshim")
    assert MISSING in printed  # since Python 3.15, a suggestion follows
    assert "asyncshim provides it" not in printed


def test_no_other_import_finds_anything(python: Path) -> None:
    source = """
import sys
try:
    import pytest_asyncio
except ImportError as error:
    print(error)
assert "asyncshim" not in sys.modules
import pytest
try:
    import pytest_asyncio
except ImportError as error:
    print(error)
assert not any(name.startswith("asyncshim") and name.endswith("replacement_module") for name in sys.modules)
"""
    result = subprocess.run(
        [str(python), "-c", source], env=environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert result.stdout == "No module named 'pytest_asyncio'\n" * 2, result.stderr


def test_outside_of_pytests_loading_of_plugins_nothing_is_found() -> None:
    assert early.find_spec() is None
