"""Parse only the statements of a file that a rule can be interested in."""
