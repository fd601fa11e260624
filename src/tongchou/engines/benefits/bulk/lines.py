"""Lines of many claims split at once: the rules are looked up once for all lines alike, the fen are counted in columns.

Source of the split: `engines.benefits.split`; a line it cannot do in whole numbers sends its claim to the plain step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import (
    NOT_THERE,
    Claims,
    Flags,
    Numbers,
    codes,
    factorized,
    index_in,
    numbers,
    own,
    pair,
)
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.plan import Plan
from tongchou.engines.benefits.split import CLASSES, ItemRules, _not_approved, concerns, line_facts
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import finite, number, ratio, value_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.model import FirstPay, PriceLimit
from tongchou.ground.region.vocabulary import LINE_FACTS

PLAIN, SELF_PAID, SPLIT = 0, 1, 2
OWN = -2
"""The limit or the ratio is the line's own."""
_QUANTITY, _RATIO, _PRICE, _EIGHT = 10_000, 1_000_000, 1_000_000, 100_000_000
_WIDE = 2**62


@dataclass(frozen=True)
class LineRow:
    """What the rules make of lines alike: `limit` in fen a unit (-1 none, OWN the line's), `rate` as a fraction.

    `above`: of the unit price only what lies above this counts for the first payment (millionths of a yuan, -1 all).
    """

    way: int
    limit: int = -1
    rate_numerator: int = 0  # OWN: the line's
    rate_denominator: int = 1
    above: int = -1


class Lines:
    """The lines of the claims, in the order of their file. Money in fen, quantity in 1/10,000.

    `claim` is the place of the claim of each; lines of claims that are not there are left out.
    """

    def __init__(self, table: pa.Table, claims: Claims) -> None:
        claim = index_in(table["claim_id"], claims.table["claim_id"])
        self.table, self.claim = table.filter(pa.array(claim >= 0)), claim[claim >= 0]
        table = self.table
        self.amount = numbers(table["amount"])
        self.count = len(self.amount)
        self.item = codes(table["item"])
        self.limit = numbers(table["price_limit"])
        self.given = numbers(table["inscp_scp_amt"]) != NOT_THERE

    def parts_given(self) -> Numbers:
        names = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
        return np.stack([numbers(self.table[name]) for name in names], axis=1)

    def quantity(self) -> Numbers:
        return _decimal(self.table["quantity"], _QUANTITY)

    def price(self) -> Numbers:
        return _decimal(self.table["price"], NOT_THERE)

    def rate(self) -> Numbers:
        return _decimal(self.table["first_pay_rate"], NOT_THERE)

    def alike(self, uses: Uses, of_claim: Numbers) -> Numbers:
        """A number for every line: equal for lines that the rules cannot tell apart. `of_claim`: the same of claims."""
        found = of_claim[self.claim]
        always = ("item", "class", "limited_use", "approved")
        for name in dict.fromkeys((*always, *sorted(uses.names & LINE_FACTS - {"unit_price", "fee_date"}))):
            found = factorized(pair(found, codes(self.table[name])))
        flags = (self.limit != NOT_THERE) * 2 + (self.rate() != NOT_THERE) * 1 + self.given * 4
        found = pair(found, np.asarray(flags, dtype=np.int64))
        for name in sorted(uses.names - LINE_FACTS):
            found = factorized(pair(found, codes(own(self.table, name))))
        return factorized(found)

    def split(self, rows: list[LineRow], row_of: Numbers) -> tuple[Numbers, Flags]:
        """The four parts of every line, and which lines could not be split here."""
        way, limit, above, below, from_price = (
            np.array([getattr(row, name) for row in rows], dtype=np.int64)[row_of]
            for name in ("way", "limit", "rate_numerator", "rate_denominator", "above")
        )
        amount, quantity = self.amount, self.quantity()
        limit = np.where(limit == OWN, self.limit, limit)
        own_rate = above == OWN
        above, below = np.where(own_rate, self.rate(), above), np.where(own_rate, _RATIO, below)
        most = np.abs(quantity).astype(float) * np.maximum(limit, 0).astype(float) * 4
        plain = (
            (way == PLAIN) | (most > _WIDE) | (amount.astype(float) * above.astype(float) * 4 > _WIDE) | (amount < 0)
        )
        plain |= quantity <= 0
        over = np.where(limit < 0, 0, _half_up(np.maximum(0, amount * _QUANTITY - limit * quantity), _QUANTITY))
        over = np.minimum(over, amount)
        first = np.minimum(_half_up((amount - over) * above, below), amount - over)
        sliced = np.flatnonzero((from_price >= 0) & ~plain)
        first[sliced], wide = self._above(sliced, from_price[sliced], above[sliced], below[sliced], first[sliced])
        plain[sliced[wide]] = True
        parts = np.stack([np.zeros_like(amount), over, first, amount - over - first], axis=1)
        parts[way == SELF_PAID] = 0
        parts[way == SELF_PAID, 0] = amount[way == SELF_PAID]
        given = self.parts_given()
        parts[self.given] = given[self.given]
        wrong = self.given & ((given.sum(axis=1) != amount) | (given.min(axis=1) < 0))
        return parts, plain | wrong

    def _above(
        self, at: Numbers, price: Numbers, numerator: Numbers, denominator: Numbers, most: Numbers
    ) -> tuple[Numbers, Flags]:
        """The first payment on what lies above a unit price, and where the numbers are too large for this.

        In 10⁻⁸ fen, so that quantity × price stays whole; never more than on the whole line.
        """
        quantity, own = self.quantity()[at], self.price()[at]
        charged = np.where(own == NOT_THERE, self.amount[at] * _EIGHT, own * quantity)
        wide = self.amount[at].astype(float) * _EIGHT * numerator > _WIDE / 4
        wide |= np.maximum(own, price).astype(float) * quantity * numerator > _WIDE / 4
        wide |= denominator.astype(float) * _EIGHT > _WIDE / 4
        slice_ = np.maximum(0, charged - price * quantity)
        return np.minimum(_half_up(slice_ * numerator, denominator * _EIGHT), most), wide


