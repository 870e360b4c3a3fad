"""The requirements of a suite: options, marks, overrides, and other async plugins."""
