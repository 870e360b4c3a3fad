"""The pytest settings in the configuration files of a project, as the rules and the engine need them.

pytest reads one file: in the nearest folder with a configuration file, the first one in its order of names.
"""

from __future__ import annotations

import itertools
import posixpath
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asyncshim_codemods.project.file_kinds import PYTEST_FILES
from asyncshim_codemods.project.file_settings import FileSettings
from asyncshim_codemods.project.pytest_limits import allows_only_before
from asyncshim_codemods.project.values import Path, as_array, as_table
from asyncshim_codemods.source.ini_reading import ConfigError, read_as_pytest

# `--asyncio-mode=strict` as one word or two, also as elements of a list, on a line that is no comment.
_STRICT = re.compile(rb"""^(?![ \t]*#).*--asyncio-mode[\s"',=]+strict\b""", re.MULTILINE)
_NO_AUTOLOAD = b"PYTEST_DISABLE_PLUGIN_AUTOLOAD"
_STRICT_MARKERS = frozenset({"--strict-markers", "--strict"})
_ERRORS = frozenset({"error", "error::Warning", "error::UserWarning", "error::pytest.PytestWarning"})
_FALSE = frozenset({"", "0", "no", "false", "off"})
INI_OPTIONS: Path = ("tool", "pytest", "ini_options")
NATIVE: Path = ("tool", "pytest")
# pytest 9 takes these from [tool.pytest] only as arrays.
_ARRAYS = (
    *("addopts", "testpaths", "python_files", "python_classes", "python_functions", "norecursedirs", "usefixtures"),
    *("required_plugins", "pythonpath", "markers", "filterwarnings"),
)


@dataclass(frozen=True, slots=True)
class PytestSettings:
    """The settings of every file that pytest could use, and whether pytest loads installed plugins.

    ``strict_command`` is a file with a command that passes ``--asyncio-mode=strict``, which no rule removes.
    """

    files: tuple[FileSettings, ...] = ()
    plugin_autoload: bool = True
    strict_command: str = ""

    def joined(self, other: PytestSettings) -> PytestSettings:
        """Return these settings together with those of other files."""
        commands = [each for each in (self.strict_command, other.strict_command) if each]
        return PytestSettings(
            tuple(sorted((*self.files, *other.files), key=lambda settings: settings.path)),
            self.plugin_autoload and other.plugin_autoload,
            min(commands, default=""),
        )


def read_pytest_settings(files: Iterable[tuple[str, bytes]]) -> PytestSettings:
    """Return the settings in these files, given as POSIX paths relative to the project's root and their bytes.

    A file that cannot be parsed has no settings here; ``rewrite_config`` reports it.
    """
    found: list[FileSettings] = []
    autoload = True
    strict: list[str] = []
    for path, data in files:
        autoload = autoload and _NO_AUTOLOAD not in data
        settings: FileSettings | None = None
        if posixpath.basename(path) in PYTEST_FILES:
            section = _section(posixpath.basename(path), data)
            settings = None if section is None else _settings(path, section)
            found += [] if settings is None else [settings]
        in_addopts = settings is not None and settings.mode_code == "ASH402" and settings.mode == "strict"
        if b"--asyncio-mode" in data and len(_STRICT.findall(data)) > in_addopts:
            strict.append(path)
    ordered = tuple(sorted(found, key=lambda settings: settings.path))
    return PytestSettings(ordered, autoload, min(strict, default=""))


def _section(name: str, data: bytes) -> Mapping[str, object] | None:
    """Return the options that pytest reads from the file, or ``None`` if it continues with another file."""
    options: Mapping[str, object] | None = None
    try:
        text = data.decode("utf-8-sig")
        if name.endswith(".toml"):
            options = _toml_section(name, tomllib.loads(text), data)
        else:
            options = read_as_pytest(text).get("tool:pytest" if name == "setup.cfg" else "pytest")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ConfigError):
        return None
    return {} if options is None and PYTEST_FILES[name] else options


