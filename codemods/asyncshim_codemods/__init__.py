"""The rewriting half of asyncshim: LibCST rules, one a file, and editors for configuration files."""
