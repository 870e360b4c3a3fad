"""Edits of a syntax tree: their description, their conflicts, and their application."""
