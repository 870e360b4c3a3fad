"""How many findings of test runs a baseline accepts: uses among them that no rule can see."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim import baseline_file
from asyncshim.errors import UsageError
from asyncshim.migrate.read import plugin_options

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project
    from asyncshim.migrate.read.settings import MigrateSettings

_OPTION = "asyncshim_baseline"
_LEGACY_USE = "legacy use"  # as the plugin calls it


def file_of(given: str | None, settings: MigrateSettings, project: Project) -> Path | None:
    """Return the baseline: the given one, that of the settings, or that of the plugin's option."""
    if given:
        return Path(given)
    if settings.baseline and settings.file:
        return project.own(settings.file, "baseline", settings.baseline)
    try:
        options = {each.key: each.value for each in plugin_options.plugin_options(project)}
    except UsageError:  # pytest will say what is wrong in its configuration
        return None
    value, used = options[_OPTION], plugin_options.used_file(project)
    return project.own(used, _OPTION, str(value)) if value and used is not None else None


def numbers(file: Path, *, must_exist: bool) -> dict[str, object] | None:
    """Return the numbers by kind, and for old features by rule; ``None`` if no test run has written any."""
    if not must_exist and not file.exists():
        return None
    runtime = baseline_file.load(file).runtime
    if runtime is None:
        return None
    kinds, rules = Counter[str](), Counter[str]()
    for (_, use), number in runtime.items():
        kind, _, code = use.partition(": ")
        kinds[kind] += number
        if kind == _LEGACY_USE:
            rules[code] += number
    return {"kinds": dict(sorted(kinds.items())), "rules": dict(sorted(rules.items()))}
