"""Compare two policies on the same claims: what the funds pay, and who is better or worse off.

Doors: `load_patch` reads a patch over a region, `sides` settles the claims under both, `Tally` adds up, `sheets` gives
the tables of the report, `explained` tells one claim under each policy.
"""

from tongchou.engines.benefits.compare.bands import Limit, income_index, limits
from tongchou.engines.benefits.compare.changed import Provision, changed
from tongchou.engines.benefits.compare.columns import Column, Sheet
from tongchou.engines.benefits.compare.pairs import PAIRS, VISITS, Settled, pairs_of
from tongchou.engines.benefits.compare.patch import load_patch
from tongchou.engines.benefits.compare.sheets import checks, compared, part_of, sheets
from tongchou.engines.benefits.compare.sides import Both, explained, sides
from tongchou.engines.benefits.compare.tally import Tally

__all__ = [
    "PAIRS",
    "VISITS",
    "Both",
    "Column",
    "Limit",
    "Provision",
    "Settled",
    "Sheet",
    "Tally",
    "changed",
    "checks",
    "compared",
    "explained",
    "income_index",
    "limits",
    "load_patch",
    "pairs_of",
    "part_of",
    "sheets",
    "sides",
]
