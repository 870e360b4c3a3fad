"""Make folders of installed packages, and diagnose a project with them in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from asyncshim.migrate.doctor.code import code_facts
from asyncshim.migrate.doctor.configuration import PytestConfiguration
from asyncshim.migrate.doctor.conflicts import conflicts
from asyncshim.migrate.doctor.executor import executor, plugin_loading
from asyncshim.migrate.doctor.model import Conflict, Environment, Executor, InstalledPlugin

ASYNCSHIM = InstalledPlugin("asyncshim", "asyncshim.plugin", "asyncshim", "0.1.0")
REAL = InstalledPlugin("asyncio", "pytest_asyncio.plugin", "pytest-asyncio", "0.21.2")
AIOHTTP = InstalledPlugin("pytest_aiohttp", "pytest_aiohttp.plugin", "pytest-aiohttp", "1.1.0", True)


def installed(folder: Path, name: str, version: str, entry_points: str = "", requires: Sequence[str] = ()) -> Path:
    """Write the metadata of an installed package."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        *(f"Requires-Dist: {r}" for r in requires),
    ]
    (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if entry_points:
        (info / "entry_points.txt").write_text(f"[pytest11]\n{entry_points}\n", encoding="utf-8")
    return folder


def environment(*plugins: InstalledPlugin, finder: bool = True, other: str = "", **versions: str) -> Environment:
    """Return an environment with these plugins; ``versions`` are those of further packages."""
    packages = {"pytest": "8.4.0"} | {plugin.distribution: plugin.version for plugin in plugins}
    packages |= {name.replace("_", "-"): version for name, version in versions.items()}
    return Environment(
        "3.12.1",
        "CPython",
        "Linux 6, x86_64",
        "/env/bin/python",
        True,
        tuple(packages.items()),
        plugins,
        (),
        finder,
        other,
    )


def told(
    where: Environment,
    pytest: PytestConfiguration | None = None,
    files: Mapping[str, str] | None = None,
    root: Path = Path(),
    variables: Mapping[str, str] | None = None,
) -> tuple[Executor, list[Conflict]]:
    """Return who runs async tests, and the conflicts, in an environment with these files below ``root``."""
    for name, text in (files or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    code = tuple(code_facts(root, files or {}))
    options = pytest or PytestConfiguration()
    loading = plugin_loading(where, options, code, variables or {})
    runs = executor(loading, options, code)
    return runs, list(conflicts(loading, options, code, (), runs))
