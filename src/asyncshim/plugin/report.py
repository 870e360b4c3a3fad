"""What the plugin prints: its header line, its summary line, the descriptions of its markers."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from asyncshim.plugin.takeover import claim

if TYPE_CHECKING:
    from asyncshim.plugin.lifecycle import Shim

MARKERS = (
    "asyncio: mark the test as a coroutine, it will be run using an asyncio event loop",
    "asyncio_event_loop(policy): run the class or module on a loop that the policy makes (pytest-asyncio 0.22)",
    "asyncio_process_pool: has no effect (pytest-asyncio before 0.9)",
    "own_runner: run the test, or the class, on an asyncio Runner of its own (asyncshim)",
    "asyncshim_timeout(seconds): time limit of the async test, instead of the suite's",
)

# pytest 9.2 warns about an order of decorators that works, and that suites of every era have.
_STATIC_FIXTURE = "fixture '.*' is wrapped by @staticmethod above @pytest.fixture"


def header(shim: Shim) -> str:
    """``asyncshim: one Runner, mode=auto, …``."""
    settings = shim.settings
    runner = "one Runner" if settings.runner == "session" else "a Runner for each loop scope"
    parts = [
        f"asyncshim-{version('asyncshim')}: {runner}",
        f"mode={shim.mode or 'auto (unset)'}",
        f"debug={bool(settings.debug)}",
        f"asyncio_default_fixture_loop_scope={settings.fixture_loop_scope}",
        f"asyncio_default_test_loop_scope={settings.test_loop_scope}",
    ]
    return ", ".join(parts + claim.notes(shim.config))


def ignore_static_fixtures(config: pytest.Config) -> None:
    """Until the end of the collection, which is where they are found: pytest compiles an ini filter for each test."""
    if config.pluginmanager.hasplugin("warnings"):
        warnings.filterwarnings("ignore", _STATIC_FIXTURE, pytest.PytestWarning)


def summary(shim: Shim, reporter: pytest.TerminalReporter) -> None:
    """What no test could tell any more; how many places use which old feature, and how to be rid of them."""
    for text in shim.scopes.unreported:
        reporter.write_line(f"asyncshim: {text}")
    counts = shim.legacy.counts()
    if counts:
        uses = ", ".join(f"{count} of {code}" for code, count in counts.items())
        remedy = "`python -m asyncshim migrate` removes them or says why not"
        reporter.write_line(f"asyncshim: old features in use: {uses}; {remedy}")
