"""Replace pytest-asyncio: its import name, plugin name, fixtures, and marks on fixtures."""
