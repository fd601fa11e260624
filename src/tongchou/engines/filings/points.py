"""What follows for a clinician who has lost points (支付资格), as the region declares it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongchou.engines.filings.clock import whole
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.filing_kinds import Points
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.values import value_of


@dataclass(frozen=True)
class Threshold:
    """At so many points of a calendar year a clinician is warned, suspended for `months` to `most` (None: without
    limit), or ended."""

    name: str
    at_least: int
    then: str
    months: int
    most: int | None
    cite: str


def thresholds_on(pack: Pack, day: date) -> list[Threshold]:
    """What is declared on a day, in whichever scheme, the fewest points first. Raises F016 for a length that is
    none."""
    found = [_threshold(pack, one, day) for one in pack.facts if one.kind == "points.*" and one.covers(day)]
    return sorted(found, key=lambda one: (one.at_least, one.name))


def reached(thresholds: list[Threshold], before: int, after: int) -> Threshold | None:
    """The gravest that so many points reach, which so many before had not."""
    fresh = [one for one in thresholds if before < one.at_least <= after]
    return fresh[-1] if fresh else None


def _threshold(pack: Pack, declared: Declared, day: date) -> Threshold:
    value = value_of(declared, Points)
    facts = Facts(pack, {"scheme": declared.scheme}, str(pack.year.label_of(day)), day)

    def count(number: object) -> int | None:
        return None if number is None else whole(declared.address, number, facts)

    return Threshold(
        name=str(declared.name),
        at_least=count(value.at_least) or 0,
        then=value.then,
        months=count(value.months) or 0,
        most=count(value.at_most),
        cite=declared.citation(),
    )
