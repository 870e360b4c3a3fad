"""Data that the plugin, the rules and the docs share: releases of pytest-asyncio, names of other async test plugins."""

from __future__ import annotations

NEWEST = "1.5.0"
"""The newest release of pytest-asyncio that asyncshim replaces."""

OTHER_BACKEND_MARKS = ("anyio", "trio", "twisted", "gen_test")
"""Markers of tests that other plugins run; ``gen_test`` is the one of pytest-tornado."""

OTHER_BACKEND_FIXTURES = ("anyio_backend",)
"""Fixtures of other plugins, which run every async test and fixture that uses them."""

RUNNING_HOOKS = ("pytest_fixture_setup", "pytest_pyfunc_call", "pytest_runtest_call")
"""The hooks with which a conftest.py runs coroutines itself."""

DRIVING_NAMES = frozenset({"run_until_complete", "Runner", "iscoroutinefunction", "isasyncgenfunction"})
"""What such a hook uses."""
