"""``alt_pytest_asyncio.version``."""

from __future__ import annotations

NEWEST = "0.9.6"  # the release that is replaced


def _version() -> str:
    """Return the installed version, else the newest release that asyncshim replaces."""
    from importlib import metadata

    try:
        return metadata.version("alt-pytest-asyncio")
    except metadata.PackageNotFoundError:
        return NEWEST


VERSION = _version()
