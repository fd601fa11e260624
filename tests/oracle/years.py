"""A stay that crosses the end of an insurance year, taken apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.facts import Refused
from tongchou.engines.benefits.claim import Claim, Line
from tongchou.ground.region.pack import Pack


def year_label(pack: Pack, day: date) -> int:
    """The calendar year in which the insurance year of a day starts."""
    return day.year if (day.month, day.day) >= tuple(pack.region.year.starts) else day.year - 1


def first_day(pack: Pack, label: int) -> date:
    return date(label, *pack.region.year.starts)


def split_by_year(pack: Pack, claim: Claim) -> list[Claim]:
    """One claim for each insurance year with lines, when the region (or the patient's option) splits stays."""
    admitted, discharged = claim.facts["admitted"], claim.facts["discharged"]
    crossing = pack.region.year.crossing
    splits = crossing == "split" or (crossing == "option" and claim.facts.get("option") == "split")
    if not splits or year_label(pack, admitted) == year_label(pack, discharged):
        return [claim]
    by_year: dict[int, list[Line]] = {}
    for line in claim.lines:
        if "fee_date" not in line.facts:
            raise Refused(code="C022")
        day = min(max(line.facts["fee_date"], admitted), discharged)
        by_year.setdefault(year_label(pack, day), []).append(line)
    return [_part(pack, claim, year, lines) for year, lines in sorted(by_year.items())]


def _part(pack: Pack, claim: Claim, year: int, lines: list[Line]) -> Claim:
    """The stay within one year: it ends on the year's last day, that night included, or with the stay."""
    first, last = first_day(pack, year), first_day(pack, year + 1) - timedelta(days=1)
    start = max(claim.facts["admitted"], first)
    end = min(claim.facts["discharged"], last)
    nights = (end - start).days + (1 if end < claim.facts["discharged"] else 0)
    facts = {
        **claim.facts,
        "admitted": start,
        "discharged": end,
        "settled": min(claim.facts["settled"], last),
        "stay_days": Fraction(max(1, nights)),
    }
    return replace(claim, facts=facts, lines=tuple(lines))
