"""Error messages for missing packages that only the command line needs.

They are hard dependencies: all of them together add 23 MB and two seconds to an installation, and one command installs
plugin and command line. But `pip install --no-deps` is enough for the plugin, so they may be missing.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable

_PACKAGES = ("configupdater", "iniconfig", "libcst", "packaging", "rich", "tomlkit")


def require_packages() -> None:
    """Raise :class:`ModuleNotFoundError` if a package is missing: a command may notice only when it has begun."""
    for name in _PACKAGES:
        if not _is_installed(name):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def missing_packages(error: ModuleNotFoundError) -> str:
    """Return one sentence with the command that installs what is missing; "" if the error is about something else."""
    if (error.name or "").partition(".")[0] not in _PACKAGES:
        return ""
    missing = [name for name in _PACKAGES if not _is_installed(name)]
    named = ", ".join(missing) or str(error.name)
    command = " ".join(f'"{each}"' for each in _requirements(missing or _PACKAGES))
    return f"the command line needs {named}, which the pytest plugin does not: python -m pip install {command}"


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # the module is None in sys.modules
        return False


def _requirements(names: Iterable[str]) -> list[str]:
    """Return the requirements of asyncshim for these packages; the names alone if its metadata is missing."""
    from importlib import metadata  # slow to import

    try:
        declared = metadata.requires("asyncshim") or []
    except metadata.PackageNotFoundError:
        declared = []
    found = {re.split(r"[^\w-]", text, maxsplit=1)[0].lower(): text for text in declared if "extra ==" not in text}
    return [found.get(name, name) for name in names]
