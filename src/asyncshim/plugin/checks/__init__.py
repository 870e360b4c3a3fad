"""Checks of each phase of a test: what holds the event loop, and coroutines that are never awaited."""
