"""asyncshim: pytest-asyncio suites on one ``asyncio.Runner``, and the way off pytest-asyncio."""
