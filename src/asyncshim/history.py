"""Data that the plugin, the rules and the docs share: releases of pytest-asyncio, names of other async test plugins."""

from __future__ import annotations

NEWEST = "1.5.0"
"""The newest release of pytest-asyncio that asyncshim replaces."""

OTHER_BACKEND_MARKS = ("anyio", "trio", "twisted", "gen_test")
"""Markers by which another plugin runs a test; ``gen_test`` is pytest-tornado's, which has no marker ``tornado``."""

OTHER_BACKEND_FIXTURES = ("anyio_backend",)
"""Fixtures by which another plugin runs every async test and fixture that uses them."""
