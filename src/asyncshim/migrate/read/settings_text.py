"""The text of a file with settings, which must be the project's own and of a size that can be parsed at once."""

from __future__ import annotations

import os
import re
from pathlib import Path

from asyncshim.errors import UsageError
from asyncshim.migrate.read import files, vcs

_MOST = 2**20
# A parser of TOML takes quadratic time for the parts of a dotted key.
_LONG_KEY = re.compile(r"(?:\.[^.=\n\]]*+){40}")


class UnusableSettingsError(Exception):
    """The file is larger than settings are, or could keep a parser busy."""


def read(path: Path) -> str:
    """Return the text; a link that leads out of the project is an error, as is a file that takes long to parse."""
    real = Path(os.path.realpath(path))
    if real != path:
        own = Path(os.path.realpath(vcs.marker_above(path.parent) or path.parent))
        if not real.is_relative_to(own):
            raise UsageError(f"{path}: is a link out of the project, so its settings are not used: remove the link")
    try:
        text = files.read(real, most=_MOST).data.decode("utf-8")
    except OSError as error:
        if error.strerror == files.TOO_LARGE:
            raise UnusableSettingsError("is larger than 1 MB, which is too large for settings") from error
        raise
    if _LONG_KEY.search(text):
        raise UnusableSettingsError("has a key of more than 40 parts, which no setting has")
    return text
