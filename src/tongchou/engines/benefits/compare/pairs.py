"""The same claims under two policies as one table: what is known about a visit, and what each side made of it.

A settled claim is paid by `paid` (layer → fen, the hospital's and the accounts' layers among them), by the hospital and
by the person: Σ `paid` + `hospital` + `cash` = `fee`, where what a layer of the hospital pays stands in both of the
first two. A refused one has no payments, and the person bears the fee. A rejected one, which a side could not settle,
has no amounts. A year-end payment has the fee 0 and negative cash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

SETTLED, REFUSED, REJECTED = "settled", "refused", "rejected"
OF_PERSON = ("age", "sex", "category", "status")
OF_CLAIM = ("scheme", "kind", "level", "place", "disease")
DIMENSIONS = (*OF_PERSON, *OF_CLAIM)
"""What people are grouped by. A person is in one group of the first four, and may have visits in several others."""
AMOUNTS = ("cash", "hospital", "fund")
"""What is left to the person, what the hospital bears, and what the funds pay of a claim (fen)."""
_NATIONAL = ("psn_cash_pay", "hosp_part_amt", "fund_pay_sumamt")
OF_SETTLEMENT = ("claim_id", "status", "reason", *_NATIONAL, "paid")
"""The columns of the canonical table `settlements` that a comparison looks at."""

VISITS = pa.schema(
    [
        ("claim_id", pa.string()),
        ("person_id", pa.string()),
        ("household", pa.string()),  # whoever shares state with the person
        ("year", pa.int64()),  # the insurance year under the first policy
        *((name, pa.string()) for name in DIMENSIONS),  # a word, empty where the tables do not say
        ("fee", pa.int64()),
        ("year_end", pa.bool_()),
    ]
)
"""A claim as the tables describe it; the same for both sides."""
_SIDE = (
    ("status", pa.string()),
    *((name, pa.int64()) for name in AMOUNTS),
    ("paid", pa.map_(pa.string(), pa.int64())),
    ("reason", pa.string()),
)
PAIRS = pa.schema([*VISITS, *((f"{name}_{side}", kind) for side in "ab" for name, kind in _SIDE)])
"""A visit with what policy A and policy B made of it."""
REJECTS = pa.schema([("claim_id", pa.string()), ("reason", pa.string())])
YEAR_END = pa.schema(
    [
        ("claim_id", pa.string()),
        ("person_id", pa.string()),
        ("scheme", pa.string()),
        ("kind", pa.string()),
        ("basis_date", pa.date32()),
        *((name, pa.int64()) for name in AMOUNTS),
        ("paid", pa.map_(pa.string(), pa.int64())),
    ]
)
"""Payments at year end. `cash` is what they take off the cash of the year, so it is negative or nothing."""


@dataclass(frozen=True)
class Settled:
    """What one policy made of whole households.

    `settlements` is the canonical table, at least its columns `OF_SETTLEMENT`; `rejects` says why a claim is not among
    them (`REJECTS`); `year_end` are the payments at year end (`YEAR_END`), household by household.
    """

    settlements: pa.Table
    rejects: pa.Table
    year_end: pa.Table


def pairs_of(visits: pa.Table, a: Settled, b: Settled) -> pa.Table:
    """`PAIRS` of some visits (`VISITS`) in their order; each side says of each either what it made of it or why not."""
    columns = [*visits.columns, *_side(visits, a), *_side(visits, b)]
    return pa.table(columns, schema=PAIRS)


def comparable(pairs: pa.Table) -> pa.ChunkedArray:
    """Whether both sides could judge the claim."""
    return pc.and_(*(pc.not_equal(pairs[f"status_{side}"], REJECTED) for side in "ab"))


def counts(pairs: pa.Table) -> pa.ChunkedArray:
    """Whether a pair enters the measures: at least one side settles it, and both could judge it."""
    return pc.and_(comparable(pairs), pc.or_(*(pc.equal(pairs[f"status_{side}"], SETTLED) for side in "ab")))


def _side(visits: pa.Table, made: Settled) -> Sequence[pa.ChunkedArray]:
    found = _row_of(visits, made.settlements)
    rows = made.settlements.select(OF_SETTLEMENT).take(found)
    status = pc.fill_null(rows["status"], REJECTED)
    refused = pc.equal(status, REFUSED)
    cash, *others = (rows[name] for name in _NATIONAL)
    amounts = [pc.if_else(refused, visits["fee"], cash), *(pc.if_else(refused, 0, amount) for amount in others)]
    why = made.rejects["reason"].take(_row_of(visits, made.rejects))
    return [status, *amounts, rows["paid"], pc.coalesce(rows["reason"], why)]


def _row_of(visits: pa.Table, among: pa.Table) -> pa.Array:
    """The row of each visit's claim in another table; null where it is not there."""
    return pc.index_in(visits["claim_id"], value_set=among["claim_id"].combine_chunks())