def _toml_section(name: str, document: Mapping[str, object], data: bytes) -> Mapping[str, object] | None:
    if name != "pyproject.toml":
        return as_table(document.get("pytest"))
    table = as_table((as_table(document.get("tool")) or {}).get("pytest")) or {}
    read = pyproject_table(document, data)
    if read == NATIVE:
        return {key: value for key, value in table.items() if key != "ini_options"}
    return as_table(table.get("ini_options")) if read is not None else None


def pyproject_table(document: Mapping[str, object], data: bytes) -> Path | None:
    """Return the table of ``pyproject.toml`` that pytest reads.

    ``[tool.pytest]`` is new in pytest 9, which refuses both tables together and strings in place of arrays. Older
    releases ignore it, so it has no effect in a project that works with those.
    """
    table = as_table((as_table(document.get("tool")) or {}).get("pytest")) or {}
    native = {key: value for key, value in table.items() if key != "ini_options"}
    # An empty [tool.pytest] does not count, an empty [tool.pytest.ini_options] does.
    if as_table(table.get("ini_options")) is not None:
        return INI_OPTIONS
    is_ignored = any(isinstance(native.get(name), str) for name in _ARRAYS) or allows_only_before(data, "pytest", "9")
    return NATIVE if native and not is_ignored else None


def _settings(path: str, options: Mapping[str, object]) -> FileSettings:
    addopts = _words(options.get("addopts"))
    given = set(addopts)
    strict = _true(options.get("strict"))
    mode = _option_value(addopts, "--asyncio-mode")
    return FileSettings(
        path=path,
        mode=mode or _text(options.get("asyncio_mode")),
        mode_code="ASH402" if mode else "ASH401",
        fixture_loop_scope=_text(options.get("asyncio_default_fixture_loop_scope")),
        test_loop_scope=_text(options.get("asyncio_default_test_loop_scope")),
        debug="--asyncio-debug" in given or _true(options.get("asyncio_debug")),
        testpaths=_words(options.get("testpaths")),
        python_files=_words(options.get("python_files")),
        python_classes=_words(options.get("python_classes")),
        python_functions=_words(options.get("python_functions")),
        usefixtures=_words(options.get("usefixtures")),
        addopts=addopts,
        strict_markers=strict or bool(given & _STRICT_MARKERS) or _true(options.get("strict_markers")),
        strict_config=strict or "--strict-config" in given or _true(options.get("strict_config")),
        warnings_are_errors=_fails_on_warnings(addopts, options.get("filterwarnings")),
        plugin_autoload="--disable-plugin-autoload" not in given,
    )


def _fails_on_warnings(addopts: tuple[str, ...], filters: object) -> bool:
    """Return whether a warning of any kind is an error, which that about an unknown option is then, too."""
    lines = as_array(filters) or (filters.splitlines() if isinstance(filters, str) else ())
    given = {str(line).strip() for line in lines}
    following = {after for word, after in itertools.pairwise(addopts) if word in {"-W", "--pythonwarnings"}}
    return bool(_ERRORS & (given | following)) or any(
        word.removeprefix("-W").removeprefix("--pythonwarnings=") in _ERRORS for word in addopts if word.startswith("-")
    )


def _words(value: object) -> tuple[str, ...]:
    words = as_array(value)
    if words is not None:
        return tuple(str(word) for word in words)
    try:
        return tuple(shlex.split(str(value))) if isinstance(value, str) else ()
    except ValueError:
        return ()


def _option_value(words: tuple[str, ...], option: str) -> str | None:
    """Return the value of the last ``option=value`` or ``option value`` there."""
    found = None
    for index, word in enumerate(words):
        if word.startswith(option + "="):
            found = word.removeprefix(option + "=")
        elif word == option and index + 1 < len(words):
            found = words[index + 1]
    return found


def _text(value: object) -> str | None:
    return str(value).strip() or None if isinstance(value, str) else None


def _true(value: object) -> bool:
    return value if isinstance(value, bool) else isinstance(value, str) and value.strip().lower() not in _FALSE
