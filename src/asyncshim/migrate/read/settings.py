"""``[tool.asyncshim]`` in ``pyproject.toml``: the options that a project always uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from asyncshim.errors import UsageError
from asyncshim.migrate.read import settings_text

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project

RUNNERS = ("asyncshim", "conftest", "alt-pytest-asyncio", "pytest-asyncio", "anyio")


@dataclass(frozen=True, slots=True)
class MigrateSettings:
    """All settings; command-line options override them."""

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    todo: bool = False
    runner: str = "asyncshim"
    runner_given: bool = False
    config: bool = True
    deps: bool = True
    jobs: int | None = None
    baseline: str | None = None
    file: Path | None = None


_LISTS = frozenset({"paths", "exclude", "select", "extend-select", "ignore"})
_SWITCHES = frozenset({"unsafe", "todo", "config", "deps"})
# A repository must not be able to raise the limits that protect from it.
_COMMAND_LINE_ONLY = frozenset({"max-file-size", "file-timeout"})
KEYS = (*sorted(_LISTS | _SWITCHES), "runner", "jobs", "baseline")


def schema() -> str:
    """Return the JSON schema of the table, by the name that SchemaStore uses for parts of pyproject.toml."""
    from importlib import resources

    return (resources.files("asyncshim.migrate.read") / "partial-asyncshim.json").read_text("utf-8")


def load(project: Project) -> MigrateSettings:
    """Read the settings of a project; in a monorepo from its own file, else from the nearest one above."""
    ceiling = project.repository.top if project.repository else project.root
    for folder in (project.root, *project.root.parents):
        file = folder / "pyproject.toml"
        table = _table(file) if file.is_file() else None
        if table is not None:
            return _settings(file, table)
        if folder == ceiling:
            break
    return MigrateSettings()


def keys_of(file: Path) -> frozenset[str]:
    """Return the keys that a file sets."""
    return frozenset(_table(file) or ())


def _table(file: Path) -> Mapping[str, object] | None:
    import tomllib  # slow to import

    try:
        content: dict[str, object] = tomllib.loads(settings_text.read(file))
    except settings_text.UnusableSettingsError as error:
        raise UsageError(f"{file}: {error}") from error
    except RecursionError as error:
        raise UsageError(f"{file}: is nested too deeply to be parsed") from error
    except (OSError, UnicodeDecodeError):
        return None  # the rules name a file that cannot be read
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: is not valid TOML: {error}") from error
    tool = content.get("tool")
    table = cast("dict[str, object]", tool).get("asyncshim") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{file}: tool.asyncshim is no table")
    return cast("dict[str, object] | None", table)


def _settings(file: Path, table: Mapping[str, object]) -> MigrateSettings:
    values: dict[str, object] = {}
    for key, value in table.items():
        if key in _COMMAND_LINE_ONLY:
            raise UsageError(f"{place_of(file, key)}: {key!r} can only be set on the command line: --{key}")
        if key not in KEYS:
            import difflib  # slow to import

            close = difflib.get_close_matches(key, KEYS, n=1)
            remedy = f", did you mean {close[0]!r}?" if close else f"; the keys are {', '.join(KEYS)}"
            raise UsageError(f"{place_of(file, key)}: [tool.asyncshim] has no key {key!r}{remedy}")
        values[key.replace("-", "_")] = _checked(file, key, value)
    return replace(MigrateSettings(file=file, runner_given="runner" in values), **values)  # type: ignore[arg-type]


def _checked(file: Path, key: str, value: object) -> object:
    if key in _LISTS:
        items = cast("list[object]", value) if isinstance(value, list) else None
        if items is None or not all(isinstance(item, str) for item in items):
            raise _wrong(file, key, 'a list of strings, such as ["ASH101"]')
        return tuple(str(item) for item in items)
    if key in _SWITCHES:
        if not isinstance(value, bool):
            raise _wrong(file, key, "true or false")
    elif key == "jobs":
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise _wrong(file, key, "a positive number")
    elif key == "runner":
        if value not in RUNNERS:
            raise _wrong(file, key, f"one of {', '.join(RUNNERS)}")
    elif not isinstance(value, str):
        raise _wrong(file, key, "a string")
    return value


def _wrong(file: Path, key: str, expected: str) -> UsageError:
    return UsageError(f"{place_of(file, key)}: {key!r} must be {expected}")


def place_of(file: Path, key: str) -> str:
    """Return ``file:line`` of a key, without the line if the table has an unusual form."""
    inside = False
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if re.match(r"\s*\[", line):
            inside = re.match(r"\s*\[\s*tool\s*\.\s*asyncshim\s*\]", line) is not None
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{file}:{number}"
    return str(file)
