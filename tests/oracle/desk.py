"""The claim on the desk while it goes through its layers: names, pots, what is counted, what was exercised."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Any

from tests.oracle.book import Book, Key, Spans
from tests.oracle.facts import Facts, Names, exact, holds
from tests.oracle.rounding import fen_of
from tests.oracle.terms import Law, Term, Terms
from tongchou.engines.benefits.claim import PARTS, Claim
from tongchou.ground.region.pack import Pack

Cell = tuple[str, str | None]
REMAINDERS = ("deductible_part", "own_share", "over_cap")


@dataclass
class Desk:
    pack: Pack
    law: Law
    scheme_terms: Terms
    claim: Claim
    facts: Facts
    spans: Spans
    book: Book  # the earlier claims; not changed before this one is settled
    given: dict[str, int]  # amounts that came with the claim and no part has used yet
    cells: list[Cell] = field(default_factory=list)  # with money in them, part by part
    reduction: Fraction = Fraction(1)
    pots: dict[str, list[int]] = field(default_factory=dict)
    counted: Counter[Key] = field(default_factory=Counter)  # by this claim
    spent: Counter[tuple[str, str]] = field(default_factory=Counter)  # of account balances, by this claim
    seen: set[str] = field(default_factory=set)

    # counters

    def key(self, owner: str, measure: str, period: str, each: str | None) -> Key | None:
        """The counter of a period; None for a single claim, which has nothing before it."""
        span = self.spans.label(period)
        if span is None:
            return None
        name = f"{owner}.{measure}/{period}" + (f"/{each}" if each is not None else "")
        holder = self.claim.person_id
        if each == "household":
            return Key(name, self.claim.household_id or holder, span)
        heading = "" if each is None or each == "person" else str(self.facts(each))
        return Key(name, holder, span, heading)

    def so_far(self, key: Key | None) -> int:
        """Counted by earlier claims and by earlier layers of this one."""
        return 0 if key is None else self.book.amounts.get(key, 0) + self.counted.get(key, 0)

    def count(self, keys: set[Key | None], amount: int) -> None:
        for key in keys:
            if key is not None:
                self.counted[key] += amount

    # caps

    def limits(self, terms: Terms, measure: str, owner: str) -> list[tuple[int, Term]]:
        """The room under every cap on this measure that applies to this claim."""
        if not terms.caps(measure):
            return []
        rooms = []
        for most, cap in terms.ask(measure, CAPS[measure], self.facts, self.seen):
            so_far = self.so_far(self.key(owner_of(cap, owner), cap.of, cap.per, cap.each))
            rooms.append((max(0, most - so_far), cap))
        return rooms

    def see(self, *families: str) -> None:
        self.seen.update(families)


def caps_that_hold(measure: str, terms: Terms, names: Names, seen: set[str]) -> list[tuple[int, Term]]:
    """What every cap allows that is not without limit, in fen."""
    most = [(exact(cap.at_most, names, seen), cap) for cap in terms.caps(measure) if holds(cap.tree, names)]
    return [(fen_of(yuan), cap) for yuan, cap in most if yuan is not None]


CAPS = {measure: partial(caps_that_hold, measure) for measure in ("entering", "covered", "paid")}


def owner_of(cap: Term, layer: str) -> str:
    """Who counts for a cap: a pool; the cap itself when it only sometimes applies; else the layer."""
    if cap.pool is not None:
        return f"pool:{cap.pool}"
    return layer if cap.tree is None else cap.address


def cells_for(pack: Pack) -> list[Cell]:
    """Every part of a line with every item word, part by part; without item groups one cell a part."""
    dimension: Any = pack.vocabulary.dimensions.get("item")
    words = dimension.words if dimension is not None else (None,)
    return [(part, word) for part in PARTS for word in words]
