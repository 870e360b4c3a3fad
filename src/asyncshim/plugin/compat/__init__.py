"""Differences between pytest releases; the only place for private names of pytest."""
