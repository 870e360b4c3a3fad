"""The header line, the summary lines and the descriptions of the markers."""

from __future__ import annotations

import os
import warnings
from importlib.metadata import version

import pytest

from asyncshim.plugin.suite import conftest_runners
from asyncshim.plugin.suite.state import State
from asyncshim.plugin.takeover import claim

MARKERS = (
    "asyncio: mark the test as a coroutine, it will be run using an asyncio event loop",
    "asyncio_event_loop(policy): run the class or module on a loop that the policy makes (pytest-asyncio 0.22)",
    "asyncio_process_pool: has no effect (pytest-asyncio before 0.9)",
    "own_runner: run the test, or the class, on an asyncio Runner of its own (asyncshim)",
    "allow_blocking: let the test block the event loop (asyncshim)",
    "asyncshim_timeout(seconds): time limit of the async test, instead of the suite's",
)

# pytest 9.2 warns about an order of decorators that works, and that suites of every era have.
_STATIC_FIXTURE = "fixture '.*' is wrapped by @staticmethod above @pytest.fixture"


_WIDTH = 80


def header(state: State) -> list[str]:
    """Return ``asyncshim 0.2: one loop, mode auto``, and further lines if that is not all; each has 80 columns."""
    settings = state.settings
    loops = "one loop" if settings.runner == "session" else "a loop for each loop scope"
    parts = [loops, f"mode {state.mode or 'auto'}", *_others(state.config)]
    lines = _wrapped(f"asyncshim {version('asyncshim')}: ", parts)
    return lines + (_wrapped("asyncshim: ", _details(state)) if state.config.option.verbose > 0 else [])


def _details(state: State) -> list[str]:
    settings = state.settings
    return [
        f"asyncio_mode={state.mode or 'unset'}",
        f"debug={bool(settings.debug)}",
        f"asyncio_default_fixture_loop_scope={settings.fixture_loop_scope}",
        f"asyncio_default_test_loop_scope={settings.test_loop_scope}",
        f"asyncshim_leaks={settings.leaks}",
        f"asyncshim_legacy={settings.legacy}",
        f"asyncshim_timeout={settings.timeout:g}",
        f"asyncshim_cancel_timeout={settings.cancel_timeout:g}",
    ]


def _wrapped(prefix: str, parts: list[str]) -> list[str]:
    """Return lines that begin with *prefix*, or later with the name alone, and have as many *parts* as fit."""
    lines: list[str] = []
    line = prefix
    for part in parts:
        separator = "" if line.endswith(": ") else ", "
        if separator and len(line) + len(separator) + len(part) > _WIDTH:
            lines.append(line)
            line, separator = "asyncshim: ", ""
        line += separator + part
    return [*lines, line]


def _others(config: pytest.Config) -> list[str]:
    """Return what else runs async tests: an installed pytest-asyncio, hooks of conftest files."""
    found: list[str] = []
    claimed: claim.Claim | None = config.pluginmanager.get_plugin(claim.NAME)
    if claimed is not None and claimed.beside_installed:
        found.append("takes over from the installed pytest-asyncio")
    paths = (os.path.relpath(path, config.rootpath) for path in conftest_runners.conftests(config))
    return found + [f"{_shortened(path)} runs coroutines itself" for path in paths]


def _shortened(path: str) -> str:
    """Return *path*, or its end if it is too long for a line."""
    room = _WIDTH - len("asyncshim:  runs coroutines itself")
    return path if len(path) <= room else f"...{path[3 - room :]}"


def ignore_static_fixtures(config: pytest.Config) -> None:
    """Silence pytest's decorator-order warning during collection. An ini filter would be compiled for each test."""
    if config.pluginmanager.hasplugin("warnings"):
        warnings.filterwarnings("ignore", _STATIC_FIXTURE, pytest.PytestWarning)


def summary(state: State, reporter: pytest.TerminalReporter) -> None:
    """Write the messages that came after the last test, and how many places use which old feature."""
    for text in state.scopes.unreported:
        reporter.write_line(f"asyncshim: {text}")
    counts = state.legacy.counts()
    if counts:
        uses = ", ".join(f"{count} {used.one if count == 1 else used.several}" for used, count in counts.items())
        remedy = "`asyncshim migrate` removes them or says why not"
        reporter.write_line(f"asyncshim: old features in use: {uses}; {remedy}")
