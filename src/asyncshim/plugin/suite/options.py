"""Options and ini values, pytest-asyncio's and asyncshim's own, as one frozen value."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from asyncshim.plugin.compat import pytest_compat
from asyncshim.plugin.suite.frozen import Frozen
from asyncshim.pytest_options import CHOICES, DEFAULTS, LOOP_SCOPES, MATCH_FIXTURE_SCOPE, MODES, RUNNER_VARIABLE

_MODE_HELP = """\
'auto' - for automatically handling all async functions by the plugin
'strict' - for autoprocessing disabling (useful if different async frameworks \
should be tested together, e.g. \
both pytest-asyncio and pytest-trio are used in the same project)
"""


class Settings(Frozen):
    """The settings from command line, configuration and environment; ``None`` is "unset"."""

    mode: str | None
    debug: bool | None
    test_loop_scope: str
    fixture_loop_scope: str | None
    runner: str
    leaks: str
    legacy: str
    unawaited: str
    cancel_timeout: float
    timeout: float
    loop_factory: str | None
    dump_on_interrupt: bool
    slow_callback: float
    blocking: str
    blocking_calls: bool
    blocking_allowed: tuple[tuple[str, str], ...]
    never_awaited: str


_CHOICE_HELP = {
    "runner": "one Runner for the session, or one for each loop scope",
    "leaks": "what to do about tasks, timers, servers and similar objects that outlive their loop scope",
    "legacy": "what to do about uses of pytest-asyncio's old features",
    "unawaited": "what to do about async methods of unittest.TestCase, which does not await them",
    "fixture_marks": "whether marks on fixtures, which pytest 9 refuses, are ignored",
    "blocking": "what to do about code that blocks the event loop, where one of the two options below detects it",
    "never_awaited": "what to do about coroutines that a test creates and never awaits",
}


def add_options(parser: pytest.Parser) -> None:
    """Declare every option, leaving those alone that an installed pytest-asyncio has declared before."""
    group = parser.getgroup("asyncio")
    _option(group, "--asyncio-mode", dest="asyncio_mode", default=None, metavar="MODE", help=_MODE_HELP)
    _option(group, "--asyncio-debug", dest="asyncio_debug", action="store_true", default=None,
            help="enable asyncio debug mode for the event loop")  # fmt: skip
    _ini(parser, "asyncio_mode", "default value for --asyncio-mode", default=None)
    _ini(parser, "asyncio_debug", "enable asyncio debug mode for the event loop", type="bool", default=None)
    _ini(parser, "asyncio_default_fixture_loop_scope", "default scope of what async fixtures start", type="string",
         default=None)  # fmt: skip
    _ini(parser, "asyncio_default_test_loop_scope", "default scope of what async tests start", type="string",
         default="function")  # fmt: skip
    alt = parser.getgroup("alt-pytest-asyncio")  # as an installed one calls it
    _option(alt, "--default-async-timeout", dest="default_async_timeout", type=float, default=None,
            metavar="SECONDS", help="time limit of async functions where alt-pytest-asyncio is enabled")  # fmt: skip
    _ini(parser, "default_async_timeout", "default value for --default-async-timeout", default=None)
    ours = parser.getgroup("asyncshim", "asyncshim")
    for name, choices in CHOICES.items():
        text = _CHOICE_HELP[name]
        ours.addoption(f"--asyncshim-{name.replace('_', '-')}", choices=choices, default=None, help=text)
        parser.addini(f"asyncshim_{name}", f"{text}: {' | '.join(choices)}", default=None)
    ours.addoption("--asyncshim-timeout", type=float, default=None, metavar="SECONDS",
                   help="time limit of each async test and fixture; 0 for none")  # fmt: skip
    parser.addini("asyncshim_timeout", "time limit of each async test and fixture in seconds; 0 for none", default=None)
    dump = "print what each task waits for at Ctrl-C"
    ours.addoption("--asyncshim-dump-on-interrupt", action="store_true", default=None, help=dump)
    parser.addini("asyncshim_dump_on_interrupt", dump, type="bool", default=False)
    slow = "how long a callback or a step of a task may hold the event loop, in seconds; 0 for any time"
    ours.addoption("--asyncshim-slow-callback", type=float, default=None, metavar="SECONDS", help=slow)
    parser.addini("asyncshim_slow_callback", slow, default=None)
    calls = "detect calls that block the event loop, such as time.sleep(), with blockbuster"
    ours.addoption("--asyncshim-blocking-calls", action="store_true", default=None, help=calls)
    parser.addini("asyncshim_blocking_calls", calls, type="bool", default=False)
    parser.addini("asyncshim_blocking_allowed", "functions that may block the event loop, as module:function",
                  type="linelist", default=[])  # fmt: skip
    file = "write leaks, blocking calls and uses of old features to this JSON file, and list them at the end"
    ours.addoption("--asyncshim-report", default=None, metavar="FILE", help=file)
    parser.addini("asyncshim_report", file, default=None)
    file = "fail only for findings that this file does not accept"
    ours.addoption("--asyncshim-baseline", default=None, metavar="FILE", help=file)
    parser.addini("asyncshim_baseline", file, default=None)
    ours.addoption("--asyncshim-update-baseline", action="store_true", default=False,
                   help="write the baseline if it does not exist; else remove what no longer occurs")  # fmt: skip
    parser.addini("asyncshim_cancel_timeout", "how long the end of a loop scope may take, in seconds", default=None)
    parser.addini("asyncshim_files_first", "collect the files of a folder before its folders, as pytest did before 8.0",
                  type="bool", default=False)  # fmt: skip
    parser.addini("asyncshim_loop_factory", "module:callable that makes the event loop", default=None)


def has_findings(config: pytest.Config) -> bool:
    """Return whether a report or a baseline of findings is asked for."""
    names = ("asyncshim_report", "asyncshim_baseline")
    given = any(config.getoption(name, None) or config.getini(name) for name in names)
    return given or bool(config.getoption("asyncshim_update_baseline", None))


def read_settings(config: pytest.Config) -> Settings:
    """Return all settings. Raises ``pytest.UsageError`` for an invalid value."""
    fixture_scope = config.getini("asyncio_default_fixture_loop_scope") or None
    if fixture_scope != MATCH_FIXTURE_SCOPE:
        _check_scope(fixture_scope, "asyncio_default_fixture_loop_scope")
    test_scope = config.getini("asyncio_default_test_loop_scope") or "function"
    _check_scope(test_scope, "asyncio_default_test_loop_scope")
    _choice(config, "fixture_marks")  # read before, see ignores_fixture_marks()
    return Settings(
        mode=read_mode(config),
        debug=read_debug(config),
        test_loop_scope=test_scope,
        fixture_loop_scope=fixture_scope,
        runner=_choice(config, "runner", os.environ.get(RUNNER_VARIABLE)),
        leaks=_choice(config, "leaks"),
        legacy=_choice(config, "legacy"),
        unawaited=_choice(config, "unawaited"),
        cancel_timeout=_seconds(config, "asyncshim_cancel_timeout"),
        timeout=_seconds(config, "asyncshim_timeout"),
        loop_factory=config.getini("asyncshim_loop_factory") or None,
        dump_on_interrupt=bool(
            config.getoption("asyncshim_dump_on_interrupt", None) or config.getini("asyncshim_dump_on_interrupt")
        ),
        slow_callback=_seconds(config, "asyncshim_slow_callback"),
        blocking=_choice(config, "blocking"),
        blocking_calls=bool(
            config.getoption("asyncshim_blocking_calls", None) or config.getini("asyncshim_blocking_calls")
        ),
        blocking_allowed=_functions(config, "asyncshim_blocking_allowed"),
        never_awaited=_choice(config, "never_awaited"),
    )


def asks_for_checks(settings: Settings) -> bool:
    """Return whether one of the checks of ``asyncshim.plugin.checks`` is switched on."""
    return bool(settings.slow_callback or settings.blocking_calls or settings.never_awaited != "warn")


def read_mode(config: pytest.Config) -> str | None:
    """Return ``auto``, ``strict`` or, if unset, ``None``. Read late: a conftest may set ``config.option``."""
    value = config.getoption("asyncio_mode", None)
    if value is None:
        value = _explicit_ini(config, "asyncio_mode")
    if value is None:
        return None
    value = getattr(value, "value", value)  # pytest-asyncio's Mode is an enumeration
    if value == "legacy":  # 0.17 and 0.18
        return "auto"
    if value not in MODES:
        raise pytest.UsageError(f"{value!r} is not a valid asyncio_mode. Valid modes: {', '.join(MODES)}.")
    return str(value)


def read_debug(config: pytest.Config) -> bool | None:
    """Return the debug flag of our loops; ``None`` leaves it to ``PYTHONASYNCIODEBUG`` and ``-X dev``."""
    value = config.getoption("asyncio_debug", None)
    if value is None:
        value = _explicit_ini(config, "asyncio_debug")
    if value is None:
        return None
    return value if isinstance(value, bool) else str(value).lower() in {"1", "yes", "true", "on"}


def load_factory(path: str | None) -> Callable[[], Any] | None:
    """Return what ``asyncshim_loop_factory = module:callable`` names. Raises ``pytest.UsageError`` if it fails."""
    if path is None:
        return None
    module, _, name = path.partition(":")
    try:
        factory: Callable[[], Any] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise pytest.UsageError(f"asyncshim_loop_factory = {path}: {error}; module:callable is expected") from error
    return factory


def _explicit_ini(config: pytest.Config, name: str) -> Any:
    """Return the ini value, unless it is only the default that an installed pytest-asyncio declared."""
    return config.getini(name) if pytest_compat.is_configured(config, name) else None


def ignores_fixture_marks(config: pytest.Config) -> bool:
    """Return whether all marks on fixtures are ignored. For conftests that are loaded before pytest is configured."""
    early = getattr(config, "known_args_namespace", None)
    value = getattr(early, "asyncshim_fixture_marks", None) or config.getini("asyncshim_fixture_marks")
    return bool(value == "ignore")


def _choice(config: pytest.Config, name: str, environment: str | None = None) -> str:
    choices = CHOICES[name]
    value = config.getoption(f"asyncshim_{name}", None) or environment or config.getini(f"asyncshim_{name}")
    value = value or choices[0]
    if value not in choices:
        raise pytest.UsageError(f"{value!r} is not a valid asyncshim_{name}. Valid values: {', '.join(choices)}.")
    return str(value)


def _functions(config: pytest.Config, name: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in config.getini(name) or ():
        module, _, function = (part.strip() for part in line.partition(":"))
        if not (module and function):
            raise pytest.UsageError(f"{line!r} is not a valid line of {name}: module:function is expected.")
        found.append((module, function))
    return tuple(found)


def _seconds(config: pytest.Config, name: str) -> float:
    value = config.getoption(name, None)
    if value is None:
        value = config.getini(name)
    if value in (None, ""):
        value = DEFAULTS[name]
    try:
        seconds = float(str(value))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise pytest.UsageError(f"{value!r} is not a valid {name}: a number of seconds, 0 or more, is expected.")
    return seconds


def _check_scope(scope: str | None, option: str) -> None:
    if scope is not None and scope not in LOOP_SCOPES:
        raise pytest.UsageError(f"{scope!r} is not a valid {option}. Valid scopes are: {', '.join(LOOP_SCOPES)}.")


def _option(group: Any, *names: str, **attributes: Any) -> None:
    with contextlib.suppress(ValueError):  # declared already
        group.addoption(*names, **attributes)


def _ini(parser: pytest.Parser, name: str, text: str, **attributes: Any) -> None:
    with contextlib.suppress(ValueError, AssertionError):  # declared already
        parser.addini(name, text, **attributes)
