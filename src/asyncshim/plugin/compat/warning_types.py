"""The warnings that the plugin emits."""

from __future__ import annotations

import pytest


class AsyncshimWarning(pytest.PytestWarning):
    """Base of all of them."""

    __module__ = "asyncshim"


class LeakedTaskWarning(AsyncshimWarning):
    """Something outlived its loop scope (``asyncshim_leaks = warn``), or could not be ended in time."""

    __module__ = "asyncshim"


class LoopClosedWarning(AsyncshimWarning, RuntimeWarning):
    """A test closed the loop that it shares with other tests."""

    __module__ = "asyncshim"


class LegacyUsageWarning(AsyncshimWarning):
    """A use of a feature that later releases of pytest-asyncio removed (``asyncshim_legacy = warn``)."""

    __module__ = "asyncshim"


class BlockingWarning(AsyncshimWarning):
    """Code blocked the event loop (``asyncshim_blocking = warn``)."""

    __module__ = "asyncshim"
