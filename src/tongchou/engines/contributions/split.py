"""The arithmetic of contributions on whole columns of fen; one person is a column of one.

Rules CON-01 … CON-11. Whatever is moved, the parts of a levy sum to it: a part is never more than what is left when
its turn comes, and shifts take from one payer what they give to another.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tongchou.engines.contributions.terms import BaseTerms, CreditTerms, LevyTerms, PartTerms, ShiftTerms
from tongchou.ground.money import HALF_UP, round_fraction, scale

Ints = NDArray[np.int64]
_ROOM = 2**62


def scaled(values: Ints, rate: Fraction, unit: int = 1, mode: str = HALF_UP) -> Ints:
    """`values × rate`, rounded; in Python's whole numbers where 64 bits would not hold the product."""
    most = int(values.max(initial=0))
    if 2 * most * rate.numerator + 2 * rate.denominator * unit < _ROOM:
        return np.asarray(scale(values, rate, unit, mode), dtype=np.int64)
    return np.array([scale(int(v), rate, unit, mode) for v in values], dtype=np.int64)


def base_of(base: BaseTerms, own: Ints | None, size: int) -> Ints:
    """The base of each person in fen: own figure (rounded as declared), not below the floor nor above the ceiling."""
    if own is not None:
        found = own if base.unit == 1 else scaled(own, Fraction(1), base.unit, base.mode)
    else:
        found = np.full(size, round_fraction(base.value, base.unit, base.mode), dtype=np.int64)
    found = np.maximum(found, base.low)
    return found if base.high is None else np.minimum(found, base.high)


def whole_of(levy: LevyTerms, base: Ints) -> Ints:
    """The whole levy of each person in fen; `base` gives the number of people where the levy is an amount."""
    if levy.rate is not None:
        return scaled(base, levy.rate, levy.unit, levy.mode)
    assert levy.amount is not None
    return np.full(len(base), round_fraction(levy.amount, levy.unit, levy.mode), dtype=np.int64)


@dataclass
class Borne:
    """What a payer bears: of its own accord (`via` empty) or because a shift put it there."""

    part: PartTerms
    via: str
    cite: str
    fen: Ints


def split(levy: LevyTerms, base: Ints, whole: Ints) -> list[Borne]:
    """The parts of a levy before anything is shifted; they sum to `whole` for every person."""
    if levy.odd is None:
        amounts = _by_largest_remainder(levy, whole)
    else:
        amounts = _in_order(levy, base, whole)
    return [Borne(part, "", levy.cite, fen) for part, fen in zip(levy.parts, amounts, strict=True)]


def _in_order(levy: LevyTerms, base: Ints, whole: Ints) -> list[Ints]:
    left = whole.copy()
    found: dict[int, Ints] = {}
    for i, part in enumerate(levy.parts):
        if part.payer != levy.odd:
            found[i] = np.minimum(_part_of(part, base, whole), left)
            left -= found[i]
    odd = next(i for i, part in enumerate(levy.parts) if part.payer == levy.odd)
    found[odd] = left
    return [found[i] for i in range(len(levy.parts))]


def _part_of(part: PartTerms, base: Ints, whole: Ints) -> Ints:
    if part.rate is not None:
        return scaled(base, part.rate, mode=part.mode)
    if part.part is not None:
        return scaled(whole, part.part, mode=part.mode)
    assert part.amount is not None
    return np.full(len(whole), round_fraction(part.amount, mode=part.mode), dtype=np.int64)


def _by_largest_remainder(levy: LevyTerms, whole: Ints) -> list[Ints]:
    """As `ground.money.allocate` does without caps, for all people at once; earlier parts first among equals."""
    exact = [next(x for x in (p.rate, p.amount, p.part) if x is not None) for p in levy.parts]
    total = sum(exact) or Fraction(1)
    shares = [e / total for e in exact] if any(exact) else [Fraction(1, len(exact))] * len(exact)
    floors = np.stack([scaled(whole, s, mode="down") for s in shares])
    left: Ints = whole - floors.sum(axis=0)
    common = lcm(*(s.denominator for s in shares))
    rests = np.stack([_rest(whole, s, common) for s in shares])
    rank = np.argsort(np.argsort(-rests, axis=0, kind="stable"), axis=0, kind="stable")
    return list(floors + (rank < left))


def _rest(whole: Ints, share: Fraction, common: int) -> Ints:
    """What the floor of `whole × share` leaves, in parts of `common`; the product is taken modulo, to stay small."""
    return (whole % share.denominator) * share.numerator % share.denominator * (common // share.denominator)


def shifted(borne: list[Borne], shift: ShiftTerms) -> list[Borne]:
    """The same money after one shift. What was a payer's own is taken first, then what earlier shifts gave it."""
    sources = [b for b in borne if b.part.payer in shift.sources]
    if not sources:
        return borne
    held: Ints = sum((b.fen for b in sources), np.zeros_like(sources[0].fen))
    moved = scaled(held, shift.part)
    if shift.at_most is not None:
        moved = np.minimum(moved, shift.at_most)
    left = moved.copy()
    kept = []
    for b in borne:
        if b.part.payer in shift.sources:
            taken = np.minimum(b.fen, left)
            left -= taken
            kept.append(Borne(b.part, b.via, b.cite, b.fen - taken))
        else:
            kept.append(b)
    given, rest = [], moved.copy()
    for part in shift.to:
        if not part.is_rest:
            assert part.part is not None
            fen = np.minimum(scaled(moved, part.part, mode=part.mode), rest)
            given.append(Borne(part, shift.name, shift.cite, fen))
            rest -= fen
    last = next((p for p in shift.to if p.is_rest), None)
    if last is not None:
        given.append(Borne(last, shift.name, shift.cite, rest))
    else:
        given[-1].fen = given[-1].fen + rest  # parts without a rest: the last takes the odd fen
    return kept + given


def credit_of(credit: CreditTerms, base: Ints, borne: dict[str, list[Borne]]) -> Ints:
    """What an account is credited: `borne` holds the parts of each levy by its name."""
    if credit.rate is not None:
        return scaled(base, credit.rate, credit.unit, credit.mode)
    if credit.amount is not None:
        return np.full(len(base), round_fraction(credit.amount, credit.unit, credit.mode), dtype=np.int64)
    total = np.zeros(len(base), dtype=np.int64)
    for payer, share in credit.shares:
        for b in borne.get(str(credit.levy), ()):
            if b.part.payer == payer:
                total += scaled(b.fen, share, credit.unit, credit.mode)
    return total
