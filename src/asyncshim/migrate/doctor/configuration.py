"""The configuration files of a project, and what each says about async tests."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, cast

from asyncshim.errors import UsageError
from asyncshim.migrate.doctor import shown
from asyncshim.migrate.doctor.model import ConfigurationFile
from asyncshim.migrate.doctor.requirements import requirements
from asyncshim.migrate.read import files, pytest_config
from asyncshim.migrate.read.plugin_options import used_file
from asyncshim_codemods import api

if TYPE_CHECKING:
    from asyncshim.migrate.read.project import Project
    from asyncshim.migrate.read.settings import MigrateSettings

_OPTIONS = re.compile(
    r"(?:asyncio|asyncshim|anyio|trio)_\w+|addopts|testpaths|python_(?:files|classes|functions)|required_plugins|minversion"
    r"|strict\w*|timeout|looptime\w*"
)
_MOST = 2**20
_LISTED = 40


@dataclass(frozen=True, slots=True)
class PytestConfiguration:
    """The effective pytest options for the given paths: the file, its words of ``addopts``, and the raw options."""

    file: str = ""
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    addopts: tuple[str, ...] = ()
    mode: str = ""
    plugin_autoload: bool = True


def pytest_configuration(project: Project) -> PytestConfiguration:
    """Return what pytest reads in a run of the given paths, or from the current folder without any."""
    file = used_file(project)
    if file is None:
        return PytestConfiguration()
    path = _relative(project, file)
    raw = pytest_config.section(file) or {}
    options = {key: _text(value) for key, value in raw.items()}
    facts = api.read_facts(path, files.read(file, most=_MOST).data)
    settings = next(iter(facts.settings.files), api.FileSettings(path))
    return PytestConfiguration(path, options, settings.addopts, settings.mode or "", settings.plugin_autoload)


def configuration_files(
    project: Project, settings: Iterable[str], own: MigrateSettings | None
) -> Iterator[ConfigurationFile]:
    """Yield the files that configure pytest and asyncshim, and those with requirements; at most forty."""
    found = [*_of_pytest(project, settings)]
    if own is not None and own.file is not None:
        found.append(_of_asyncshim(project, own))
    found += _of_dependencies(project, settings)
    yield from found[:_LISTED]


def _of_pytest(project: Project, settings: Iterable[str]) -> Iterator[ConfigurationFile]:
    used = used_file(project)
    names = [path for path in settings if posixpath.basename(path) in pytest_config.NAMES and project.concerns(path)]
    for path in sorted(names, key=lambda path: (path.count("/"), *_rank(path))):
        file = project.root / path
        try:
            options = pytest_config.section(file)
        except UsageError:
            continue  # a link out of the project
        if options is None:
            continue
        chosen = pytest_config.configuration_file(file.parent)
        if file == used:
            use = "pytest reads it"
        elif chosen is not None and chosen != file:
            use = f"pytest does not read it: {_relative(project, chosen)} comes first"
        else:
            use = f"pytest reads it only when run from {posixpath.dirname(path) or '.'}"
        yield ConfigurationFile(path, use, file == used, tuple(_told(options)))


def _rank(path: str) -> tuple[str, int]:
    folder, name = posixpath.split(path)
    return folder, pytest_config.NAMES.index(name)


def _told(options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    others = 0
    for key, value in options.items():
        if not _OPTIONS.fullmatch(key):
            others += 1
        elif key == "addopts":
            yield key, shown.words(pytest_config.words(value))
        else:
            yield key, shown.plain(_text(value))
    if others:
        yield "other options", str(others)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, cast("Sequence[object]", value)))
    return ("true" if value else "false") if isinstance(value, bool) else " ".join(str(value).split())


def _of_asyncshim(project: Project, own: MigrateSettings) -> ConfigurationFile:
    assert own.file is not None
    standard = type(own)()
    said = [
        (each.name.replace("_", "-"), shown.plain(_text(getattr(own, each.name))))
        for each in fields(own)
        if each.name not in {"file", "runner_given"} and getattr(own, each.name) != getattr(standard, each.name)
    ]
    return ConfigurationFile(_relative(project, own.file), "[tool.asyncshim]: asyncshim reads it", True, tuple(said))


def _of_dependencies(project: Project, settings: Iterable[str]) -> Iterator[ConfigurationFile]:
    for path in settings:
        try:
            data = files.read(project.root / path, most=_MOST).data
        except OSError:
            continue
        named = requirements(path, data.decode("utf-8", "replace"))
        if named:
            yield ConfigurationFile(path, "requirements that it names", False, named)


def _relative(project: Project, file: Path) -> str:
    return file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else str(file)
