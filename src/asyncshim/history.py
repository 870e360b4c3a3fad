"""Data: which release of pytest-asyncio added, deprecated or removed what; plugin, rules and docs read it."""

from __future__ import annotations

NEWEST = "1.5.0"
"""The newest release that asyncshim stands in for."""
