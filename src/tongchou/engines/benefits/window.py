"""Layers that run at year end or on application: their input is what settlements of a window left unpaid.

The layer's visit kind is declared like any other; the claim built here carries the remainders as lines already split,
and its result is a payment to the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongchou.engines.benefits.claim import PARTS, Claim, Line, Settlement
from tongchou.engines.benefits.engine import Engine


def remainders(settlements: Sequence[Settlement]) -> dict[tuple[str, str | None], int]:
    """What is left in pots, by line part of origin and item group, summed over settlements (fen)."""
    left: dict[tuple[str, str | None], int] = {}
    for settlement in settlements:
        for part in settlement.notes.get("parts", (settlement,)):
            for k, cell in enumerate(part.cells):
                amount = sum(pot[k] for pot in part.pots.values())
                left[cell] = left.get(cell, 0) + amount
    return {cell: amount for cell, amount in left.items() if amount}


def window_claim(
    settlements: Sequence[Settlement], kind: str, day: date, facts: Mapping[str, Any], claim_id: str
) -> Claim | None:
    """The claim of one person's window for a visit kind, dated `day`; None when nothing is left to help with.

    `settlements` are one person's live settlements of the window under one scheme. Person facts come with `facts`.
    """
    left = remainders(settlements)
    if not left:
        return None
    lines = []
    for i, ((part, item), amount) in enumerate(left.items(), 1):
        full, over, first, scope = (amount if part == name else 0 for name in PARTS)
        lines.append(Line(f"{claim_id}/{i}", amount, item, given_parts=(full, over, first, scope)))
    last = settlements[-1].claim
    return Claim(
        id=claim_id,
        person_id=last.person_id,
        scheme=last.scheme,
        kind=kind,
        facts={**facts, "admitted": day, "discharged": day, "settled": day},
        lines=tuple(lines),
        household_id=last.household_id,
    )


def year_end_claims(engine: Engine, settlements: Sequence[Settlement]) -> list[Claim]:
    """The claims that year-end layers make of one household's live settlements, by person, scheme, year and kind.

    They are dated on the last day of the insurance year and carry the person facts of the year's last settlement.
    """
    groups: dict[tuple[str, str, str], list[Settlement]] = {}
    for settlement in settlements:
        claim = settlement.claim
        if claim.kind in year_end_kinds(engine, claim.scheme):
            continue  # what year-end help left over is not to be helped with again
        groups.setdefault((claim.person_id, claim.scheme, settlement.year), []).append(settlement)
    claims: list[Claim] = []
    for (person, scheme, year), group in sorted(groups.items()):
        day = engine.pack.year.span(int(year))[1]
        for kind in year_end_kinds(engine, scheme):
            made = window_claim(group, kind, day, group[-1].claim.facts, f"{kind}-{person}-{year}")
            if made is not None:
                claims.append(made)
    return claims


def year_end_kinds(engine: Engine, scheme: str) -> list[str]:
    """The visit kinds of a scheme that run at year end: all their layers do."""
    layers = engine.pack.layers.get(scheme, {})
    visits = engine.pack.visits.get(scheme, {})
    return [kind for kind, names in visits.items() if names and all(layers[n].runs == "year_end" for n in names)]
