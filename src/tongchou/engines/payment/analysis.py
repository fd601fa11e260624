"""What a cleared year says about institutions and groups: profit and loss, case mix, cost, time, what stands out.

Every indicator is a fraction with its baseline beside it: the cleared cases of the region, or those of institutions of
the same level, of the same year. What stands out is a reason to look, never a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import numpy as np

from tongchou.engines.payment.across import READMITTED
from tongchou.engines.payment.cases import BAND_NAMES, PATHS
from tongchou.engines.payment.clear import Cleared
from tongchou.engines.payment.columns import Mask
from tongchou.engines.payment.exact import Ints, totals
from tongchou.engines.payment.table_columns import SCALE
from tongchou.ground.region.methods import BANDED, METHODS

SHORT_STAY = 3
"""Days up to which a stay in a cheap group is looked at as an admission that need not have been."""
DEVIATIONS = 3
"""How many standard deviations of chance a share must lie above that of its peers to stand out."""


@dataclass(frozen=True)
class Profit:
    """Of some cases: what they brought less what they cost, whole fen; the mean; and the rate of profit to cost."""

    cases: int
    profit: int
    mean: Fraction
    rate: Fraction | None


def profit(cases: int, income: int, cost: int) -> Profit:
    """Profit and loss of some cases; no rate where nothing was spent."""
    gained = income - cost
    return Profit(cases, gained, Fraction(gained, cases), Fraction(gained, cost) if cost else None)


@dataclass(frozen=True)
class Indicator:
    """One figure of one institution: `above` ÷ `below`, and of its baseline; `stands_out` beyond chance (shares). Of
    the cases of one ADRG alone where `group` names it."""

    institution: str
    name: str
    above: int
    below: int
    base_above: int
    base_below: int
    baseline: str
    stands_out: bool = False
    group: str = ""

    @property
    def value(self) -> Fraction:
        return Fraction(self.above, self.below)

    @property
    def base(self) -> Fraction:
        return Fraction(self.base_above, self.base_below)


def by_group(cleared: Cleared) -> dict[str, Profit]:
    """Profit and loss of each group that points or a rate pay: what its cases brought against their whole cost, or
    against what the fund was charged where that is what a point pays."""
    rows = _grouped(cleared)
    groups, cost = cleared.cases.words["group"], _cost(cleared)
    size = len(groups.words)
    counts = np.bincount(groups.codes[rows], minlength=size).tolist()
    income = totals(groups.codes[rows], cleared.worth[rows], size)
    spent = totals(groups.codes[rows], cost[rows], size)
    return {
        word: profit(counts[i], income[i], spent[i]) for i, word in enumerate(groups.words) if counts[i]
    }  # fmt: skip


def indicators(cleared: Cleared) -> list[Indicator]:
    """Case mix, cost and time against the region, and shares of cases against peers of the same level."""
    rows = _grouped(cleared)
    if not rows.any():
        return []
    dip = rows & cleared.cases.routed.of("dip")  # only there a case has an auxiliary factor
    shares = (
        _shares(cleared, dip if name == "severity_coded" else rows, name, which & rows)
        for name, which in _suspicions(cleared, rows).items()
    )
    return [*_indices(cleared, rows), *chain.from_iterable(shares)]


def _grouped(cleared: Cleared) -> Mask:
    """Cleared cases of a group, whatever their path."""
    found: Mask = np.isin(cleared.cases.routed.methods, [METHODS.index(name) for name in BANDED])
    return found & (cleared.cases.column("base_points") > 0)


def _cost(cleared: Cleared) -> Ints:
    """What the worth of a case is to be compared with: all its cost where points pay that, else the fund's part."""
    total = {pool.method for pool in cleared.pools if pool.basis == "total"}
    cases = cleared.cases
    whole = np.isin(cases.routed.methods, [METHODS.index(name) for name in total]) & cases.pointed
    return np.where(whole, cases.column("total_fee"), cases.column("fund"))


