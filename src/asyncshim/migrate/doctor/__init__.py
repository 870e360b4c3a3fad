"""Collect what a bug report needs about an environment and a project, without running code of the project."""
