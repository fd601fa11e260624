"""The daily three-way match: settlements here = what the institution reports = what the books owe for them.

Doors: `reporting`, `resolving`, `totals`, `queries`.
"""
