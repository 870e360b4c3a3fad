"""Other pytest plugins, each installed into its own folder; a test adds the folders it needs to PYTHONPATH."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from house.processes import environment

# Each with what it needs beside pytest and the `tests` extra; pinned, because tests depend on their internals.
NEWEST_PYTEST_ASYNCIO = "1.5.0" if pytest.version_tuple >= (8, 4) else "0.23.8"  # that works with this pytest
PYTEST_BDD = (
    ("pytest-bdd==9.0.1", "gherkin-official==42.0.1")
    if pytest.version_tuple >= (9,)
    else ("pytest-bdd==8.1.0", "gherkin-official==29.0.0")
)
PLUGINS: dict[str, tuple[str, ...]] = {
    "pytest-asyncio": (f"pytest-asyncio=={NEWEST_PYTEST_ASYNCIO}",),
    "alt-pytest-asyncio": ("alt-pytest-asyncio==0.9.6",),
    "nest-asyncio": ("nest-asyncio==1.6.0",),
    "pytest-asyncio-0.21": ("pytest-asyncio==0.21.2",),
    **{
        f"looptime-{release}": (f"looptime=={release}",)
        for release in ("0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.9")
    },
    "pytest-aiohttp": ("pytest-aiohttp==1.1.1",),
    "pytest-trio": ("pytest-trio==0.8.0",),
    "pytest-tornasync": ("pytest-tornasync==0.6.0.post2", "tornado==6.5.2"),
    "pytest-tornado5": ("pytest-tornado5==2.0.0", "tornado==6.5.2"),
    "pytest-twisted": (
        "pytest-twisted==1.14.3",
        "automat==25.4.16",
        "constantly==23.10.4",
        "decorator==5.2.1",
        "hyperlink==21.0.0",
        "incremental==24.7.2",
        "twisted==25.5.0",
        "zope.interface",
    ),
    "pytest-bdd": (
        *PYTEST_BDD,
        "mako==1.3.10",
        "markupsafe==3.0.3",
        "parse==1.20.2",
        "parse-type==0.6.6",
        "six==1.17.0",
    ),
    "pytest-django": ("pytest-django==4.11.1", "django==5.2.8", "asgiref==3.10.0", "sqlparse==0.5.3"),
}


class Installer:
    """Installs each plugin once, when a test first needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, Path] = {}

    def place(self, plugin: str) -> Path:
        """Return the folder with *plugin*, or skip the test if it cannot be installed."""
        if plugin not in self._places:
            target = self._folder / plugin
            command = installer_command()
            result = subprocess.run(
                [*command, "--no-deps", "--target", str(target), *PLUGINS[plugin]],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            if result.returncode:
                pytest.skip(f"{plugin} cannot be installed here: {result.stdout.strip().splitlines()[-1]}")
            self._places[plugin] = target
        return self._places[plugin]

    def metadata_of_asyncshim(self) -> Path:
        """Return a folder with the metadata of asyncshim; first on ``sys.path``, pytest loads asyncshim first."""
        found = distribution("asyncshim")
        target = self._folder / "asyncshim-first" / f"asyncshim-{found.version}.dist-info"
        if not target.exists():
            target.mkdir(parents=True)
            for name in ("METADATA", "entry_points.txt"):
                target.joinpath(name).write_text(found.read_text(name) or "", encoding="utf-8")
        return target.parent


@functools.cache
def installer_command() -> tuple[str, ...]:
    """uv where there is one, else pip, else the pip that Python carries for new environments."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is not None:
        return (uv, "pip", "install", "--quiet", "--python", sys.executable)
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip", "install", "--quiet")
    try:
        import ensurepip  # some distributions package it apart
    except ImportError:
        pytest.skip("needs uv or pip, to install other plugins")
    bundled = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    if not bundled:
        pytest.skip("needs uv or pip, to install other plugins")
    return (sys.executable, str(bundled[-1] / "pip"), "install", "--quiet")
