"""Claims and their lines together: each claim has lines, they sum to its total, and no refund exceeds its charge."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tongchou.ground.tables.links import Links, number
from tongchou.ground.tables.row_rules import MANY
from tongchou.ground.tables.vectors import Flags, given, numbers

_UNITS = 2**62 // MANY  # of quantity, in 10⁻⁴: sums of so many are 64-bit numbers


def odd_bills(claims: pa.Table, lines: pa.Table, links: Links) -> tuple[Flags, Flags]:
    """Rows of claims whose lines may not sum to them, and refunds among the lines that may give back too much."""
    claim_of = links.numbers["lines", "claim_id"]
    size = links.counts["claims"] + 1  # lines without a claim count for the last, which is none
    total, count = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    np.add.at(total, claim_of, numbers(lines["amount"])[0])
    np.add.at(count, claim_of, 1)
    own = links.numbers["claims", "claim_id"]
    odd = (count[own] == 0) | (count[own] > MANY) | (total[own] != numbers(claims["total_fee"])[0])
    return odd, _odd_refunds(lines, claim_of, size)


def _odd_refunds(lines: pa.Table, claim_of: NDArray[np.int32], size: int) -> Flags:
    """Refunds of no charge of their claim, or that with the others return more of it than there was."""
    odd = np.zeros(len(lines), dtype=np.bool_)
    with_refunds = np.zeros(size, dtype=np.bool_)
    with_refunds[claim_of[given(lines["original_line_id"])]] = True
    here = np.flatnonzero(with_refunds[claim_of])
    if not len(here):
        return odd
    columns = ["line_id", "original_line_id", "amount", "quantity"]
    some, claim = lines.select(columns).filter(pa.array(with_refunds[claim_of])), claim_of[here]
    (line, original), count = number([some["line_id"], some["original_line_id"]])
    amount, quantity = numbers(some["amount"]), numbers(some["quantity"])
    refund = (amount[0] < 0) | (quantity[0] < 0)
    charges, rows = np.flatnonzero(~refund), np.flatnonzero(refund)
    row_of = np.full(count + 1, -1)
    row_of[line[charges]] = charges
    charge = row_of[original[rows]]
    bad = (charge < 0) | (claim[charge] != claim[rows]) | (np.abs(quantity[0][rows]) > _UNITS)
    for values, limited in (amount, quantity):
        back = np.zeros(len(some) + 1, dtype=np.int64)  # what refers to no charge is gathered in the last
        np.add.at(back, charge, -values[rows])
        bad |= limited[charge] & (back[charge] > values[charge])
    odd[here[rows]] = bad
    return odd
