"""Weights as a person would measure them: group by group, with fractions, from the page of the algorithm; written
apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from tongchou.engines.grouping.weighting import Declared


class One(NamedTuple):
    """A case: its year, group (empty: none), fee in fen and days."""

    year: int
    drg: str
    fee: int
    days: int | None


def rank(values: Sequence[int], share: Fraction) -> int:
    return sorted(values)[max(ceil(len(values) * share), 1) - 1]


def narrowest(values: Sequence[int], share: Fraction) -> tuple[int, int]:
    ordered, held = sorted(values), ceil(len(values) * share)
    ends = [(ordered[at + held - 1] - ordered[at], ordered[at], ordered[at + held - 1])
            for at in range(len(ordered) - held + 1)]  # fmt: skip
    _, low, high = min(ends)
    return low, high


def counted(said: Any, cases: Sequence[One]) -> list[One]:
    """Those of a group that count for its mean."""
    trimming, fees = said.trimming, [one.fee for one in cases]
    if trimming is None or not cases:
        return list(cases)
    if trimming.percentiles:
        low, high = (Fraction(rank(fees, share)) for share in trimming.percentiles)
    elif trimming.quartiles is not None:
        first, third = rank(fees, Fraction(1, 4)), rank(fees, Fraction(3, 4))
        reach = trimming.quartiles * (third - first)
        low, high = first - reach, third + reach
    else:
        low, high = map(Fraction, narrowest(fees, trimming.interval.share))
    found = [one for one in cases if low <= one.fee <= high]
    known = [one.days for one in cases if one.days is not None]
    if trimming.interval is not None and trimming.interval.of == "cost and days" and known:
        short, long = narrowest(known, trimming.interval.share)
        found = [one for one in found if one.days is None or short <= one.days <= long]
    return found


def mean(said: Any, cases: Iterable[One]) -> Fraction:
    weights = dict(zip(said.years, said.year_weights, strict=True))
    cases = list(cases)
    if said.weighting == "cases":
        return Fraction(sum(weights[one.year] * one.fee for one in cases), sum(weights[one.year] for one in cases))
    above = below = Fraction(0)
    for year, weight in weights.items():
        fees = [one.fee for one in cases if one.year == year]
        if fees:
            above += weight * Fraction(sum(fees), len(fees))
            below += weight
    return above / below


def too_uneven(said: Any, cases: Sequence[One]) -> bool:
    if said.variation.above != "few" or not cases:
        return False
    middle = Fraction(sum(one.fee for one in cases), len(cases))
    spread = sum((one.fee - middle) ** 2 for one in cases) / len(cases)
    return spread > (said.variation.limit * middle) ** 2


def weights(declared: Declared, adrg_of: Mapping[str, str], everyone: Sequence[One]) -> dict[str, tuple[str, Fraction]]:
    """Of each group that has one: how it is weighed, and its weight before rounding."""
    said = declared.said
    mine = [one for one in everyone if one.year in said.years and one.drg]
    of = {drg: [one for one in mine if one.drg == drg] for drg in adrg_of}
    kept = {drg: counted(said, cases) for drg, cases in of.items()}
    small = [drg for drg in adrg_of if len(of[drg]) < said.cases or too_uneven(said, kept[drg])]
    means = {drg: ("own", mean(said, kept[drg])) for drg in adrg_of if drg not in small}
    given: dict[str, Fraction] = {}
    for drg in small:
        for way in said.few:
            if way == "given":
                if drg in declared.given:
                    given[drg] = Fraction(declared.given[drg])
                    break
                continue
            # who was weighed by an earlier way is small all the same, unless that way came before for everybody
            before = said.few[: said.few.index(way)]
            gone = [one for one in small if "given" in before and one in declared.given]
            adrg = adrg_of[drg]
            pool = [one for one in (small if way == "siblings" else adrg_of) if adrg_of[one] == adrg]
            if way == "siblings":
                pool = [one for one in pool if one not in gone]
                if "adrg" in before and sum(len(of[one]) for one in adrg_of if adrg_of[one] == adrg) >= said.cases:
                    continue
            if sum(len(of[one]) for one in pool) >= said.cases:
                means[drg] = way, mean(said, [case for one in pool for case in kept[one]])
                break
    overall = mean(said, [one for cases in (kept if said.overall == "kept" else of).values() for one in cases])
    last = said.years[-1]
    over = {drg: sum(said.scale.of != "last" or one.year == last for one in cases) for drg, cases in of.items()}
    if said.scale.to == "mean":
        one_is = overall
    elif said.scale.to == "benchmark":
        one_is = means[said.scale.benchmark][1]
    else:
        cost = sum(over[drg] * value for drg, (_, value) in means.items())
        left = sum(over[drg] for drg in means) + sum(over[drg] * (1 - weight) for drg, weight in given.items())
        one_is = cost / left
    found = {drg: (how, value / one_is) for drg, (how, value) in means.items()}
    return found | {drg: ("given", weight) for drg, weight in given.items()}
