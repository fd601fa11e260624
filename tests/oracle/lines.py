"""The split of every line into its four parts."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.oracle.book import Ledger
from tests.oracle.facts import Facts, Names, Refused, exact, holds
from tests.oracle.rounding import share_out, to_unit
from tests.oracle.terms import Terms, Version
from tongchou.engines.benefits.claim import Claim, Line

Parts = tuple[int, int, int, int]  # full_self_pay, over_limit, first_self_pay, in_scope


def split_lines(
    claim: Claim,
    facts: Facts,
    version_of: Callable[[Line], Version],
    earlier: Ledger[str, Parts | None],
    seen: set[str],
) -> tuple[list[Parts], dict[str, Parts]]:
    """The parts of every line in the order of the claim, and what is left of every line to be returned later."""
    parts: dict[str, Parts] = {}
    left: dict[str, Parts] = {}
    for line in claim.lines:
        if line.original is None:
            parts[line.id] = left[line.id] = _split(line, facts, version_of(line), seen)
    for line in claim.lines:
        if line.original is not None:
            seen.add("refund" if line.original in left else "refund of an earlier claim")
            parts[line.id] = _return(line, left, earlier)
    return [parts[line.id] for line in claim.lines], left


def _return(line: Line, left: dict[str, Parts], earlier: Ledger[str, Parts | None]) -> Parts:
    """A refund takes back its share of every part of the original; the last one exactly the rest."""
    assert line.original is not None
    original = left.get(line.original) or earlier.get(line.original, None)
    if original is None:
        raise Refused(code="C013")
    if -line.amount > sum(original):
        raise Refused(code="C012")
    back = share_out(-line.amount, original, original)
    left[line.original] = tuple(o - b for o, b in zip(original, back, strict=True))
    return tuple(-b for b in back)


def _split(line: Line, facts: Facts, version: Version, seen: set[str]) -> Parts:
    """Full self-pay, then over the limit, then first self-pay of the rest, then in scope."""
    if line.given_parts is not None:
        if sum(line.given_parts) != line.amount:
            raise Refused(code="C025")
        seen.add("line arrives split")
        return line.given_parts
    known = line_facts(line)
    names = facts.for_line(known)
    terms = version.of(None)
    approved = known.get("approved")
    refused_use = approved == "2" or (known.get("limited_use") == "1" and approved != "1")
    if refused_use or known.get("class") == "丙" or terms.ask("exclude", is_excluded, names, seen):
        seen.add("line excluded")
        return line.amount, 0, 0, 0
    rounding = terms.one("items.rounding")
    unit, mode = (rounding.unit, rounding.mode) if rounding else ("分", "half_up")
    limit = _price_limit(line, terms, names, seen)
    over = 0
    if limit is not None:
        over = min(line.amount, to_unit(max(Fraction(0), line.amount - limit * line.quantity), unit, mode))
    rest = line.amount - over
    first = min(rest, to_unit(_first_pay(line, rest, terms, names, seen), unit, mode))
    if over:
        seen.add("price over limit")
    if first:
        seen.add("first pay")
    return 0, over, first, rest - first


def line_facts(line: Line) -> dict[str, Any]:
    known = {**line.facts}
    if line.item is not None:
        known["item"] = line.item
    if line.unit_price is not None:
        known["unit_price"] = line.unit_price
    return known


def _price_limit(line: Line, terms: Terms, names: Names, seen: set[str]) -> Fraction | None:
    """Fen a unit: the first rule that matches, else what came with the line."""
    if not terms.all("items.price_limit.*"):
        return line.price_limit
    found = terms.ask("price limit", price_limit, names, seen)
    return line.price_limit if found is None else found[0]


def _first_pay(line: Line, rest: int, terms: Terms, names: Names, seen: set[str]) -> Fraction:
    """Exact fen of first self-pay: a share of the rest, or of the slice of the price above a threshold.

    The slice is at most the rest: what is over the price limit is paid already.
    """
    found = terms.ask("first pay", first_pay, names, seen)
    if found is not None:
        rate, above = found
        if above is None:
            return rate * rest
        seen.add("first pay on a price slice")
        price = line.unit_price if line.unit_price is not None else Fraction(line.amount, 100) / line.quantity
        return rate * min(rest, max(Fraction(0), price - above) * 100 * line.quantity)
    if line.first_pay_rate is not None:
        return line.first_pay_rate * rest
    if line.facts.get("class") == "乙":
        raise Refused(code="C011")
    return Fraction(0)


def is_excluded(terms: Terms, names: Names, seen: set[str]) -> bool:
    return any(holds(rule.tree, names) for rule in terms.all("items.exclude.*"))


def price_limit(terms: Terms, names: Names, seen: set[str]) -> tuple[Fraction | None] | None:
    """Of the first rule that matches, fen a unit or None for no limit; nothing at all when none matches."""
    for rule in terms.all("items.price_limit.*"):
        if holds(rule.tree, names):
            yuan = exact(rule.at_most, names)
            return (None if yuan is None else yuan * 100,)
    return None


def first_pay(terms: Terms, names: Names, seen: set[str]) -> tuple[Fraction, Fraction | None] | None:
    """The rate of the first rule that matches, and the unit price above which it is taken, if it says so."""
    for rule in terms.all("items.first_pay.*"):
        if holds(rule.tree, names):
            above = None if rule.above is None else exact(rule.above, names) or Fraction(0)
            return exact(rule.rate, names) or Fraction(0), above
    return None
