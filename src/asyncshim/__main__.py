"""``python -m asyncshim``."""

from __future__ import annotations

import sys

if not sys.flags.safe_path and sys.path:
    # With -m the current folder comes first, and a project may well hold a `rich` or a `token` of its own:
    # nothing of the project is to be imported here.
    del sys.path[0]

from asyncshim.cli import console_script

if __name__ == "__main__":
    console_script()
