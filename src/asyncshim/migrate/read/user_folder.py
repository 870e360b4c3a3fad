"""The folders of the user in which programs keep what belongs to no project."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

_VARIABLES = {"cache": "XDG_CACHE_HOME", "state": "XDG_STATE_HOME"}
_IN_HOME = {"cache": ".cache", "state": ".local/state"}
_IN_HOME_ON_MACOS = {"cache": "Library/Caches", "state": "Library/Application Support"}


def user_folder(kind: Literal["cache", "state"]) -> Path | None:
    """Return asyncshim's folder for its cache or its state; None if there is no home folder. It may not exist."""
    chosen = os.environ.get(_VARIABLES[kind], "")
    if Path(chosen).is_absolute():  # a relative one is to be ignored, says the specification of these folders
        return Path(chosen, "asyncshim")
    local = os.environ.get("LOCALAPPDATA", "")
    if sys.platform == "win32" and Path(local).is_absolute():
        return Path(local, "asyncshim", kind)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    in_home = _IN_HOME_ON_MACOS if sys.platform == "darwin" else _IN_HOME
    return home / in_home[kind] / "asyncshim"
