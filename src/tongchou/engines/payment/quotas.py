"""总额分解: a year's total over institutions by three years of service and cost (人社部发〔2012〕70号 三(三), BUD-07).

A reserve is kept first; the rest is divided into parts (outpatient and inpatient apart). Of a part each measure — cost,
effective volume, first visits, referrals — carries a share, and institutions share that in proportion to their mean of
three years × the factors of their level, type and tasks. Then come the bounds of growth. All of it is exact until the
end; odd fen go by largest remainder, of equal ones to the earlier name. Quotas + reserve + what bounds leave = total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Any

from tongchou.engines.payment.quota_filling import fill
from tongchou.engines.payment.quota_terms import YEARS, Applied, Part, QuotaTerms
from tongchou.ground.errors import fail
from tongchou.ground.money import DOWN, allocate, scale, yuan

MONTHS = 12
LATEST = YEARS - 1


@dataclass(frozen=True)
class Served:
    """What an institution did in a year of a part: measures by name, in yuan where they are money, and in how many
    months of it."""

    measures: Mapping[str, Fraction]
    months: int = MONTHS

    def of_year(self, measure: str) -> Fraction:
        """As if it had been open for twelve months."""
        return self.measures[measure] * MONTHS / self.months


@dataclass(frozen=True)
class Institution:
    """An institution that is to have a quota. `scope`: the parts for which it is designated; `past`: of a part what it
    did by year, 0 the oldest of three; a year that is missing it did not serve."""

    name: str
    facts: dict[str, Any]
    scope: tuple[str, ...]
    past: Mapping[str, Mapping[int, Served]] = field(default_factory=dict)


@dataclass(frozen=True)
class Basis:
    """Why an institution has so much of a measure: its mean of three years, the factors, and its share of the part."""

    measure: str
    mean: Fraction
    factors: tuple[Applied, ...]
    share: Fraction


@dataclass(frozen=True)
class Quota:
    """A part of an institution's quota, in fen. `exact` before whole fen; `low`, `high`: its bounds; `bound`: the one
    that holds; `assumed`: it has no history, so that of others alike stands for it."""

    institution: str
    part: str
    fen: int
    exact: Fraction
    by: tuple[Basis, ...]
    low: int
    high: int | None
    assumed: bool

    @property
    def bound(self) -> str:
        if self.high is not None and self.exact == self.high:
            return "at_most"
        return "at_least" if self.low and self.exact == self.low else ""


@dataclass(frozen=True)
class Split:
    """A total (fen): reserve, parts, quotas in the order of parts and names, and what upper bounds leave of it."""

    total: int
    reserve: int
    parts: dict[str, int]
    quotas: tuple[Quota, ...]

    @property
    def left(self) -> int:
        return self.total - self.reserve - sum(one.fen for one in self.quotas)

    def of(self, institution: str) -> int:
        """All parts of an institution's quota, in fen."""
        return sum(one.fen for one in self.quotas if one.institution == institution)


def split(terms: QuotaTerms, total: int, institutions: Sequence[Institution]) -> Split:
    """Split a total in fen. The order of institutions says nothing.

    Raises:
        ProblemError: nobody serves a part or has a measure of it (I105), a new institution has none like it (I112), or
            lower bounds need more than there is (I113).
    """
    reserve = int(scale(total, terms.reserve, mode=DOWN))
    pots = _whole(total - reserve, [part.share for part in terms.parts])
    in_order = sorted(institutions, key=lambda one: one.name)
    quotas: list[Quota] = []
    for part, pot in zip(terms.parts, pots, strict=True):
        quotas += _part(terms, part, pot, [one for one in in_order if part.name in one.scope])
    return Split(total, reserve, {part.name: pot for part, pot in zip(terms.parts, pots, strict=True)}, tuple(quotas))


def _part(terms: QuotaTerms, part: Part, pot: int, here: list[Institution]) -> list[Quota]:
    if not here:
        raise fail("I105", name=part.name)
    bases = {one.name: list[Basis]() for one in here}
    means = {name: _means(terms, part, name, here) for name, _ in part.by}
    for measure, share in part.by:
        applied = {one.name: tuple(terms.applied(part.name, measure, one.facts)) for one in here}
        weights = {name: _times(means[measure][name], applied[name]) for name in applied}
        together = sum(weights.values(), Fraction(0))
        if not together:
            raise fail("I105", name=f"{part.name} {measure}")
        for name, weight in weights.items():
            bases[name].append(Basis(measure, means[measure][name], applied[name], share * weight / together))
    bounds = [_bounds(terms, one.past.get(part.name, {})) for one in here]
    low, high = [one for one, _ in bounds], [one for _, one in bounds]
    if sum(low) > pot:
        raise fail("I113", part=part.name, least=yuan(sum(low)), fen=yuan(pot))
    exact = fill(pot, [sum((b.share for b in bases[one.name]), Fraction(0)) for one in here], low, high)
    fen = _whole(int(sum(exact, Fraction(0))), exact)
    return [
        Quota(one.name, part.name, f, e, tuple(bases[one.name]), lo, hi, not _served(terms, one, part.name))
        for one, f, e, lo, hi in zip(here, fen, exact, low, high, strict=True)
    ]


def _served(terms: QuotaTerms, one: Institution, part: str) -> dict[int, Served]:
    """The years that count of what an institution did."""
    return {year: served for year, served in one.past.get(part, {}).items() if terms.years[year]}


def _means(terms: QuotaTerms, part: Part, measure: str, here: list[Institution]) -> dict[str, Fraction]:
    """The weighted mean of the years in which each served; a new one has so much of the mean of those like it."""
    known: dict[str, Fraction] = {}
    for one in here:
        if served := _served(terms, one, part.name):
            weighted = sum((terms.years[y] * s.of_year(measure) for y, s in served.items()), Fraction(0))
            known[one.name] = weighted / sum((terms.years[y] for y in served), Fraction(0))
    new = [one for one in here if one.name not in known]
    if not new:
        return known
    alike: defaultdict[tuple[str, ...], list[Fraction]] = defaultdict(list)
    for one in here:
        if one.name in known:
            alike[terms.assumed(one.facts)[0]].append(known[one.name])
    for one in new:
        like, times = terms.assumed(one.facts)
        if not alike[like]:
            raise fail("I112", name=one.name, like="、".join(like))
        known[one.name] = times * sum(alike[like], Fraction(0)) / len(alike[like])
    return known


def _times(mean: Fraction, applied: Sequence[Applied]) -> Fraction:
    for one in applied:
        mean *= one.times
    return mean


def _bounds(terms: QuotaTerms, past: Mapping[int, Served]) -> tuple[int, int | None]:
    """In whole fen: not below means rounded up, not above rounded down, and never below the lower one."""
    if not terms.bounded or LATEST not in past:
        return 0, None
    last = past[LATEST].of_year(terms.bounded) * 100
    low = 0 if terms.at_least is None else ceil(terms.at_least * last)
    return low, None if terms.at_most is None else max(low, floor(terms.at_most * last))


def _whole(total: int, shares: Sequence[Fraction]) -> list[int]:
    common = lcm(*(one.denominator for one in shares))
    return allocate(total, [int(one * common) for one in shares], [total] * len(shares))
