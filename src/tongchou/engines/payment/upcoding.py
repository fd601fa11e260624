"""Up-coding suspicion in DRG: how many cases of an ADRG an institution puts into its groups with complications, against
its peers of the same level and year. A reason to look, never a finding: its patients may well be the sicker ones.

DIP has auxiliary factors in place of such groups (`severity_coded` among the other indicators).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from tongchou.engines.payment.analysis import DEVIATIONS, Indicator
from tongchou.engines.payment.clear import Cleared
from tongchou.ground.region.methods import METHODS

LEAST = 20
"""Cases that an institution must have, and its peers as well, before their shares are compared."""
NAME = "complication_coded"
_DRG = ("drg_points", "drg_rate")


@dataclass(frozen=True)
class _Share:
    """Of an ADRG: `k` of an institution's `n` cases in groups with complications, and of its peers' `m` cases `c`."""

    adrg: str
    k: int
    n: int
    c: int
    m: int

    @property
    def expected(self) -> Fraction:
        """As many as its peers would have of as many cases."""
        return Fraction(self.n * self.c, self.m)


def complications(cleared: Cleared, divided: pa.Table, least: int = LEAST) -> list[Indicator]:
    """Of each institution its share in each ADRG (`group`), and over all of them together, where its peers would have Σ
    n × their share. `divided`: drg, adrg and complicated of the groups whose ADRG has both kinds. Left out is what
    has fewer than `least` cases, here or among the peers."""
    found = []
    for institution, level, shares in _by_institution(cleared, divided):
        enough = [one for one in shares if one.m >= least]
        told = f"level {level}"
        found += [
            Indicator(institution, NAME, one.k, one.n, one.c, one.m, told, _stands_out([one]), one.adrg)
            for one in enough
            if one.n >= least
        ]
        cases = sum(one.n for one in enough)
        if cases >= least:
            base = sum((one.expected for one in enough), Fraction(0)) / cases
            k = sum(one.k for one in enough)
            found.append(
                Indicator(
                    institution, NAME, k, cases, base.numerator, base.denominator, told, _stands_out(enough)
                )
            )  # fmt: skip
    return found


def _by_institution(cleared: Cleared, divided: pa.Table) -> list[tuple[str, str, list[_Share]]]:
    """Institution, level, and its shares by ADRG."""
    cases = cleared.cases
    groups, institutions, levels = (cases.words[name] for name in ("group", "institution", "level"))
    listed = {row["drg"]: (row["adrg"], row["complicated"]) for row in divided.to_pylist()}
    adrgs = sorted({adrg for adrg, _ in listed.values()})
    of = np.array([adrgs.index(listed[word][0]) if word in listed else -1 for word in groups.words], dtype=np.int64)
    kind = np.array([listed.get(word, ("", False))[1] for word in groups.words], dtype=bool)
    rows = np.isin(cases.routed.methods, [METHODS.index(name) for name in _DRG])
    rows &= (of[groups.codes] if len(of) else np.full(len(rows), -1)) >= 0
    if not rows.any():
        return []
    size = len(institutions.words), len(adrgs)
    cell = institutions.codes[rows] * size[1] + of[groups.codes[rows]]
    n = np.bincount(cell, minlength=size[0] * size[1]).reshape(size)
    k = np.bincount(cell[kind[groups.codes[rows]]], minlength=size[0] * size[1]).reshape(size)
    level = np.zeros(size[0], dtype=np.int64)
    level[institutions.codes] = levels.codes
    found = []
    for at, word in enumerate(institutions.words):
        peers = (level == level[at]) & (np.arange(size[0]) != at)
        below, above = n[peers].sum(axis=0), k[peers].sum(axis=0)
        shares = [
            _Share(adrg, int(k[at, i]), int(n[at, i]), int(above[i]), int(below[i]))
            for i, adrg in enumerate(adrgs)
            if n[at, i] and below[i]
        ]
        found.append((word, levels.words[int(level[at])], shares))
    return found


def _stands_out(shares: Sequence[_Share]) -> bool:
    """Mantel and Haenszel: with N = n + m cases of an ADRG, K = k + c of them complicated, chance alone gives E = Σ
    nK/N with variance V = Σ nmK(N − K)/(N²(N − 1)); beyond it lies (k − E)² > d²V. That the peers are few counts too,
    so one case beside none is no news."""
    over, spread = Fraction(0), Fraction(0)
    for one in shares:
        all_, whole = one.n + one.m, one.k + one.c
        over += one.k - Fraction(one.n * whole, all_)
        spread += Fraction(one.n * one.m * whole * (all_ - whole), all_**2 * (all_ - 1))
    return over > 0 and over**2 > DEVIATIONS**2 * spread
