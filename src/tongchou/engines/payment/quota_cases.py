"""Run the worked examples about splitting a budget.

A case gives `总额` under `figures`, and of each institution its facts, its `parts` where it does not serve all, and its
history as `YEAR PART MEASURE: NUMBER` (`2023 住院 基金费用: 400万`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tongchou.engines.payment.quota_terms import YEARS, QuotaTerms, quota_terms
from tongchou.engines.payment.quotas import Institution, Served, Split, split
from tongchou.ground.errors import fail
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.model import QUOTA_KINDS
from tongchou.ground.region.outcomes import CaseOutcome
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import (
    Reckoned,
    asked,
    read_fen,
    read_plain,
    refuse_others,
    run_reckoned,
)
from tongchou.ground.region.typed import typed

TOTAL, PARTS = "总额", "parts"


def run_cases(pack: Pack) -> list[CaseOutcome]:
    """Every case of a pack that splits a budget, in written order."""
    kinds = [kind for kind in QUOTA_KINDS if kind.startswith("quota")]
    return run_reckoned(pack, kinds, lambda *asked: quota_figures(*reckon_split(*asked)))


def reckon_split(pack: Pack, scheme: str, wanted: ReckonCase) -> tuple[QuotaTerms, Split]:
    """The split of the insurance year of the case's day."""
    terms = quota_terms(pack, scheme, wanted.on)
    refuse_others(wanted.figures, (TOTAL,))
    total = read_fen(TOTAL, asked(wanted.figures, TOTAL))
    year = pack.year.label_of(wanted.on)
    return terms, split(terms, total, [_read(terms, year, name, raw) for name, raw in wanted.institutions.items()])


def quota_figures(terms: QuotaTerms, found: Split) -> Reckoned:
    """What a case may expect by name, in yuan: `reserve`, `left`, each part, of each institution `NAME` and
    `NAME PART`."""
    told: Reckoned = {"reserve": Fraction(found.reserve, 100), "left": Fraction(found.left, 100)}
    told |= {name: Fraction(fen, 100) for name, fen in found.parts.items()}
    for one in found.quotas:
        told[one.institution] = Fraction(found.of(one.institution), 100)
        told[f"{one.institution} {one.part}"] = Fraction(one.fen, 100)
    return told


def _read(terms: QuotaTerms, year: int, name: str, raw: Mapping[str, str]) -> Institution:
    known = {
        f"{year - YEARS + at} {part.name} {measure}": (part.name, at, measure)
        for at in range(YEARS)
        for part in terms.parts
        for measure in terms.measures
    }
    refuse_others(raw, (PARTS, *terms.facts, *known))
    past: defaultdict[str, defaultdict[int, dict[str, Fraction]]] = defaultdict(lambda: defaultdict(dict))
    for key, (part, at, measure) in known.items():
        if key in raw:
            past[part][at][measure] = read_plain(f"{name} {key}", raw[key])
    facts: dict[str, Any] = {one: typed(terms.pack, one, raw[one]) for one in terms.facts if one in raw}
    return Institution(name, facts, scope_of(terms, name, raw.get(PARTS, "")), served(terms, name, past))


def scope_of(terms: QuotaTerms, name: str, written: str) -> tuple[str, ...]:
    """The parts that are written, all where none is. Raises I114 for one that is not declared."""
    known = tuple(part.name for part in terms.parts)
    named = tuple(one for one in written.replace(",", "、").split("、") if one)
    if strange := [one for one in named if one not in known]:
        raise fail("I114", name=name, why="、".join(strange))
    return named or known


def served(
    terms: QuotaTerms, name: str, past: Mapping[str, Mapping[int, Mapping[str, Fraction]]]
) -> dict[str, dict[int, Served]]:
    """Whole years of history. Raises I101 for a measure that is missing in a year of which others are given."""
    found: dict[str, dict[int, Served]] = {}
    for part, years in past.items():
        for at, given in years.items():
            for measure in needed(terms, part):
                if measure not in given:
                    raise fail("I101", name=f"{name} {part} {measure}")
            found.setdefault(part, {})[at] = Served(given)
    return found


def needed(terms: QuotaTerms, part: str) -> tuple[str, ...]:
    """The measures that are asked of a part."""
    by = next(tuple(name for name, _ in one.by) for one in terms.parts if one.name == part)
    return tuple(dict.fromkeys([*by, terms.bounded] if terms.bounded else by))
