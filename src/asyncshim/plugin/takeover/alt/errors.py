"""Errors of alt-pytest-asyncio's interface (``alt_pytest_asyncio.errors``)."""

from __future__ import annotations


class AltPytestAsyncioError(Exception):
    """The base of all errors."""


class PluginAlreadyStarted(AltPytestAsyncioError):  # noqa: N818  (its name there)
    """The same plugin object was given to a second session while the first one runs."""


class NoAsyncTimeoutInSyncFunctions(AltPytestAsyncioError):  # noqa: N818
    """A synchronous test or fixture tried to set a time limit."""


for _error in (AltPytestAsyncioError, PluginAlreadyStarted, NoAsyncTimeoutInSyncFunctions):
    _error.__module__ = "alt_pytest_asyncio.errors"  # as reports show it
