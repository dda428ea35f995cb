"""One module per kind of figure; each draws plain arrays and returns a matplotlib ``Figure``."""
