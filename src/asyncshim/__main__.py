"""``python -m asyncshim``."""

from __future__ import annotations

import sys

if not sys.flags.safe_path and sys.path:
    # With -m the current folder is first on sys.path, and a project may have a module `rich` or `token`:
    # do not import modules of the project.
    del sys.path[0]

from asyncshim.cli import console_script

if __name__ == "__main__":
    console_script()
