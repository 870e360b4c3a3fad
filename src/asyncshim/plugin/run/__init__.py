"""Turn async tests and async fixtures into functions that pytest can call."""
