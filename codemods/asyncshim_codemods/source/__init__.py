"""From bytes to a syntax tree and back: positions, suppression comments, nesting depth."""
