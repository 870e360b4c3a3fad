"""One test file as the rules see it."""
