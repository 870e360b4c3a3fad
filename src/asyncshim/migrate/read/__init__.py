"""Read the project: its root, files, settings, and version control."""
