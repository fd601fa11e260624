"""The year of the institutions: drawn from the record, grouped, objected to, cleared, confirmed by
another person and posted, opened again.

Doors: `opening`, `giving`, `grouping`, `objecting`, `special`, `finishing`, `clearing`, `confirming`, `publishing`,
`queries`; `declared` for what the region declares, `verify` for what must hold.
"""