def line_row(engine: Engine, plan: Plan, claim: Claim, line: Line) -> LineRow:
    """What the item rules of a plan say of a line, as `split` does; PLAIN where whole numbers do not do."""
    try:
        return _line_row(plan, engine.facts_of(claim, State()).with_facts({"kind": plan.kind}), line)
    except ProblemError:
        return LineRow(PLAIN)


def _line_row(plan: Plan, facts: Facts, line: Line) -> LineRow:
    rules, seen = plan.items, line_facts(facts, line)
    if line.original is not None:
        return LineRow(PLAIN)
    if "item" in facts.pack.vocabulary.dimensions:
        seen.word("item")
    if line.given_parts is not None:
        return LineRow(SPLIT)
    line_class = CLASSES.get(str(line.facts.get("class", "")), line.facts.get("class"))
    if any(concerns(rule, seen) for rule in rules.exclude) or line_class == "丙" or _not_approved(line):
        return LineRow(SELF_PAID)
    if (rules.rounding.unit, rules.rounding.mode) != ("分", "half_up"):
        return LineRow(PLAIN)
    limit = _limit(rules, seen, line)
    first = _first(rules, seen, line, line_class)
    return LineRow(PLAIN) if limit is None or first is None else LineRow(SPLIT, limit, *first)


def _limit(rules: ItemRules, seen: Facts, line: Line) -> int | None:
    for rule in rules.price_limit:
        if concerns(rule, seen):
            limit = number(rule.address, value_of(rule, PriceLimit).at_most, seen)
            if limit is None:
                return -1
            return int(limit * 100) if (limit * 100).denominator == 1 and limit >= 0 else None
    return -1 if line.price_limit is None else OWN


def _first(rules: ItemRules, seen: Facts, line: Line, line_class: object) -> tuple[int, ...] | None:
    for rule in rules.first_pay:
        if concerns(rule, seen):
            value = value_of(rule, FirstPay)
            rate = ratio(rule.address, value.rate, seen)
            above = -1 if value.above is None else finite(rule.address, value.above, seen) * _PRICE
            whole = int(above) if above.denominator == 1 and (above >= 0 or value.above is None) else None
            return None if whole is None else (rate.numerator, rate.denominator, whole)
    if line.first_pay_rate is not None:
        return OWN, 1
    return None if line_class == "乙" else (0, 1)


def _half_up(numerator: Numbers, denominator: Numbers | int) -> Numbers:
    return (2 * numerator + denominator) // (2 * denominator)


def _decimal(column: pa.ChunkedArray, empty: int) -> Numbers:
    """Decimals as whole numbers of their last place; they have at most 18 digits, so the low half holds all of them."""
    chunks = [_of_chunk(chunk, empty) for chunk in column.chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.int64)


def _of_chunk(chunk: pa.Array, empty: int) -> Numbers:
    halves = np.frombuffer(chunk.buffers()[1], dtype=np.int64)[2 * chunk.offset : 2 * (chunk.offset + len(chunk))]
    return np.where(np.asarray(chunk.is_null()), empty, halves[::2])
