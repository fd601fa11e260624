"""Bands and ratios: where expense lies on the scale, what it is paid at, and which expense a payment stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from tests.oracle.facts import Facts, Names, Refused, exact, holds
from tests.oracle.remembered import Remembered
from tests.oracle.rounding import fen_of
from tests.oracle.terms import Term, Terms

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass
class Band:
    """A row of the scale: from `lower` to `upper` (None: open), with the ratio of its cell."""

    lower: int
    upper: int | None
    cell: Fraction


@dataclass
class Scale:
    """The rows in force for claims that give the same facts, and what was found out about their ratios."""

    terms: Terms
    bands: list[Band]
    by_item: bool  # some ratio asks for the item group
    ratios: dict[tuple[int, int], Remembered[list[Fraction]]] = field(default_factory=dict)  # by the reduction


def fund_scale(terms: Terms, names: Names, seen: set[str]) -> Scale:
    return scale_of(terms, read_bands(terms, names, None, seen))


def account_scale(terms: Terms, names: Names, seen: set[str]) -> Scale:
    """An account pays everything unless an article says how much."""
    return scale_of(terms, read_bands(terms, names, ONE, seen))


def scale_of(terms: Terms, bands: list[Band]) -> Scale:
    kinds = ("own_ratio.*", "factor.*", "adjust.*")
    return Scale(terms, bands, any(term.asks_item for kind in kinds for term in terms.all(kind)))


def read_bands(terms: Terms, names: Names, default: Fraction | None, seen: set[str]) -> list[Band]:
    """The rows for this claim; a single ratio is one open band from zero."""
    table = terms.one("bands")
    if table is None:
        ratio = terms.one("ratio")
        cell = exact(ratio.pay, names, seen) if ratio is not None else default
        if cell is None:
            raise Refused(code="C026")
        return [Band(0, None, cell)]
    bands = []
    lower = 0
    for row in table.rows:
        yuan = None if row.upto is None else exact(row.upto, names, seen)
        upper = None if yuan is None else fen_of(yuan)
        if upper is not None and upper <= lower:
            raise Refused(code="C017")
        share = exact(row.pay if row.pay is not None else row.own, names, seen)
        assert share is not None
        bands.append(Band(lower, upper, share if row.pay is not None else 1 - share))
        lower = upper if upper is not None else lower
    return bands


class Ratios:
    """r(band, item): cell or own ratio, factors, points, the reduction of a guard, clamp, at last 0 to 1."""

    def __init__(self, scale: Scale, facts: Facts, reduction: Fraction, seen: set[str]) -> None:
        self.facts, self.seen, self.by_item = facts, seen, scale.by_item
        reduced = reduction.numerator, reduction.denominator
        if reduced not in scale.ratios:
            scale.ratios[reduced] = Remembered(partial(ratios, scale, reduction))
        self.remembered = scale.ratios[reduced]
        self.known: dict[str | None, list[Fraction]] = {}

    def of(self, item: str | None) -> list[Fraction]:
        """The ratio of every band for one item group."""
        group = item if self.by_item else None
        if group not in self.known:
            names = self.facts.for_item(group) if self.by_item else self.facts
            self.known[group] = self.remembered.ask(names, self.seen)
        return self.known[group]


def ratios(scale: Scale, reduction: Fraction, names: Names, seen: set[str]) -> list[Fraction]:
    """Of every band, for the item group that the names give."""
    terms = scale.terms
    own = next((t for t in terms.all("own_ratio.*") if holds(t.tree, names)), None)
    own_pay = None if own is None else exact(own.pay, names, seen)
    factors = [t for t in terms.all("factor.*") if holds(t.tree, names)]
    points = _points([t for t in terms.all("adjust.*") if holds(t.tree, names)], names, seen)
    clamp = terms.one("clamp")
    least = None if clamp is None or clamp.at_least is None else exact(clamp.at_least, names, seen)
    most = None if clamp is None or clamp.at_most is None else exact(clamp.at_most, names, seen)
    if own is not None:
        seen.add("own ratio of an item group")
    ratios = []
    for band in scale.bands:
        ratio = band.cell if own_pay is None else own_pay
        for factor in factors:
            ratio = _multiply(ratio, factor, names, seen)
        before = ratio + points
        if reduction != 1:
            before *= reduction
        after = before
        if least is not None and after < least:
            after = least
        if most is not None and after > most:
            after = most
        after = ZERO if after.numerator < 0 else ONE if after.numerator > after.denominator else after
        if after is not before:
            seen.add("clamp")
        ratios.append(after)
    return ratios


def _points(adjustments: Sequence[Term], names: Names, seen: set[str]) -> Fraction:
    """The sum of all plain points and, of every `highest_of` group, only the highest; one point is a hundredth."""
    total = ZERO
    groups: dict[str, list[Fraction]] = {}
    for term in adjustments:
        points = exact(term.points, names, seen) or ZERO
        if term.highest_of is None:
            total += points
        else:
            groups.setdefault(term.highest_of, []).append(points)
        seen.add("bonus points" if points > 0 else "penalty points")
    for group in groups.values():
        if len(group) > 1:
            seen.add("highest of several points")
        total += max(group)
    return total / 100


def _multiply(ratio: Fraction, factor: Term, names: Names, seen: set[str]) -> Fraction:
    if factor.pay is not None:
        seen.add("factor of the payment")
        return ratio * (exact(factor.pay, names, seen) or ZERO)
    seen.add("factor of the own share")
    return 1 - (1 - ratio) * (exact(factor.own_share, names, seen) or ZERO)


def lengths_by_expense(bands: Sequence[Band], start: int, length: int) -> list[Fraction | int]:
    """How much of [start, start + length] lies in every band."""
    end = start + length
    return [max(0, (end if band.upper is None else min(end, band.upper)) - max(start, band.lower)) for band in bands]


def lengths_by_payment(
    bands: Sequence[Band], average: Sequence[Fraction], start: int, length: int
) -> list[Fraction | int]:
    """How much expense every band takes when its edges count what was paid, `start` having been paid before."""
    lengths: list[Fraction | int] = []
    paid, left = Fraction(start), Fraction(length)
    for band, ratio in zip(bands, average, strict=True):
        room = None if band.upper is None else max(0, band.upper - paid)
        if room == 0 or left == 0:
            lengths.append(ZERO)
            continue
        taken = left if room is None or ratio == 0 else min(left, room / ratio)
        lengths.append(taken)
        left -= taken
        paid += taken * ratio
    return lengths


def expense_for(payment: int, lengths: Sequence[Fraction | int], average: Sequence[Fraction]) -> Fraction | None:
    """The least expense from the bottom of the scale for which the bands pay so much; None when they never do."""
    expense, missing = ZERO, Fraction(payment)
    for length, ratio in zip(lengths, average, strict=True):
        if missing == 0:
            return expense
        if ratio > 0 and missing <= length * ratio:
            return expense + missing / ratio
        expense += length
        missing -= length * ratio
    return expense if missing == 0 else None
