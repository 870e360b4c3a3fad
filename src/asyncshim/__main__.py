"""``python -m asyncshim``."""

from __future__ import annotations

import sys

from asyncshim.cli import main

if __name__ == "__main__":
    sys.exit(main())
