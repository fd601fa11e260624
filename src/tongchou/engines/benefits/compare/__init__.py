"""Compare two policies on the same claims: what the funds pay, and who is better or worse off.

Doors: `load_patch` reads a patch over a region, `sides` settles the claims of `Both` under two `Policies`, `Tally` adds
up, `sheets` gives the tables of the report; `Policies.explained` tells one claim under each.
"""

from tongchou.engines.benefits.compare.bands import Limit, income_index, limits
from tongchou.engines.benefits.compare.changed import Provision, changed
from tongchou.engines.benefits.compare.columns import Column, Sheet
from tongchou.engines.benefits.compare.pairs import PAIRS, VISITS, Settled, pairs_of
from tongchou.engines.benefits.compare.patch import load_patch
from tongchou.engines.benefits.compare.sheets import checks, compared, part_of, sheets
from tongchou.engines.benefits.compare.sides import Both, Policies, sides
from tongchou.engines.benefits.compare.tally import Tally

__all__ = [
    "PAIRS",
    "VISITS",
    "Both",
    "Column",
    "Limit",
    "Policies",
    "Provision",
    "Settled",
    "Sheet",
    "Tally",
    "changed",
    "checks",
    "compared",
    "income_index",
    "limits",
    "load_patch",
    "pairs_of",
    "part_of",
    "sheets",
    "sides",
]
