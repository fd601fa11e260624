"""Outside data as canonical tables, each source in a file of its own."""
