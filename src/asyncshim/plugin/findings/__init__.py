"""Findings of the plugin while tests run: leaks, blocking calls, legacy uses; for the report and the baseline."""
