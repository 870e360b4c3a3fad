"""Editors of configuration and dependency files: one element or one line changes, every other byte stays."""

from __future__ import annotations

from asyncshim_codemods.config.rewrite import is_config, rewrite_config

__all__ = ["is_config", "rewrite_config"]
