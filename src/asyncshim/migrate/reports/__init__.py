"""What a run found, in the formats that people and programs read; one module a format."""
