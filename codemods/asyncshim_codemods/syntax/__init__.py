"""Questions about one syntax tree; nothing here knows pytest or asyncio."""
