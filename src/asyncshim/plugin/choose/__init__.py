"""Choose the Runner that serves a test or fixture."""
