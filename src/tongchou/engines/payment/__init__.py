"""Paying institutions: budget, points, prices, standards, the month and the cleared year, from declared rules.

Doors: `load_rules` reads a declaration, `rules_of` takes it from a pack, `read_tables` the tables of a year, `clear`
clears it.
"""

from tongchou.engines.payment.clear import Cleared, clear
from tongchou.engines.payment.rules import Rules, load_rules, rules_of
from tongchou.engines.payment.tables import Year, read_tables

__all__ = ["Cleared", "Rules", "Year", "clear", "load_rules", "read_tables", "rules_of"]
