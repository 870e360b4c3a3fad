"""asyncshim: pytest-asyncio suites on one ``asyncio.Runner``, and the way off pytest-asyncio."""

# Before 9.2, pytest takes a name in PYTEST_PLUGINS or pytest_plugins for a module, not for an entry point: this one.
pytest_plugins = ("asyncshim.plugin",)
