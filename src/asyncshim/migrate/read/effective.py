"""The effective settings, and where each comes from: the command line, a line of pyproject.toml, or a default."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

from asyncshim.migrate.read import pytest_config, settings

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project
    from asyncshim.migrate.read.settings import MigrateSettings

OPTION = "command line"
DEFAULT = "default"
# The value of the file and that of the command line apply together.
_JOINED = frozenset({"exclude", "extend-select", "ignore"})
# Options that turn a setting off.
_NEGATED = {"config": "no_config", "deps": "no_deps"}
_LIMITS = ("max-file-size", "file-timeout")


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One setting: its value as in TOML, and where it comes from."""

    key: str
    value: object
    source: str


def effective_settings(
    project: Project, own: MigrateSettings, options: Mapping[str, object], defaults: Mapping[str, object]
) -> Iterator[EffectiveSetting]:
    """Yield each setting. ``options`` are those of the command line, None if not given; ``defaults`` are its own."""
    yield _paths(project, own, options)
    known = [each.name.replace("_", "-") for each in fields(own)]
    for key in (*(key for key in known if key in settings.KEYS and key != "paths"), *_LIMITS):
        given = options.get(_NEGATED.get(key, key.replace("-", "_")))
        yield _limit(key, given, defaults) if key in _LIMITS else _one(project, own, key, given, defaults.get(key))


def _limit(key: str, given: object, defaults: Mapping[str, object]) -> EffectiveSetting:
    return EffectiveSetting(key, given, DEFAULT if given == defaults.get(key) else OPTION)


def _one(project: Project, own: MigrateSettings, key: str, given: object, default: object) -> EffectiveSetting:
    said: object = getattr(own, key.replace("-", "_"))
    kept: object = [*cast("tuple[str, ...]", said)] if isinstance(said, tuple) else said
    file = _place(project, own, key)
    if not given:
        return EffectiveSetting(key, default if kept is None else kept, file or DEFAULT)
    if key in _NEGATED:
        return EffectiveSetting(key, False, OPTION)
    if key in _JOINED and isinstance(said, tuple) and said:
        return EffectiveSetting(key, [*cast("tuple[str, ...]", said), *cast("list[str]", given)], f"{file}, {OPTION}")
    return EffectiveSetting(key, given, OPTION)


def _paths(project: Project, own: MigrateSettings, options: Mapping[str, object]) -> EffectiveSetting:
    given = [project.shown(str(path)) for path in project.given]
    if options.get("paths"):
        return EffectiveSetting("paths", given, OPTION)
    if own.paths:
        return EffectiveSetting("paths", given, _place(project, own, "paths") or DEFAULT)
    here = project.given[0] if project.given else project.root
    file = pytest_config.configuration_file(_cwd())
    if file and pytest_config.test_paths(file) and here != _cwd():
        return EffectiveSetting("paths", given, f"testpaths in {project.shown(str(file))}")
    return EffectiveSetting("paths", given, DEFAULT)


def _cwd() -> Path:
    return Path(os.path.realpath(Path.cwd()))


def _place(project: Project, own: MigrateSettings, key: str) -> str:
    """Return ``pyproject.toml:3`` if the file has the key; else ""."""
    if own.file is None or key not in settings.keys_of(own.file):
        return ""
    place = settings.place_of(own.file, key)
    return project.shown(str(own.file)) + place.removeprefix(str(own.file))
