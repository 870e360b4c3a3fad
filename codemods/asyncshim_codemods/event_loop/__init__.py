"""Event loops in a suite: requests for them, overrides, policies, and the calls that block one."""
