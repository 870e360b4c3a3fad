"""asyncshim runs pytest-asyncio suites on one ``asyncio.Runner`` and rewrites them for plain pytest.

PYTEST_DONT_REWRITE: it has no assertions, and pytest warns if it is imported before ``-p asyncshim`` is looked at.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncshim.plugin.compat.warning_types import AsyncshimWarning as AsyncshimWarning
    from asyncshim.plugin.compat.warning_types import BlockingWarning as BlockingWarning
    from asyncshim.plugin.compat.warning_types import LeakedTaskWarning as LeakedTaskWarning
    from asyncshim.plugin.compat.warning_types import LegacyUsageWarning as LegacyUsageWarning
    from asyncshim.plugin.compat.warning_types import LoopClosedWarning as LoopClosedWarning
    from asyncshim.plugin.lend import Plugin as Plugin
    from asyncshim.plugin.lend import override_loop as override_loop

# Before 9.2, pytest takes a name in PYTEST_PLUGINS or pytest_plugins for a module, not for an entry point: this one.
pytest_plugins = ("asyncshim.plugin",)

_WARNINGS = ("AsyncshimWarning", "BlockingWarning", "LeakedTaskWarning", "LegacyUsageWarning", "LoopClosedWarning")
_OWN_LOOPS = ("Plugin", "override_loop")


def __getattr__(name: str) -> object:
    """Import what needs pytest or asyncio when it is used: warnings, for filters, and ``Plugin``, ``override_loop``."""
    if name in _WARNINGS:
        home = "compat.warning_types"
    elif name in _OWN_LOOPS:
        home = "lend"
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(importlib.import_module(f"asyncshim.plugin.{home}"), name)
    return found
