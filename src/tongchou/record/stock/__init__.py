"""What institutions have, buy and sell, batch by batch, with the traceability codes of each package.

Doors: `recording`, `withdrawing`, `codes`, `queries`.
"""
