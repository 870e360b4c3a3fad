"""The interpreter and its installed packages, from their metadata: no plugin is imported."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from asyncshim.migrate.doctor import shown
from asyncshim.migrate.doctor.model import Environment, InstalledPlugin

# Packages that matter to async tests, and are reported with or without an entry point.
_PACKAGES = (
    "pytest",
    "pluggy",
    "asyncshim",
    "pytest-asyncio",
    "alt-pytest-asyncio",
    "anyio",
    "libcst",
    "looptime",
    "nest-asyncio",
    "uvloop",
)
_VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "ASYNCSHIM_RUNNER",
    "PYTHONASYNCIODEBUG",
)
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_REQUIRES = re.compile(r"pytest[-_.]+asyncio(?![\w.-])", re.IGNORECASE)
_FINDER = "AsyncshimEarly"


def read_environment(root: Path) -> Environment:
    """Return the interpreter, and the pytest plugins installed for it in the order in which pytest loads them."""
    found: dict[str, importlib.metadata.Distribution] = {}
    for distribution in _distributions(root):
        found.setdefault(_normalized(distribution), distribution)
    return Environment(
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        platform=f"{platform.system()} {platform.release()}, {platform.machine()}",
        executable=sys.executable,
        virtual=sys.prefix != sys.base_prefix,
        packages=tuple((name, _version(found[name])) for name in _PACKAGES if name in found),
        plugins=tuple(_plugins(found.values())),
        variables=tuple((name, _shown(name, os.environ[name])) for name in _VARIABLES if os.environ.get(name)),
        finder=any(getattr(finder, "__name__", "") == _FINDER for finder in sys.meta_path),
        other=_other_interpreter(root),
    )


def _distributions(root: Path) -> Iterator[importlib.metadata.Distribution]:
    """Yield the installed distributions. Metadata in the project's own folders is not read: it may be anything."""
    trusted = [entry for entry in sys.path if _is_installed(entry) or not _is_below(entry, root)]
    yield from importlib.metadata.distributions(path=trusted)


def _is_installed(entry: str) -> bool:
    return not _INSTALLED.isdisjoint(Path(entry).parts)


def _is_below(entry: str, root: Path) -> bool:
    return Path(os.path.realpath(entry or ".")).is_relative_to(root)


def _normalized(distribution: importlib.metadata.Distribution) -> str:
    return re.sub(r"[-_.]+", "-", _field(distribution, "Name")).lower()


def _version(distribution: importlib.metadata.Distribution) -> str:
    return _field(distribution, "Version") or "unknown"


def _field(distribution: importlib.metadata.Distribution, name: str) -> str:
    """Return one field of the metadata; "" if it is missing, for which each release of Python has another reaction."""
    try:
        metadata = cast("importlib.metadata.PackageMetadata | None", distribution.metadata)
    except OSError:
        metadata = None
    found: list[str] = [] if metadata is None else metadata.get_all(name) or []
    return str(found[0]) if found else ""


def _requirements(distribution: importlib.metadata.Distribution) -> list[str]:
    return (distribution.requires or []) if _field(distribution, "Name") else []


def _plugins(distributions: Iterable[importlib.metadata.Distribution]) -> Iterator[InstalledPlugin]:
    names: set[str] = set()
    for distribution in distributions:
        requires = any(_REQUIRES.match(text) and "extra ==" not in text for text in _requirements(distribution))
        for point in distribution.entry_points:
            if point.group == "pytest11" and point.name not in names:
                names.add(point.name)
                yield InstalledPlugin(
                    point.name, point.value, _normalized(distribution), _version(distribution), requires
                )


def _shown(name: str, value: str) -> str:
    if name != "PYTEST_ADDOPTS":
        return shown.plain(value)
    return shown.words(addopts_of(value))


def addopts_of(text: str) -> tuple[str, ...]:
    """Return the words of ``PYTEST_ADDOPTS``; none if its quotes are not closed."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return ()


def _other_interpreter(root: Path) -> str:
    """Return the interpreter of an active virtual environment, or of one in the project, that does not run this."""
    active = os.environ.get("VIRTUAL_ENV")
    folders = ([Path(active)] if active else []) + [root / ".venv", root / "venv"]
    for folder in folders:
        for python in (folder / "bin" / "python", folder / "Scripts" / "python.exe"):
            if os.access(folder / "pyvenv.cfg", os.R_OK) and os.access(python, os.F_OK):
                same = os.path.realpath(folder) == os.path.realpath(sys.prefix)
                return "" if same else str(python)
    return ""
