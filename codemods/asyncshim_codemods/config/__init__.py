"""Editors of configuration and dependency files: one element or one line changes, every other byte stays."""
