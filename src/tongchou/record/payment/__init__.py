"""The hospital's month: what an institution charged is stated, declared, reviewed and prepaid; the year's end follows.

Doors: `opening`, `declaring`, `applying`, `deducting`, `table`, `appealing`, `finishing`, `prepaying`, `advancing`,
`queries`; `year_end` for clearing, `terms` for what the region declares.
"""
