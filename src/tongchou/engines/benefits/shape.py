"""The flat form of a claim for the step: the pack's structure (`Shape`) and one claim's numbers (`Row`).

Both are tuples of integer lists. `layer * width + j` addressing keeps them plain enough for a compiled loop. -1 stands
for "no limit" and, in accumulator columns, for "not counted anywhere".
"""

from __future__ import annotations

from typing import NamedTuple

from tongchou.engines.benefits.exact import Ints

COMPUTED, GIVEN, ACCOUNT = 0, 1, 2
ENTERING, COVERED, PAID, SCALED, CHARGED = 0, 1, 2, 3, 4
"""What is counted. The first three can be limited by caps; the last two place the scale and the deductible."""
ON_EXPENSE, ABOVE_DEDUCTIBLE, ON_PAID = 0, 1, 2
NO_LIMIT = -1
NOWHERE = -1

MEASURES = ("entering", "covered", "paid", "scaled", "charged")
SCALES = ("expense", "above the deductible", "amount paid")
FIRST_POTS = ("full_self_pay", "over_limit", "first_self_pay", "in_scope", "package_excess")
REMAINDERS = ("deductible_part", "own_share", "over_cap")


class Shape(NamedTuple):
    """Which layers there are, what they take, and which accumulators they read and feed.

    Pots are numbered: the five first pots, then three for each layer in order (deductible part, own share, over cap).
    """

    layers: int
    cells: int
    payer: Ints  # [layer] COMPUTED, GIVEN or ACCOUNT
    term_start: Ints  # [layer + 1] into the terms of `takes`
    term_pot: Ints  # [term]
    term_cell: Ints  # [term * cells + cell] 1 when the term admits the cell
    limit_start: Ints  # [layer + 1] into limits
    limit_of: Ints  # [limit] ENTERING, COVERED or PAID
    limit_count: Ints  # [limit] accumulator or NOWHERE
    charged_count: Ints  # [layer] accumulator of what the deductible's period was charged
    yearly_count: Ints  # [layer] accumulator for the yearly maximum of the deductible
    scale: Ints  # [layer]
    scale_count: Ints  # [layer] accumulator that places the scale, or NOWHERE
    band_start: Ints  # [layer + 1] into bands
    floor_payer: Ints  # [layer] the layer that tops up; itself when none is named
    feed_start: Ints  # [layer + 1] into feeds
    feed_of: Ints  # [feed] which measure
    feed_count: Ints  # [feed] which accumulator


class Row(NamedTuple):
    """The numbers of one claim: every table looked up, every formula computed, every condition decided."""

    active: Ints  # [layer]
    take_numerator: Ints  # [term]
    take_denominator: Ints  # [term]
    limit: Ints  # [limit] fen or NO_LIMIT
    deductible: Ints  # [layer] fen
    yearly_maximum: Ints  # [layer] fen or NO_LIMIT
    edge: Ints  # [band] upper edge, fen; NO_LIMIT when open
    rate: Ints  # [band * cells + cell] over rate_unit of the layer
    rate_unit: Ints  # [layer]
    floor_numerator: Ints  # [layer] 0 when there is no floor
    floor_denominator: Ints  # [layer]
    given: Ints  # [layer] fen that came with the claim
    unit: Ints  # [layer] rounding unit, fen
    mode: Ints  # [layer] rounding mode
    rank: Ints  # [layer * cells + cell] order in which the deductible takes the cells
    feed: Ints  # [feed] 1 when this claim counts


class Trace(NamedTuple):
    """What the step leaves behind, layer by layer; lengths of bands are fractions of fen."""

    amounts: list[int]  # [layer * WIDTH + column]
    target: list[int]  # [layer * 3] whole fen, and the rest as numerator and denominator
    band: list[int]  # [band * 2] length: numerator, denominator
    kept: list[int]  # [layer * cells + cell] what reached the scale
    paid: list[int]  # [layer * cells + cell] by the layer's own formula
    extra: list[int]  # [layer * cells + cell] topped up inside this layer's base by another
    pots: list[int]  # [pot * cells + cell] what is left


COLUMNS = (
    "base",
    "entered",
    "deductible_due",
    "deductible",
    "start",
    "covered",
    "formula",
    "floor",
    "room",
    "paid",
    "used",
    "own_share",
    "over_cap",
    "topped_up",
)
"""The trace columns of a layer, fen; `room` is NO_LIMIT when nothing limits."""
WIDTH = len(COLUMNS)
