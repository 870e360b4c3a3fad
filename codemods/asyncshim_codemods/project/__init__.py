"""Facts that span files: Python files are read with `ast`, configuration files as data."""
