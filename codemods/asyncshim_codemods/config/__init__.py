"""Editors of configuration and dependency files: one element or one line changes, every other byte stays."""

from __future__ import annotations

from asyncshim_codemods.config.review import ConfigFacts
from asyncshim_codemods.config.rewrite import is_config, rewrite_config
from asyncshim_codemods.project.pytest_settings import PytestSettings, Settings, read_pytest_settings, settings_for

__all__ = [
    "ConfigFacts",
    "PytestSettings",
    "Settings",
    "is_config",
    "read_pytest_settings",
    "rewrite_config",
    "settings_for",
]
