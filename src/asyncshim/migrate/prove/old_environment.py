"""Make an environment that has an older plugin and, apart from that, the packages of another environment."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asyncshim.errors import AsyncshimError, RunError, UsageError

_LAST_LINES = 12
# Run by the interpreter of the suite, which may be an old one.
_DESCRIBE = """
import json, sys, sysconfig
from importlib import metadata
standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
folders = [p for p in sys.path[1:] if p.endswith(("site-packages", "dist-packages")) and p not in standard]
installed = {}
for distribution in metadata.distributions():
    if distribution.metadata["Name"]:
        installed.setdefault(distribution.metadata["Name"], distribution.version)  # the first one is imported
print(json.dumps({"folders": folders, "installed": installed}))
"""
# Releases of pytest-asyncio accept every later pytest, and stop to work with one of these.
_OLDER_PYTESTS = ("pytest<9", "pytest<8.2", "pytest<8")
_PROBE = """
import pytest
import pytest_asyncio


@getattr(pytest_asyncio, "fixture", pytest.fixture)
async def value():
    return 1


@pytest.mark.asyncio
async def test_value(value):
    assert value == 1
"""


@dataclass(frozen=True, slots=True)
class _Base:
    """The environment of the suite."""

    python: str
    folders: tuple[str, ...]
    installed: dict[str, str]


@dataclass(frozen=True, slots=True)
class OldEnvironment:
    """The interpreter of such an environment; ``note`` says what else is not as in the other one."""

    python: str
    note: str = ""


@contextmanager
def old_environment(python: str, requirements: Sequence[str]) -> Generator[OldEnvironment]:
    """Yield a temporary environment with the packages of ``python`` and these requirements."""
    for requirement in requirements:
        if requirement.startswith("-") or not requirement.strip():
            raise UsageError(f"--before: {requirement!r} is not a requirement such as pytest-asyncio==0.21.2")
    requirements = [*map(_absolute, requirements)]
    with tempfile.TemporaryDirectory(prefix="asyncshim-before-", ignore_cleanup_errors=True) as folder:
        yield _made(_describe(python, Path(folder)), Path(folder), requirements)


def _absolute(requirement: str) -> str:
    """Return a path such as ``.`` or ``./lib[extra]`` as the installer needs it, which runs in another folder."""
    path, bracket, extras = requirement.partition("[")
    is_path = path.startswith(".") or "/" in path or os.sep in path  # a folder may have the name of a package
    return f"{Path.cwd() / path}{bracket}{extras}" if is_path and Path(path).exists() else requirement


def _made(base: _Base, folder: Path, requirements: Sequence[str]) -> OldEnvironment:
    # No pip in it: the installers below work from outside.
    _run([base.python, "-m", "venv", "--without-pip", str(folder / "venv")], folder, "no environment could be made")
    made = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = Path(
        _output([str(made), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip()
    )
    # Behind the folder of this environment, and with the .pth files of editable installations.
    entries = "".join(f"import site; site.addsitedir({entry!r})\n" for entry in base.folders)
    (packages / "asyncshim_packages_of_the_suite.pth").write_text(entries, "utf-8")
    install = _installer(base.python, str(made))
    _install(install, base, folder, requirements)
    if "pytest" not in map(_distribution, requirements):
        _make_it_work(install, str(made), folder, requirements)
    return OldEnvironment(str(made), _note(base, _describe(str(made), folder)))


def _install(install: Sequence[str], base: _Base, folder: Path, requirements: Sequence[str]) -> None:
    # Other releases of what is installed, such as pytest, would be a second difference between both runs.
    versions = folder / "installed.txt"
    skipped = {*map(_distribution, requirements), "pytest-asyncio", "asyncshim"}
    lines = [f"{name}=={version}\n" for name, version in base.installed.items() if _normal(name) not in skipped]
    versions.write_text("".join(lines), "utf-8")
    done = _start([*install, "-c", str(versions), *requirements], folder)
    if done.returncode != 0:
        _run([*install, *requirements], folder, f"{' '.join(requirements)} could not be installed")


def _make_it_work(install: Sequence[str], python: str, folder: Path, requirements: Sequence[str]) -> None:
    """Install an older pytest if pytest-asyncio accepts the newer one but does not work with it."""
    probe = folder / "test_probe.py"
    probe.write_text(_PROBE, "utf-8")
    options = ["-q", "-p", "pytest_asyncio.plugin", "-c", os.devnull, "--rootdir", str(folder)]
    command = [python, "-m", "pytest", *options, str(probe)]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTEST_PLUGINS": ""}
    for older in _OLDER_PYTESTS:
        done = _start(command, folder, environment)
        # Other plugins, of which nothing is known here, may be what was asked for.
        if done.returncode == 0 or "No module named 'pytest_asyncio" in done.stdout:
            return
        _start([*install, *requirements, older], folder)


def _note(base: _Base, made: _Base) -> str:
    before, after = made.installed.get("pytest"), base.installed.get("pytest")
    return f"it has pytest {before}, because these do not work with pytest {after}" if before != after else ""


def _describe(python: str, folder: Path) -> _Base:
    # Not in the folder of the project: `-c` imports from there.
    told = json.loads(_output([python, "-c", _DESCRIBE], folder))
    return _Base(python, tuple(told["folders"]), told["installed"])


def _installer(python: str, target: str) -> list[str]:
    """Return the command that installs into ``target``: uv, or the pip of one of the environments."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is not None:
        return [str(Path(uv).absolute()), "pip", "install", "--quiet", "--python", target]
    for candidate in (python, sys.executable):
        if _start([candidate, "-m", "pip", "--version"], Path(target).parent).returncode == 0:
            return [candidate, "-m", "pip", "--python", target, "install", "--quiet"]
    raise UsageError("--before needs uv or pip: install one, or name an interpreter with --before-python")


def _distribution(requirement: str) -> str:
    match = re.match(r"[\w.-]*", requirement.strip())
    return _normal(match[0]) if match else ""


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    # Not in the folder of the project: its files could configure the installer.
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise AsyncshimError(f"{command[0]}: cannot be run: {error.strerror}") from error


def _run(command: Sequence[str], folder: Path, failure: str) -> str:
    done = _start(command, folder)
    if done.returncode != 0:
        last = [line.rstrip() for line in done.stdout.splitlines() if line.strip()][-_LAST_LINES:]
        raise RunError(f"{failure}:" + "".join(f"\n  {line}" for line in last))
    return done.stdout


def _output(command: Sequence[str], folder: Path) -> str:
    return _run(command, folder, f"{command[0]}: cannot be run")
