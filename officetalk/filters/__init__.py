"""Filters: what a reader does not want to read, or only after a warning."""
