"""Find the file that configures pytest for a folder, and its test paths."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from asyncshim.migrate.read import settings_text

# In pytest's own order of precedence. A file of the first group counts even when it is empty.
_ALWAYS = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
_WITH_A_SECTION = ("pyproject.toml", "tox.ini", "setup.cfg")
NAMES = (*_ALWAYS, *_WITH_A_SECTION)
"""The names of the files that may configure pytest."""
PACKAGING = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")


def configuration_file(folder: Path) -> Path | None:
    """Return the file that pytest reads its configuration from if ``folder`` is the root."""
    for name in NAMES:
        path = folder / name
        if path.is_file() and (name in _ALWAYS or section(path) is not None):
            return path
    return None


def words(value: object) -> list[str]:
    """Return the words of an option such as ``addopts``, given as a text or a list."""
    if isinstance(value, list):
        return [str(word) for word in cast("list[object]", value)]
    import shlex  # slow to import

    try:
        return shlex.split(value) if isinstance(value, str) else []
    except ValueError:
        return []


def test_paths(file: Path) -> list[Path]:
    """Return the existing folders and files that ``testpaths`` names, globs expanded."""
    values = (section(file) or {}).get("testpaths", [])
    patterns = values.split() if isinstance(values, str) else values
    if not isinstance(patterns, list):
        return []
    import glob

    root = file.parent
    found = [
        root / name
        for pattern in cast("list[object]", patterns)
        for name in sorted(glob.glob(str(pattern), root_dir=root, recursive=True))  # noqa: PTH207 - as pytest does
    ]
    return [Path(os.path.realpath(path)) for path in found]


def section(file: Path) -> dict[str, object] | None:
    """Return pytest's part of a file, or ``None``; a file that cannot be parsed has none (the rules report it)."""
    try:
        return _toml_section(file) if file.suffix == ".toml" else _ini_section(file)
    except (OSError, ValueError, RecursionError, settings_text.UnusableSettingsError):
        return None


def _toml_section(file: Path) -> dict[str, object] | None:
    import tomllib  # slow to import

    content: dict[str, object] = tomllib.loads(settings_text.read(file))
    if file.name != "pyproject.toml":
        return _table(content.get("pytest")) or {}
    tool = (_table(content.get("tool")) or {}).get("pytest")
    table = _table(tool)
    if table is None:
        return None
    return _table(table.get("ini_options")) or table


def _table(value: object) -> dict[str, object] | None:
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _ini_section(file: Path) -> dict[str, object] | None:
    import configparser

    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(settings_text.read(file))
    except configparser.Error:
        return None
    name = "tool:pytest" if file.name == "setup.cfg" else "pytest"
    if name not in parser:
        return {} if file.name in _ALWAYS else None
    return dict(parser.items(name))
