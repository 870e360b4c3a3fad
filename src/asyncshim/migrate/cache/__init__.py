"""Keep what the rules found in unchanged files, in the cache folder of the user."""
