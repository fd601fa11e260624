"""Lines of many claims split at once: the rules are looked up once for all lines alike.

Source of the split: `engines.benefits.split`; a line that cannot be done in whole numbers sends its claim to the plain
step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tongchou.engines.benefits.bulk.columns import Claims, Flags, Numbers, index_in, numbers
from tongchou.engines.benefits.bulk.kinds import Kinds, Small, Told, told_apart, words
from tongchou.engines.benefits.bulk.sources import Source, apart
from tongchou.engines.benefits.bulk.splitting import OWN, PLAIN_LINE, SELF_PAID, SPLIT
from tongchou.engines.benefits.bulk.uses import Uses
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.from_tables import PARTS
from tongchou.engines.benefits.plan import Plan
from tongchou.engines.benefits.split import CLASSES, ItemRules, _not_approved, concerns, line_facts
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.values import finite, number, ratio, value_of
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.model import FirstPay, PriceLimit
from tongchou.ground.region.vocabulary import LINE_FACTS
from tongchou.ground.tables.alike import Alike

_PRICE = 1_000_000
_MOST_PAIRS = 1 << 22
"""Kinds of claims times kinds of lines for which there is a table of all pairs."""
_ALWAYS = ("item", "class", "limited_use", "approved")
_OWN_TERMS = ("price_limit", "first_pay_rate", "inscp_scp_amt", "original_line_id")
"""What a line may say itself: the rules look whether it does."""
_APART = apart("lines")


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
    """The lines of the claims, those of a claim one after another. Money in fen, quantity in 1/10,000.

    `claim` is the place of the claim of each; lines of claims that are not there are left out.
    """

    def __init__(self, table: pa.Table, claims: Claims) -> None:
        self.table, self.claim, order = _by_claim(table, claims)
        alike = claims.joins.alike("lines")
        self.own = Source(self.table, alike if alike is None or order is None else Alike(alike.of[order], alike.rows))
        self.count = len(self.claim)
        self.amount = numbers(self.table["amount"])

    def groups(self, items: Sequence[str | None]) -> Small:
        """The item group of every line; a line without one belongs to the first."""
        item = self.own.words("item")
        place = np.maximum(0, index_in(item.list, pa.array(items, pa.string())))
        return np.append(0, place).astype(np.int32)[item.kinds.of][self.own.kind]

    def firsts(self, claims: int) -> Numbers:
        """The first line of every claim."""
        found = np.zeros(claims, dtype=np.int64)
        found[self.claim[::-1]] = np.arange(self.count - 1, -1, -1)
        return found

    def asked(self, uses: Uses, at: Numbers) -> list[Told]:
        """What the rules look at of the lines at these places: of what is asked, and of what they always look at."""
        told, *by_row = self._asked(uses)
        return [told.among(self.own.kind[at]), *(one.among(at) for one in by_row)]

    def _asked(self, uses: Uses) -> list[Told]:
        """The same of every kind of line, then what is looked at row by row."""
        asked = dict.fromkeys((*_ALWAYS, *sorted(uses.names & LINE_FACTS - {"unit_price", "fee_date"})))
        columns = [name for name in asked if name not in _APART]
        told = self.own.told(columns, sorted(uses.names - LINE_FACTS), _OWN_TERMS)
        return [told, *(words(self.table[name]).told() for name in asked if name in _APART)]

    def alike(self, uses: Uses, of_claim: Kinds, run: Any) -> Kinds:
        """Lines that the rules cannot tell apart. `of_claim`: the same of claims; `run`: the passes."""
        told, *by_row = self._asked(uses)
        pairs = of_claim.count * told.kinds.count
        if pairs > _MOST_PAIRS:
            lines = told_apart(self.count, [of_claim.among(self.claim), told.kinds.among(self.own.kind)])
        else:
            found, table = np.empty(self.count, dtype=np.int32), np.full(pairs, -1, dtype=np.int32)
            count = run.pair(of_claim.of, self.claim, told.kinds.of, self.own.kind, told.kinds.count, table, found)
            lines = Kinds(found, count)
        return told_apart(self.count, [lines, *(one.kinds for one in by_row)]) if by_row else lines

    def split(self, rows: list[LineRow], row_of: Small, run: Any) -> tuple[Numbers, Flags]:
        """The four parts of every line (4 × lines), and which lines could not be split here. `run`: the passes."""
        parts, plain = np.empty((len(PARTS), self.count), dtype=np.int64), np.zeros(self.count, dtype=np.bool_)
        for own, name in zip(parts, PARTS, strict=True):
            own[:] = numbers(self.table[name])
        of_kind = np.array([astuple(row) for row in rows], dtype=np.int64)
        said = [self._said(name) for name in ("quantity", "price_limit", "first_pay_rate", "price")]
        run.split_lines(of_kind, row_of, self.amount, *said, parts, plain)
        return parts, plain

    def _said(self, name: str) -> Numbers:
        """A column of numbers, left out where no line says anything."""
        column = self.table[name]
        return numbers(column if column.null_count < len(column) else column.slice(0, 0))


def line_row(engine: Engine, plan: Plan, claim: Claim, line: Line) -> LineRow:
    """What the item rules of a plan say of a line, as `split` does; PLAIN_LINE where whole numbers do not do."""
    try:
        return _line_row(plan, engine.facts_of(claim, State()).with_facts({"kind": plan.kind}), line)
    except ProblemError:
        return LineRow(PLAIN_LINE)


def _line_row(plan: Plan, facts: Facts, line: Line) -> LineRow:
    rules, seen = plan.items, line_facts(facts, line)
    if line.original is not None:
        return LineRow(PLAIN_LINE)
    if "item" in facts.pack.vocabulary.dimensions:
        seen.word("item")
    if line.given_parts is not None:
        return LineRow(SPLIT)
    line_class = CLASSES.get(str(line.facts.get("class", "")), line.facts.get("class"))
    if any(concerns(rule, seen) for rule in rules.exclude) or line_class == "丙" or _not_approved(line):
        return LineRow(SELF_PAID)
    if (rules.rounding.unit, rules.rounding.mode) != ("分", "half_up"):
        return LineRow(PLAIN_LINE)
    limit = _limit(rules, seen, line)
    first = _first(rules, seen, line, line_class)
    return LineRow(PLAIN_LINE) if limit is None or first is None else LineRow(SPLIT, limit, *first)


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


def _by_claim(table: pa.Table, claims: Claims) -> tuple[pa.Table, Small, Numbers | None]:
    """The lines of the claims, the claim of each, and the rows in which they stood before. In most files the lines of a
    claim stand together, and then the table stays as it is."""
    came = claims.joins.claim("lines")
    place = np.full(claims.count + 1, -1, dtype=np.int32)  # the last is for lines of no claim
    place[claims.order] = np.arange(claims.count)
    of_line = place[came]
    run = of_line[np.flatnonzero(np.diff(of_line, prepend=-2))]
    if (run >= 0).all() and (np.bincount(run) <= 1).all():
        return table, of_line, None
    order = np.argsort(of_line, kind="stable")[int((of_line < 0).sum()) :]
    return table.take(pa.array(order)), of_line[order], order
