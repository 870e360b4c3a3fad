"""The values and defaults of the plugin's pytest options, which the plugin and `asyncshim config` share."""

from __future__ import annotations

MODES = ("auto", "strict")
"""The modes of pytest-asyncio."""

LOOP_SCOPES = ("function", "class", "module", "package", "session")
"""The scopes that a loop may have."""

MATCH_FIXTURE_SCOPE = "fixture-scope"
"""The name of the loop scope that is the scope of the fixture."""

CHOICES = {
    "runner": ("session", "loop_scope"),
    "leaks": ("cancel", "warn", "error"),
    "legacy": ("allow", "warn", "error"),
    "unawaited": ("error", "warn"),
    "fixture_marks": ("refuse", "ignore"),
    "blocking": ("warn", "error"),
    "never_awaited": ("warn", "error", "ignore"),
}
"""The values of the options ``asyncshim_…`` that accept only some; the default of each comes first."""

RUNNER_VARIABLE = "ASYNCSHIM_RUNNER"
"""The environment variable that overrides ``asyncshim_runner`` in the configuration."""

DEFAULTS: dict[str, str | float | bool | None] = {
    "asyncio_mode": "auto",
    "asyncio_debug": False,
    "asyncio_default_fixture_loop_scope": MATCH_FIXTURE_SCOPE,
    "asyncio_default_test_loop_scope": "function",
    **{f"asyncshim_{name}": values[0] for name, values in CHOICES.items()},
    "asyncshim_timeout": 0.0,
    "asyncshim_dump_on_interrupt": False,
    "asyncshim_slow_callback": 0.0,
    "asyncshim_blocking_calls": False,
    "asyncshim_blocking_allowed": None,
    "asyncshim_cancel_timeout": 5.0,
    "asyncshim_files_first": False,
    "asyncshim_loop_factory": None,
    "asyncshim_report": None,
    "asyncshim_baseline": None,
    "default_async_timeout": None,
}
"""The value of each option that is not set."""

FLAGS = (
    "asyncio_mode",
    "asyncio_debug",
    "asyncshim_timeout",
    "asyncshim_dump_on_interrupt",
    "asyncshim_slow_callback",
    "asyncshim_blocking_calls",
    "default_async_timeout",
    "asyncshim_report",
    "asyncshim_baseline",
    *(f"asyncshim_{name}" for name in CHOICES),
)
"""The options that pytest's command line has, too."""

ONLY_FLAGS = ("asyncshim_update_baseline",)
"""Switches that only the command line has."""
