"""Run a suite before and after a change, and compare the outcomes."""
