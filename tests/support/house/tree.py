"""The modules of the repository, their imports, and the tracked files."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# A legacy suite that `asyncshim demo` writes out: data that happens to be Python.
DEMO = ROOT / "src/asyncshim/cli/demo_suite"
PACKAGES = {"asyncshim": ROOT / "src/asyncshim", "asyncshim_codemods": ROOT / "codemods/asyncshim_codemods"}


@dataclass(frozen=True, slots=True, order=True)
class Module:
    """One Python file of the two packages."""

    name: str
    path: Path

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def location(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """One name that a file imports anywhere in it."""

    line: int
    target: str


def modules() -> list[Module]:
    found = []
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            if DEMO in path.parents:
                continue
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            found.append(Module(name, path))
    return sorted(found)


def imports(source: str, module: str, *, is_package: bool = False) -> list[Import]:
    """Return every import of `source`; `from p import n` counts as `p.n`, because `n` may be a module."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [Import(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".") if is_package else module.split(".")[:-1]
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            found += [Import(node.lineno, f"{base}.{alias.name}") for alias in node.names]
    return sorted(found)


def tracked_files() -> list[Path] | None:
    """Return the files under version control, or `None` outside a git checkout (an unpacked sdist)."""
    if not (ROOT / ".git").exists():
        return None
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return [path for name in listing.decode().split("\0") if name and (path := ROOT / name).is_file()]


def project_table() -> dict[str, object]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table
