"""Payment orders (拨付): what the fund owes leaves by orders that three people saw, and the bank's answer is told.

Doors: `preparing`, `deciding`, `sending`, `answering`, `reissuing`, `payees`, `queries`; `bridge` between the books.
"""
