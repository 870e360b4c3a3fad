"""The runners: asyncshim, other plugins and the two lower bounds, each in its own environment."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from suites import Form

ROOT = Path(__file__).resolve().parents[1]
# The last pytest that pytest-asyncio 0.21.2 supports; its plain suite runs with the same one.
OLD_PYTEST = "pytest==8.2.2"


_ASYNC = Form()


@dataclass(frozen=True, slots=True)
class Runner:
    """One way to run a suite. ``plain`` names the runner whose suite of plain functions it is compared with."""

    name: str
    title: str
    requirements: tuple[str, ...]
    options: tuple[str, ...] = ()
    form: Form = _ASYNC
    conftest: bool = False
    plain: str = "L0"


_AUTO = ("-o", "asyncio_mode=auto")
_SESSION = ("-o", "asyncio_default_fixture_loop_scope=session", "-o", "asyncio_default_test_loop_scope=session")

RUNNERS: Mapping[str, Runner] = MappingProxyType(
    {
        runner.name: runner
        for runner in (
            Runner("L0", "plain functions", ("pytest",), form=Form(is_async=False)),
            Runner("pytest-asyncio", "pytest-asyncio, function loops", ("pytest", "pytest-asyncio==1.5.0"), _AUTO),
            Runner("asyncshim", "asyncshim", ("pytest", str(ROOT))),
            Runner("session", "pytest-asyncio, session loop", ("pytest", "pytest-asyncio==1.5.0"), _AUTO + _SESSION),
            Runner("alt", "alt-pytest-asyncio", ("pytest", "alt-pytest-asyncio"), ("-p", "alt_pytest_asyncio.enable")),
            Runner("anyio", "anyio", ("pytest", "anyio"), ("-o", "anyio_mode=auto")),
            Runner("conftest", "conftest with Runner", ("pytest",), conftest=True),
            Runner("L1", "def test(): runner.run(coro())", ("pytest",), form=Form(runs_itself=True)),
            Runner("L0-old", "plain functions, older pytest", (OLD_PYTEST,), form=Form(is_async=False)),
            Runner("0.21", "pytest-asyncio 0.21", (OLD_PYTEST, "pytest-asyncio==0.21.2"), _AUTO, plain="L0-old"),
        )
    }
)


def environment_of(runner: Runner, folder: Path, python: str) -> Path:
    """The interpreter of *runner*'s environment below *folder*, made with uv when it is not there yet.

    asyncshim is installed from a wheel of the current source, because pytest reads the list of installed files.
    """
    name = hashlib.sha256("\0".join((python, *runner.requirements)).encode()).hexdigest()[:16]
    place = folder / name
    interpreter = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = place / "complete"
    is_ours = str(ROOT) in runner.requirements
    if is_ours or not done.exists():
        anew = ["--refresh-package", "asyncshim"] if is_ours else []
        subprocess.run(["uv", "venv", "-q", "--clear", "--python", python, str(place)], check=True)
        install = ["uv", "pip", "install", "-q", "-p", str(interpreter), *anew, *runner.requirements]
        subprocess.run(install, check=True)
        done.touch()
    return interpreter


def versions_of(interpreter: Path) -> str:
    """Return the versions of Python and of the relevant packages in the environment."""
    code = (
        "import platform, importlib.metadata as m\n"
        "names = ('pytest', 'pytest-asyncio', 'alt-pytest-asyncio', 'anyio', 'asyncshim')\n"
        "have = {d.name.lower(): d.version for d in m.distributions()}\n"
        "found = [f'{n} {have[n]}' for n in names if n in have]\n"
        "print(', '.join([f'Python {platform.python_version()}', *found]))\n"
    )
    done = subprocess.run([str(interpreter), "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()
