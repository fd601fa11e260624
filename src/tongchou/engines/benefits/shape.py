"""The flat form of a claim for the step: the pack's structure (`Shape`) and one claim's numbers (`Row`).

Both are tuples of integer lists. `layer * width + j` addressing keeps them plain enough for a compiled loop. -1 stands
for "no limit" and, in accumulator columns, for "not counted anywhere".
"""

from __future__ import annotations

from typing import NamedTuple

from tongchou.engines.benefits.exact import Ints, Out

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


class Size(NamedTuple):
    """How large a visit is, and where its layers begin among those of many visits (`Shape.layer_at`)."""

    layers: int
    cells: int
    first: int = 0


class Shape(NamedTuple):
    """Which layers there are, what they take, and which accumulators they read and feed.

    Pots are numbered: the five first pots, then three for each layer in order (deductible part, own share, over cap).
    Layers, terms, limits, bands and feeds are numbered through a whole table; pots, accumulators, cells and the payer
    of a floor within their visit.
    """

    layer_at: Ints  # [first + layer of the visit] its number in these tables, since visits may have layers in common
    payer: Ints  # [layer] COMPUTED, GIVEN or ACCOUNT
    term_start: Ints  # [layer + 1] into the terms of `takes`
    term_pot: Ints  # [term]
    term_at: Ints  # [term] into term_cell
    term_cell: Ints  # [term_at + cell] 1 when the term admits the cell
    limit_start: Ints  # [layer + 1] into limits
    limit_of: Ints  # [limit] ENTERING, COVERED or PAID
    limit_count: Ints  # [limit] accumulator or NOWHERE
    charged_count: Ints  # [layer] accumulator of what the deductible's period was charged
    yearly_count: Ints  # [layer] accumulator for the yearly maximum of the deductible
    scale: Ints  # [layer]
    scale_count: Ints  # [layer] accumulator that places the scale, or NOWHERE
    band_start: Ints  # [layer + 1] into bands
    rate_at: Ints  # [band] into the rates of the rows
    rank_at: Ints  # [layer] into the ranks of the rows
    floor_payer: Ints  # [layer] the layer of the visit that tops up; itself when none is named
    feed_start: Ints  # [layer + 1] into feeds
    feed_of: Ints  # [feed] which measure
    feed_count: Ints  # [feed] which accumulator


class Row(NamedTuple):
    """The numbers of a claim: every table looked up, every formula computed, every condition decided."""

    active: Ints  # [layer]
    take_numerator: Ints  # [term]
    take_denominator: Ints  # [term]
    limit: Ints  # [limit] fen or NO_LIMIT
    deductible: Ints  # [layer] fen
    yearly_maximum: Ints  # [layer] fen or NO_LIMIT
    edge: Ints  # [band] upper edge, fen; NO_LIMIT when open
    rate: Ints  # [rate_at + cell] over rate_unit of the layer
    rate_unit: Ints  # [layer]
    floor_numerator: Ints  # [layer] 0 when there is no floor
    floor_denominator: Ints  # [layer]
    unit: Ints  # [layer] rounding unit, fen
    mode: Ints  # [layer] rounding mode
    rank: Ints  # [rank_at + cell] order in which the deductible takes the cells
    feed: Ints  # [feed] 1 when this claim counts


class Trace(NamedTuple):
    """What the step leaves behind, numbered within the visit; lengths of bands are fractions of fen."""

    amounts: list[int]  # [layer * WIDTH + column]
    target: list[int]  # [layer * 3] whole fen, and the rest as numerator and denominator
    band: list[int]  # [band * 2] length: numerator, denominator
    kept: list[int]  # [layer * cells + cell] what reached the scale
    paid: list[int]  # [layer * cells + cell] by the layer's own formula
    extra: list[int]  # [layer * cells + cell] topped up inside this layer's base by another
    pots: list[int]  # [pot * cells + cell] what is left


class Spare(NamedTuple):
    """Room to work in: nothing in it outlives a layer, and it may be used again for any visit that is no larger."""

    base: Out  # [cell] what the layer took
    cells: Out  # [cell]
    charged: Out  # [cell] the deductible
    kept: Out  # [cell] what reached the scale
    used: Out  # [cell]
    own: Out  # [cell]
    exact: Out  # [cell] shares of the target
    weights: Out  # [band] average ratios, or [cell]
    shares: Out  # [cell]
    rests: Out  # [2 * cell]


def room_for(cells: int, bands: int) -> Spare:
    """Room for visits of so many cells whose layers have so many bands together."""
    cell = [0] * cells
    return Spare(
        base=cell[:],
        cells=cell[:],
        charged=cell[:],
        kept=cell[:],
        used=cell[:],
        own=cell[:],
        exact=cell[:],
        weights=[0] * max(cells, bands),
        shares=cell[:],
        rests=cell * 2,
    )


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
