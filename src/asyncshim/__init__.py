"""asyncshim: pytest-asyncio suites on one ``asyncio.Runner``, and the way off pytest-asyncio.

PYTEST_DONT_REWRITE: no assertions here, and pytest warns where this was imported before ``-p asyncshim`` is looked at.
"""

# Before 9.2, pytest takes a name in PYTEST_PLUGINS or pytest_plugins for a module, not for an entry point: this one.
pytest_plugins = ("asyncshim.plugin",)

_WARNINGS = ("AsyncshimWarning", "LeakedTaskWarning", "LegacyUsageWarning", "LoopClosedWarning")


def __getattr__(name: str) -> object:
    """The warnings, for filters such as ``error::asyncshim.LeakedTaskWarning``; they need pytest, the others do not."""
    if name not in _WARNINGS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from asyncshim.plugin import warning_types

    found: object = getattr(warning_types, name)
    return found
