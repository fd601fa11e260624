"""The books: what is owed to whom (the business sub-ledger) and what moved (the statutory cash book), by double entry.

Doors: `post` writes an entry within a command of another app; `months` closes and reopens; `queries` read balances.
"""