def _indices(cleared: Cleared, rows: Mask) -> list[Indicator]:
    """CMI: mean points ÷ the region's, for each method. Cost and time index: cost and days ÷ what the same groups take
    in the region."""
    cases = cleared.cases
    institution, group = cases.words["institution"], cases.words["group"]
    at, of = institution.codes[rows], group.codes[rows]
    size, kinds = len(institution.words), len(group.words)
    found = []
    for one in _methods(cleared, rows):
        counts = np.bincount(institution.codes[one], minlength=size).tolist()
        points = totals(institution.codes[one], cases.column("base_points")[one], size)
        whole = sum(points), sum(counts)
        found += [
            Indicator(word, "case_mix", points[i], counts[i] * SCALE, whole[0], whole[1] * SCALE, "region")
            for i, word in enumerate(institution.words)
            if counts[i]
        ]
    for name, column in (("cost_index", "total_fee"), ("time_index", "days")):
        values = cases.column(column)[rows]
        sums, cases_of = totals(of, values, kinds), np.bincount(of, minlength=kinds).tolist()
        mean = [Fraction(s, c) if c else Fraction(0) for s, c in zip(sums, cases_of, strict=True)]
        expected: list[Fraction] = [Fraction(0)] * size
        pairs, number = np.unique(at * kinds + of, return_counts=True)
        for pair, count in zip(pairs.tolist(), number.tolist(), strict=True):
            expected[pair // kinds] += mean[pair % kinds] * count
        actual = totals(at, values, size)
        for i, word in enumerate(institution.words):
            if expected[i]:
                share = Fraction(actual[i]) / expected[i]
                found.append(Indicator(word, name, share.numerator, share.denominator, 1, 1, "region"))
    return found


def _methods(cleared: Cleared, rows: Mask) -> list[Mask]:
    """The cases of each method by itself: points of DIP and weights of DRG are no numbers of one kind."""
    methods = cleared.cases.routed.methods
    return [rows & (methods == one) for one in np.unique(methods[rows]).tolist()]


def _suspicions(cleared: Cleared, rows: Mask) -> dict[str, Mask]:
    """Which cases count for each share."""
    cases = cleared.cases
    points, days = cases.column("base_points"), cases.column("days")
    cheap = np.zeros(len(cases), dtype=bool)
    for one in _methods(cleared, rows):
        grouped = np.sort(points[one])
        cheap |= one & (points <= grouped[len(grouped) // 10])
    factor = cases.factors.get("auxiliary_factor", np.full(len(cases), SCALE, dtype=np.int64))
    high = [BAND_NAMES.index(name) + 1 for name in ("high", "extremely_high")]
    return {
        "high_outliers": np.isin(cases.bands, high),
        "low_outliers": cases.bands == BAND_NAMES.index("low") + 1,
        "low_threshold": (days <= SHORT_STAY) & cheap,
        "split_stays": cases.column(READMITTED) == 1,
        "severity_coded": factor > SCALE,
        "reviewed": cases.paths == PATHS.index("special"),
    }


def _shares(cleared: Cleared, rows: Mask, name: str, which: Mask) -> list[Indicator]:
    """A share of cases against that of all other institutions of the level."""
    institution, level = cleared.cases.words["institution"], cleared.cases.words["level"]
    size = len(institution.words)
    counts = np.bincount(institution.codes[rows], minlength=size)
    hits = np.bincount(institution.codes[which], minlength=size)
    levels = np.zeros(size, dtype=np.int64)
    levels[institution.codes] = level.codes
    found = []
    for i, word in enumerate(institution.words):
        peers = (levels == levels[i]) & (np.arange(size) != i)
        n, k = int(counts[i]), int(hits[i])
        below, above = int(counts[peers].sum()), int(hits[peers].sum())
        if n and below:
            told = f"level {level.words[int(levels[i])]}"
            found.append(Indicator(word, name, k, n, above, below, told, _stands_out(k, n, above, below)))
    return found


def _stands_out(k: int, n: int, above: int, below: int) -> bool:
    """k of n above a share p by more than so many deviations of a binomial share: (k − np)² > d²·np(1 − p)."""
    p = Fraction(above, below)
    return k > n * p and (k - n * p) ** 2 > DEVIATIONS**2 * n * p * (1 - p)


def standing_out(found: Sequence[Indicator]) -> list[Indicator]:
    return [one for one in found if one.stands_out]
