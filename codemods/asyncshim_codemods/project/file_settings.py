"""The settings that apply to a file: those of pytest, and why pytest-asyncio stays. Read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileSettings:
    """The pytest settings of one configuration file. Settings that it does not have are ``None`` or empty.

    ``mode`` and ``debug`` are the effective values: options in ``addopts`` override the file. ``mode_code`` is the
    rule that removes the effective mode.
    """

    path: str
    mode: str | None = None
    mode_code: str = "ASH401"
    fixture_loop_scope: str | None = None
    test_loop_scope: str | None = None
    debug: bool = False
    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = ()
    python_classes: tuple[str, ...] = ()
    python_functions: tuple[str, ...] = ()
    usefixtures: tuple[str, ...] = ()
    addopts: tuple[str, ...] = ()
    strict_markers: bool = False
    strict_config: bool = False
    warnings_are_errors: bool = False
    plugin_autoload: bool = True


@dataclass(frozen=True, slots=True)
class KeptPlugin:
    """Why pytest-asyncio may run the suite after this run, and what finishes its removal.

    ``declared`` is false if no dependency file names a runner. ``auto`` says that its auto mode can run the suite.
    ``home`` is the file that gets a section for pytest, if pytest has no configuration.
    """

    reason: str
    finish: str
    declared: bool = True
    auto: bool = True
    home: str = ""
