"""Replace alt-pytest-asyncio: what its modules provide, imported when a suite imports them."""
