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
    "asyncshim_timeout(seconds): time limit of the async test, instead of the suite's",
)

# pytest 9.2 warns about an order of decorators that works, and that suites of every era have.
_STATIC_FIXTURE = "fixture '.*' is wrapped by @staticmethod above @pytest.fixture"


def header(state: State) -> str:
    """Return ``asyncshim: one Runner, mode=auto, …``."""
    settings = state.settings
    runner = "one Runner" if settings.runner == "session" else "a Runner for each loop scope"
    parts = [
        f"asyncshim-{version('asyncshim')}: {runner}",
        f"mode={state.mode or 'auto (unset)'}",
        f"debug={bool(settings.debug)}",
        f"asyncio_default_fixture_loop_scope={settings.fixture_loop_scope}",
        f"asyncio_default_test_loop_scope={settings.test_loop_scope}",
    ]
    return ", ".join(parts + _others(state.config))


def _others(config: pytest.Config) -> list[str]:
    """Return what else runs async tests: an installed pytest-asyncio, hooks of conftest files."""
    found: list[str] = []
    claimed: claim.Claim | None = config.pluginmanager.get_plugin(claim.NAME)
    if claimed is not None and claimed.beside_installed:
        found.append("takes over from the installed pytest-asyncio")
    paths = conftest_runners.conftests(config)
    found += (f"{os.path.relpath(path, config.rootpath)} runs coroutines itself" for path in paths)
    return found


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
        uses = ", ".join(f"{count} of {code}" for code, count in counts.items())
        remedy = "`python -m asyncshim migrate` removes them or says why not"
        reporter.write_line(f"asyncshim: old features in use: {uses}; {remedy}")
