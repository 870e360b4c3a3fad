"""The plugin's effective pytest options, and where each comes from: a line of a file, ``addopts``, the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from asyncshim import pytest_options
from asyncshim.errors import UsageError
from asyncshim.migrate.read import pytest_config, settings_text
from asyncshim.migrate.read.effective import DEFAULT, EffectiveSetting

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

_VARIABLE = "PYTEST_ADDOPTS"
_TRUE = frozenset({"1", "yes", "true", "on"})
_SECTION = re.compile(r"\s*\[\s*(?:tool:pytest|tool\s*\.\s*pytest(?:\s*\.\s*ini_options)?|pytest)\s*\]")
_FLAGS = {f"--{name.replace('_', '-')}": name for name in pytest_options.FLAGS}
_SWITCHES = {f"--{name.replace('_', '-')}" for name in pytest_options.ONLY_FLAGS}
_VALUES: dict[str, tuple[str, ...]] = {
    **{f"asyncshim_{name}": values for name, values in pytest_options.CHOICES.items()},
    "asyncio_mode": (*pytest_options.MODES, "legacy"),
    "asyncio_default_test_loop_scope": pytest_options.LOOP_SCOPES,
    "asyncio_default_fixture_loop_scope": (*pytest_options.LOOP_SCOPES, pytest_options.MATCH_FIXTURE_SCOPE),
}

Found = dict[str, tuple[object, str]]
"""The value of each option that is set, and where."""


def plugin_options(project: Project) -> Iterator[EffectiveSetting]:
    """Yield each option of the plugin as a run of pytest without arguments has it."""
    found, flags = _in_file(project)
    variable = _in_words(pytest_config.words(os.environ.get(_VARIABLE)), _VARIABLE)
    found |= variable[0]
    flags |= variable[1]
    if runner := os.environ.get(pytest_options.RUNNER_VARIABLE):
        found["asyncshim_runner"] = runner, pytest_options.RUNNER_VARIABLE
    found |= flags
    for name, default in pytest_options.DEFAULTS.items():
        value, source = found.get(name, (None, DEFAULT))
        if value in (None, ""):
            yield EffectiveSetting(name, default, DEFAULT)
        else:
            yield EffectiveSetting(name, _valid(name, value, default, source), source)


def used_file(project: Project) -> Path | None:
    """Return the file that pytest finds. pytest also searches above the project's root; this search ends there."""
    folders = [path if path.is_dir() else path.parent for path in project.given]
    base = Path(os.path.commonpath(folders) if project.explicit else os.path.realpath(Path.cwd()))
    chain = [base, *base.parents]
    if project.root in chain:
        chain = chain[: chain.index(project.root) + 1]
    return next((file for folder in chain if (file := pytest_config.configuration_file(folder))), None)


def _in_file(project: Project) -> tuple[Found, Found]:
    """Return what the file says as options, and what its ``addopts`` say as flags."""
    file = used_file(project)
    section = None if file is None else pytest_config.section(file)
    if file is None or section is None:
        return {}, {}
    text, shown = settings_text.read(file), project.shown(str(file))

    def place(name: str) -> str:
        line = _line_of(text, name)
        return shown if line is None else f"{shown}:{line}"

    found = {name: (section[name], place(name)) for name in pytest_options.DEFAULTS.keys() & section.keys()}
    overrides, flags = _in_words(pytest_config.words(section.get("addopts")), f"addopts in {place('addopts')}")
    return found | overrides, flags


def _line_of(text: str, name: str) -> int | None:
    """Return the line of an option in a file, or None if the table has an unusual form."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = _SECTION.match(line) is not None
        elif inside and re.match(rf"""\s*["']?{name}["']?\s*[=:]""", line):
            return number
    return None


def _in_words(words: Sequence[str], source: str) -> tuple[Found, Found]:
    """Return what arguments of pytest say with ``-o``, and with flags of their own."""
    overrides, flags = Found(), Found()
    rest = iter(words)
    for word in rest:
        name, is_joined, value = word.partition("=")
        if name in _SWITCHES:
            continue
        if name in _FLAGS and pytest_options.DEFAULTS[_FLAGS[name]] is False:
            flags[_FLAGS[name]] = True, source
        elif name in _FLAGS:
            flags[_FLAGS[name]] = value if is_joined else next(rest, ""), source
        elif name == "--override-ini" or (word.startswith("-o") and not word.startswith("--")):
            joined = value if name == "--override-ini" else word.removeprefix("-o").removeprefix("=")
            option, _, value = (joined or next(rest, "")).partition("=")
            overrides[option] = value, source
    return overrides, flags


def _valid(name: str, value: object, default: object, source: str) -> object:
    """Return a value as the plugin reads it. An error names the place, as the plugin names the option."""
    if isinstance(default, bool):
        return value if isinstance(value, bool) else str(value).lower() in _TRUE
    if isinstance(default, float):
        try:
            seconds = float(str(value))
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise UsageError(f"{source}: {value!r} is not a valid {name}: a number of seconds, 0 or more, is expected")
        return seconds
    if name in _VALUES and value not in _VALUES[name]:
        raise UsageError(f"{source}: {value!r} is not a valid {name}. Valid values: {', '.join(_VALUES[name])}")
    return value
