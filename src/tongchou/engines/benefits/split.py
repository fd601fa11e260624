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
from tongchou.ground.money import MAX_FEN, UNITS, allocate, round_ratio
from tongchou.ground.region.model import FirstPay, PriceLimit, Rounding
from tongchou.ground.region.pack import Declared

Parts = tuple[int, int, int, int]
GIVEN, SELF_PAID, SPLIT = 0, 1, 2
ONE = Fraction(1)
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


@dataclass(frozen=True)
class LineRule:
    """What the item rules make of a line and of every line alike.

    `way`: its parts are GIVEN, it is SELF_PAID, or SPLIT: by `limit` (fen a unit; None: none) or the line's own one,
    and by `rate` or the line's own one, on the whole or only on what lies `above` a unit price (yuan). `used`: the
    rules that say so.
    """

    item: str | None
    way: int
    used: tuple[Declared, ...] = ()
    own_limit: bool = False
    limit: Fraction | None = None
    own_rate: bool = False
    rate: Fraction = Fraction(0)
    above: Fraction | None = None


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
    rule = rule_of(rules, facts, line)
    return SplitLine(line, rule.item, counted(rule, rules.rounding, line), rule.used)


def rule_of(rules: ItemRules, facts: Facts, line: Line) -> LineRule:
    """What the item rules say of a line, whatever its amount, quantity and price."""
    own = line_facts(facts, line)
    item = own.word("item") if "item" in facts.pack.vocabulary.dimensions else None
    if line.given_parts is not None:
        return LineRule(item, GIVEN)
    excluded = next((r for r in rules.exclude if concerns(r, own)), None)
    line_class = CLASSES.get(str(line.facts.get("class", "")), line.facts.get("class"))
    if excluded is not None or line_class == "丙" or _not_approved(line):
        return LineRule(item, SELF_PAID, (excluded,) if excluded else ())
    own_limit, limit, limit_rule = _price_limit(rules, own, line)
    own_rate, rate, above, rate_rule = _first_pay(rules, own, line, line_class)
    used = tuple(r for r in (limit_rule, rate_rule) if r is not None)
    return LineRule(item, SPLIT, used, own_limit, limit, own_rate, rate, above)


def counted(rule: LineRule, rounding: Rounding, line: Line) -> Parts:
    """The four parts of a line, fen. Raises C025, and C003 where a rule asks for a unit price that cannot be told."""
    amount = line.amount
    if rule.way == GIVEN:
        assert line.given_parts is not None
        if sum(line.given_parts) != amount or min(line.given_parts) < 0:
            raise fail("C025", line=line.id)
        return line.given_parts
    if rule.way == SELF_PAID:
        return amount, 0, 0, 0
    limit = line.price_limit if rule.own_limit else rule.limit
    over = 0
    if limit is not None:
        over = _rounded(rounding, max(Fraction(0), amount - limit * line.quantity), amount)
    rest = amount - over
    rate = line.first_pay_rate if rule.own_rate else rule.rate
    base: Fraction | int = rest
    if rule.above is not None:
        slice_ = max(Fraction(0), _unit_price(line) - rule.above) * line.quantity * 100
        base = min(slice_, Fraction(rest))
    first = _rounded(rounding, base, rest, rate) if rate else 0
    return 0, over, first, rest - first


def _rounded(rounding: Rounding, amount: Fraction | int, most: int, rate: Fraction = ONE) -> int:
    """`amount × rate`, rounded as declared and no more than `most`."""
    numerator, denominator = amount.numerator * rate.numerator, amount.denominator * rate.denominator
    return min(most, round_ratio(numerator, denominator, UNITS[rounding.unit], rounding.mode))


def _not_approved(line: Line) -> bool:
    """Limited-use items need the hospital's approval; its refusal makes any item self-paid (interface 8.4)."""
    limited, approved = str(line.facts.get("limited_use", "0")), str(line.facts.get("approved", "0"))
    return approved == "2" or (limited == "1" and approved != "1")


def _price_limit(rules: ItemRules, own: Facts, line: Line) -> tuple[bool, Fraction | None, Declared | None]:
    """Whether the line's own limit counts, else the limit in fen a unit, and the rule that says so."""
    for rule in rules.price_limit:
        if concerns(rule, own):
            limit = number(rule.address, value_of(rule, PriceLimit).at_most, own)
            return False, (None if limit is None else limit * 100), rule
    return line.price_limit is not None, None, None


def _first_pay(
    rules: ItemRules, own: Facts, line: Line, line_class: object
) -> tuple[bool, Fraction, Fraction | None, Declared | None]:
    """Whether the line's own rate counts, else the rate, the unit price (yuan) above which it counts, and the rule."""
    for rule in rules.first_pay:
        value = value_of(rule, FirstPay)
        if concerns(rule, own):
            rate = ratio(rule.address, value.rate, own)
            return False, rate, None if value.above is None else finite(rule.address, value.above, own), rule
    if line.first_pay_rate is None and line_class == "乙":
        raise fail("C011", line=line.id)
    return line.first_pay_rate is not None, Fraction(0), None, None


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
