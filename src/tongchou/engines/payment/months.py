"""A month's cash: the quota of the year over months, what is paid of a month, what is kept back, what waits.

Whole fen. Twelve months of a quota, and what is kept for clearing, are the quota; what is paid, kept and deferred is
what was earned. How a budget comes to the quotas of institutions is another thing (`quotas`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.payment.clear import clear
from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.pools import Pool
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.tables import Year
from tongchou.ground.money import DOWN, round_fraction, scale
from tongchou.ground.region.clearing_money import Prepayment

MONTHS = 12


def month_limits(rules: Rules, quota: int) -> tuple[int, list[int]]:
    """What is kept of a year's quota for clearing, and the limits of the twelve months, which make up the rest to the
    fen."""
    kept = round_fraction(quota * figure(rules.need("prepayment", Prepayment).clearing_reserve), mode="down")
    upto = [(quota - kept) * month // MONTHS for month in range(MONTHS + 1)]
    return kept, [after - before for before, after in pairwise(upto)]


@dataclass(frozen=True)
class Month:
    """One institution's month: earned = paid + deposit + withheld + deferred, in fen. `withheld`: what the declared
    share of a month leaves for clearing."""

    earned: int
    deferred: int
    withheld: int
    deposit: int
    paid: int


def split_month(earned: int, limit: int | None, share: Fraction, deposit: Fraction) -> Month:
    """Of what was earned, what lies above a limit waits (BUD-10); of the rest a share is paid, and of that a deposit
    kept. What is kept is rounded down: odd fen are paid. Below nothing nothing is kept: it is set off.

    >>> split_month(100_01, 80_05, Fraction(9, 10), Fraction(5, 100))
    Month(earned=10001, deferred=1996, withheld=800, deposit=360, paid=6845)
    """
    deferred = 0 if limit is None else min(max(0, earned - max(0, limit)), max(0, earned))
    within = max(0, earned - deferred)
    withheld = int(scale(within, 1 - share, mode=DOWN))
    kept = int(scale(within - withheld, deposit, mode=DOWN))
    return Month(earned, deferred, withheld, kept, earned - deferred - withheld - kept)


def prepay(rules: Rules, earned: int, limit: int) -> Month:
    """A month's payment. `earned`: what the month brought, after the deductions of review; `limit`: of this month. What
    is above the limit waits for clearing where it is so declared (BUD-10)."""
    cash = rules.need("prepayment", Prepayment)
    most = limit if cash.over_limit == "deferred" else None
    return split_month(earned, most, figure(cash.share), figure(cash.deposit))


def revolving(rules: Rules, quota: int) -> int:
    """What is advanced of a year's quota at its beginning; it counts as prepaid when the year is cleared."""
    return round_fraction(quota * figure(rules.need("prepayment", Prepayment).revolving), mode="down")


def estimate(rules: Rules, year: Year, month: int) -> list[Pool]:
    """The pools as if the year ended with this month and its budget were so many twelfths: what a point is likely to be
    worth. An estimate, with the points behind it; groups are still small and lists still missing early in the year."""
    last = f"{rules.year}-{month:02d}"
    records = year.records
    months = pc.strftime(records["discharged_on"], "%Y-%m")
    others = dict(year.others)
    for name, column in (("budget", "amount"), ("quotas", "amount"), ("communities", "persons")):
        others[name] = _twelfths(others[name], column, month)
    signed = others["signed"]
    others["signed"] = signed.filter(pc.less_equal(signed["month"], last))
    return clear(rules, Year(records.filter(pc.less_equal(months, last)), others)).pools


def _twelfths(table: pa.Table, column: str, month: int) -> pa.Table:
    rows: list[Mapping[str, Any]] = [{**row, column: row[column] * month // MONTHS} for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, table.schema)
