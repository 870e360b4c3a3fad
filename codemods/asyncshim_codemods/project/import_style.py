"""How a project's import sorter writes several names of one module: the settings of isort, or of ruff's isort rules."""

from __future__ import annotations

import configparser
import posixpath
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asyncshim_codemods.project.values import as_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# The section of isort in each file; pyproject.toml and ruff's files have tables.
_SECTIONS = {
    ".isort.cfg": ("settings", "isort"),
    "setup.cfg": ("isort", "tool:isort"),
    "tox.ini": ("isort", "tool:isort"),
}
_RUFF = frozenset({"ruff.toml", ".ruff.toml"})
_COMBINING_PROFILES = frozenset({"django"})
_SINGLE_LINE_PROFILES = frozenset({"google", "open_stack", "plone"})
_TRUE = frozenset({"1", "on", "true", "yes"})


@dataclass(frozen=True, slots=True, order=True)
class ImportStyle:
    """The style below a folder. Without settings, names with ``as`` have lines of their own."""

    folder: str = ""
    combine_as: bool = False
    single_line: bool = False


def import_styles(path: str, data: bytes) -> Iterator[ImportStyle]:
    """Yield the style that a configuration file sets, if any."""
    folder, name = posixpath.split(path)
    if b"isort" not in data and name not in {".isort.cfg", *_RUFF}:
        return
    for table in _tables(name, data):
        options = {str(key).replace("-", "_"): str(value).strip().lower() for key, value in table.items()}
        profile = options.get("profile", "")
        combine = options.get("combine_as_imports", str(profile in _COMBINING_PROFILES))
        single = options.get("force_single_line", str(profile in _SINGLE_LINE_PROFILES))
        yield ImportStyle(folder, combine.lower() in _TRUE, single.lower() in _TRUE)
        return


def style_for(styles: Iterable[ImportStyle], path: str) -> ImportStyle:
    """Return the style of the nearest folder above a Python file."""
    above = [each for each in styles if not each.folder or path.startswith(f"{each.folder}/")]
    return max(above, key=lambda each: (len(each.folder), each), default=ImportStyle())


def _tables(name: str, data: bytes) -> Iterator[Mapping[str, object]]:
    try:
        text = data.decode("utf-8-sig")
        if name in _SECTIONS:
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            parser.read_string(text)
            yield from (dict(parser[each]) for each in _SECTIONS[name] if parser.has_section(each))
        elif name == "pyproject.toml" or name in _RUFF:
            document = tomllib.loads(text)
            tool = as_table(document.get("tool")) or {} if name == "pyproject.toml" else {"ruff": document}
            ruff = as_table(tool.get("ruff")) or {}
            for table in (tool.get("isort"), (as_table(ruff.get("lint")) or {}).get("isort"), ruff.get("isort")):
                found = as_table(table)
                if found is not None:
                    yield found
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, configparser.Error):
        return
