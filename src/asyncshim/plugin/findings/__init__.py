"""What the plugin finds while tests run: leaks, blocking calls, legacy uses; reported, and compared with a baseline."""
