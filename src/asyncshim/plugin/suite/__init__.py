"""What a suite asks for: options, marks, overrides, and other async plugins."""
