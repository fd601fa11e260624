"""Why a quota is what it is: every figure of its way, in order, with the article of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tongchou.engines.payment.quota_terms import QuotaTerms
from tongchou.engines.payment.quotas import Quota, Split

PART, MEAN, ASSUMED, FACTOR, SHARE, EXACT, LOW, HIGH, QUOTA = (
    "part", "mean", "assumed", "factor", "share", "exact", "at_least", "at_most", "quota",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """`part`: fen to split; `mean` or `assumed`: of a measure over three years; `factor`: what it is multiplied by;
    `share`: of the part by that measure; `exact`, `at_least`, `at_most`, `quota`: fen."""

    kind: str
    name: str
    value: Fraction
    cite: str


def steps_of(terms: QuotaTerms, found: Split, quota: Quota) -> Iterator[Step]:
    """The way to a part of an institution's quota."""
    part = next(one for one in terms.parts if one.name == quota.part)
    yield Step(PART, part.name, Fraction(found.parts[part.name]), part.cite)
    kind, cite = (ASSUMED, terms.cites["new"]) if quota.assumed else (MEAN, terms.cites["quota"])
    for basis in quota.by:
        yield Step(kind, basis.measure, basis.mean, cite)
        for factor in basis.factors:
            yield Step(FACTOR, factor.name, factor.times, factor.cite)
        yield Step(SHARE, basis.measure, basis.share, part.cite)
    if quota.low:
        yield Step(LOW, "", Fraction(quota.low), terms.cites["bounds"])
    if quota.high is not None:
        yield Step(HIGH, "", Fraction(quota.high), terms.cites["bounds"])
    yield Step(EXACT, quota.bound, quota.exact, terms.cites["bounds" if quota.bound else "quota"])
    yield Step(QUOTA, "", Fraction(quota.fen), terms.cites["quota"])
