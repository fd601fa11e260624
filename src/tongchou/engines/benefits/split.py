"""Split lines into full self-pay, over-limit, first self-pay and in-scope, in this order, rounded line by line.

Source: national interface, section on lines (先自费、后超限价、再先行自付、余为符合范围); BEN-07, JM-12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from tongchou.engines.benefits.claim import Line
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.state import SettledLine
from tongchou.engines.benefits.values import finite, holds, number, ratio, value_of
from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.ground.money import MAX_FEN, UNITS, allocate, round_fraction
from tongchou.ground.region.model import FirstPay, PriceLimit, Rounding
from tongchou.ground.region.pack import Declared

Parts = tuple[int, int, int, int]
CLASSES = {"01": "甲", "02": "乙", "03": "丙"}


@dataclass(frozen=True)
class SplitLine:
    """A line with its four parts (fen), its item group and the facts of policy that split it."""

    line: Line
    item: str | None
    parts: Parts
    rules: tuple[Declared, ...]


@dataclass(frozen=True)
class ItemRules:
    """The item rules in force for a scheme, each kind in written order."""

    exclude: Sequence[Declared] = ()
    first_pay: Sequence[Declared] = ()
    price_limit: Sequence[Declared] = ()
    rounding: Rounding = field(default_factory=Rounding)


def line_facts(facts: Facts, line: Line) -> Facts:
    """The claim's facts with those of one line on top."""
    more = dict(line.facts)
    if line.item is not None:
        more["item"] = line.item
    if line.unit_price is not None:
        more["unit_price"] = line.unit_price
    return facts.with_facts(more)


def concerns(rule: Declared, line: Facts) -> bool:
    """Whether an item rule is in force for a line and holds; one dated by fee looks at the line's own fee time."""
    if rule.by == "fee":
        if not line.has("fee_date"):
            raise fail("C023", address=rule.address, by="fee")
        if not rule.covers(line("fee_date")):
            return False
    return holds(rule, line)


def split_lines(
    rules: ItemRules, facts: Facts, lines: Sequence[Line], settled: dict[str, SettledLine]
) -> list[SplitLine]:
    """Every line split; refunds return exactly what their original was split into.

    Raises:
        ProblemError: with the problem of every line that cannot be split.
    """
    known = dict(settled)
    problems: list[Problem] = []
    ordered = sorted(range(len(lines)), key=lambda i: lines[i].amount < 0)  # what returns comes after what it returns
    found: dict[int, SplitLine] = {}
    for i in ordered:
        line = lines[i]
        try:
            split = _refund(rules, facts, line, known) if line.amount < 0 else _split(rules, facts, line)
        except ProblemError as error:
            problems += [replace(p, details={"line": line.id, **p.details}) for p in error.problems]
            continue
        if line.amount >= 0:
            known[line.id] = SettledLine(split.parts)
        found[i] = split
    if problems:
        raise ProblemError(*problems)
    return [found[i] for i in range(len(lines))]


def _split(rules: ItemRules, facts: Facts, line: Line) -> SplitLine:
    if not 0 <= line.amount <= MAX_FEN:
        raise fail("C010", value=line.amount)
    own = line_facts(facts, line)
    item = own.word("item") if "item" in facts.pack.vocabulary.dimensions else None
    if line.given_parts is not None:
        if sum(line.given_parts) != line.amount or min(line.given_parts) < 0:
            raise fail("C025", line=line.id)
        return SplitLine(line, item, line.given_parts, ())
    excluded = next((r for r in rules.exclude if concerns(r, own)), None)
    line_class = CLASSES.get(str(line.facts.get("class", "")), line.facts.get("class"))
    if excluded is not None or line_class == "丙" or _not_approved(line):
        return SplitLine(line, item, (line.amount, 0, 0, 0), (excluded,) if excluded else ())
    limit, limit_rule = _price_limit(rules, own, line)
    over = 0 if limit is None else _rounded(rules, max(Fraction(0), line.amount - limit * line.quantity), line.amount)
    first, first_rule = _first_pay(rules, own, line, line.amount - over, line_class)
    used = tuple(r for r in (limit_rule, first_rule) if r is not None)
    return SplitLine(line, item, (0, over, first, line.amount - over - first), used)


def _rounded(rules: ItemRules, amount: Fraction, most: int) -> int:
    return min(most, round_fraction(amount, UNITS[rules.rounding.unit], rules.rounding.mode))


def _not_approved(line: Line) -> bool:
    """Limited-use items need the hospital's approval; its refusal makes any item self-paid (interface 8.4)."""
    limited, approved = str(line.facts.get("limited_use", "0")), str(line.facts.get("approved", "0"))
    return approved == "2" or (limited == "1" and approved != "1")


def _price_limit(rules: ItemRules, own: Facts, line: Line) -> tuple[Fraction | None, Declared | None]:
    """The limit in fen a unit."""
    for rule in rules.price_limit:
        if concerns(rule, own):
            limit = number(rule.address, value_of(rule, PriceLimit).at_most, own)
            return (None if limit is None else limit * 100), rule
    return (None if line.price_limit is None else Fraction(line.price_limit)), None


def _first_pay(rules: ItemRules, own: Facts, line: Line, rest: int, line_class: object) -> tuple[int, Declared | None]:
    for rule in rules.first_pay:
        value = value_of(rule, FirstPay)
        if concerns(rule, own):
            rate = ratio(rule.address, value.rate, own)
            base = Fraction(rest)
            if value.above is not None:
                above = finite(rule.address, value.above, own)
                slice_ = max(Fraction(0), _unit_price(line) - above) * line.quantity * 100
                base = min(base, slice_)
            return _rounded(rules, base * rate, rest), rule
    if line.first_pay_rate is not None:
        return _rounded(rules, rest * line.first_pay_rate, rest), None
    if line_class == "乙":
        raise fail("C011", line=line.id)
    return 0, None


def _unit_price(line: Line) -> Fraction:
    if line.unit_price is not None:
        return line.unit_price
    if line.quantity == 0:
        raise fail("C003", name="unit_price")
    return Fraction(line.amount, 100) / line.quantity


def _refund(rules: ItemRules, facts: Facts, line: Line, known: dict[str, SettledLine]) -> SplitLine:
    original = known.get(line.original or "")
    if original is None:
        raise fail("C013", line=line.id, original=line.original or "-")
    left = [a - b for a, b in zip(original.parts, original.returned_parts, strict=True)]
    if -line.amount > sum(left):
        raise fail("C012", line=line.id)
    back = allocate(-line.amount, left, left)
    known[line.original or ""] = original.less(back)
    own = line_facts(facts, line)
    item = own.word("item") if "item" in facts.pack.vocabulary.dimensions else None
    full, over, first, scope = (-amount for amount in back)
    return SplitLine(line, item, (full, over, first, scope), ())
