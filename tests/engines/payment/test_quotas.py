"""The split of a budget: to the fen, whoever stands first, as a hand reckons it, between declared bounds."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.filings.small import HEAD
from tests.ground.region.folders import copy
from tongchou.engines.payment.quota_cases import run_cases
from tongchou.engines.payment.quota_filling import fill
from tongchou.engines.payment.quota_terms import QuotaTerms, quota_terms
from tongchou.engines.payment.quotas import Institution, Served, Split, split
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.outcomes import PASSED
from tongchou.ground.shipped import regions_dir

DAY = date(2025, 12, 31)
NINGHE = quota_terms(load_region(regions_dir() / "ninghe"), "employee", DAY)
FREE = replace(NINGHE, bounded="", at_least=None, at_most=None, new=None)
"""Without bounds and newcomers."""
LEVELS = ("一级", "二级", "三级")
MEASURES = {"门诊": ("基金费用", "有效服务量", "首诊人次"), "住院": ("基金费用", "有效服务量", "下转人次")}


def served(cost: int, volume: int = 100, task: int = 10, months: int = 12) -> Served:
    return Served(dict(zip(MEASURES["门诊"], map(Fraction, (cost, volume, task)), strict=True)), months)


def clinic(name: str, level: str = "一级", **years: Served) -> Institution:
    past = {int(year[1:]): one for year, one in years.items()}
    return Institution(name, {"level": level, "机构类别": "综合"}, ("门诊",), {"门诊": past} if past else {})


def ward(name: str = "住院处") -> Institution:
    one = Served(dict(zip(MEASURES["住院"], map(Fraction, (9, 9, 9)), strict=True)))
    return Institution(name, {"level": "二级", "机构类别": "综合"}, ("住院",), {"住院": {2: one}})


def code(call: Any, *arguments: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(*arguments)
    return caught.value.problems[0].code


def outpatient(found: Split) -> dict[str, int]:
    return {one.institution: one.fen for one in found.quotas if one.part == "门诊"}


def test_the_share_of_each_measure_is_what_a_hand_reckons() -> None:
    """1:2:7 over three years × the tilt of the level, over that of all: cost 60 %, volume 20 %, first visits 20 %."""
    a = clinic("甲", "一级", y0=served(100, 10, 5), y1=served(200, 20, 5), y2=served(300, 30, 5))
    b = clinic("乙", "三级", y0=served(700, 70, 1), y1=served(700, 70, 1), y2=served(700, 70, 1))
    found = split(FREE, 1_000_00, [a, b, ward()])
    of_a = (Fraction(100 + 400 + 2100, 10), Fraction(10 + 40 + 210, 10), Fraction(5))
    of_b = (Fraction(700), Fraction(70), Fraction(1))
    tilt = {"甲": Fraction(11, 10), "乙": Fraction(98, 100)}
    shares = [
        share * x * tilt["甲"] / (x * tilt["甲"] + y * tilt["乙"])
        for share, x, y in zip((Fraction(6, 10), Fraction(2, 10), Fraction(2, 10)), of_a, of_b, strict=True)
    ]
    exact = sum(shares) * found.parts["门诊"]
    assert found.reserve == 50_00
    assert found.parts == {"门诊": 285_00, "住院": 665_00}
    (quota,) = [one for one in found.quotas if one.institution == "甲"]
    assert quota.exact == exact
    assert [basis.share for basis in quota.by] == shares
    assert [basis.mean for basis in quota.by] == list(of_a)
    assert [(one.name, one.times, one.cite) for one in quota.by[0].factors] == [
        ("等级", Fraction(11, 10), "ninghe-2024-43 第五条")
    ]
    assert abs(quota.fen - exact) < 1


def test_a_factor_holds_for_its_parts_and_measures_alone() -> None:
    one = replace(ward(), facts={"level": "二级", "机构类别": "中医"})
    found = split(FREE, 1_000_00, [one, ward("别家"), clinic("甲", y2=served(1))])
    tcm = next(quota for quota in found.quotas if quota.institution == "住院处")
    named = {basis.measure: [factor.name for factor in basis.factors] for basis in tcm.by}
    assert named == {"基金费用": ["等级"], "有效服务量": ["等级", "类别"], "下转人次": ["等级"]}
    assert [basis.share for basis in tcm.by][1] == Fraction(2, 10) * Fraction(105, 205)


def test_part_of_a_year_counts_as_if_it_were_whole() -> None:
    whole = clinic("甲", y2=served(1200, 120, 12))
    half = clinic("乙", y2=served(600, 60, 6, months=6))
    found = outpatient(split(FREE, 1_000_00, [whole, half, ward()]))
    assert found["甲"] == found["乙"]


def test_years_that_an_institution_did_not_serve_do_not_count() -> None:
    always = clinic("甲", y0=served(500), y1=served(500), y2=served(500))
    since = clinic("乙", y1=served(500), y2=served(500))
    found = outpatient(split(FREE, 1_000_00, [always, since, ward()]))
    assert found["甲"] == found["乙"]


def test_a_new_one_has_so_much_of_the_mean_of_those_like_it() -> None:
    terms = replace(NINGHE, bounded="", at_least=None, at_most=None)
    old = [clinic("甲", y2=served(100)), clinic("乙", y2=served(300)), clinic("丙", "三级", y2=served(900))]
    found = split(terms, 1_000_00, [*old, clinic("新"), ward()])
    quotas = {one.institution: one for one in found.quotas if one.part == "门诊"}
    assert (quotas["新"].by[0].mean, quotas["新"].assumed) == (Fraction(6, 10) * 200, True)
    assert not quotas["甲"].assumed
    assert code(split, terms, 100, [*old, clinic("新", "二级"), ward()]) == "I112"
    assert code(split, FREE, 100, [*old, clinic("新"), ward()]) == "I107"


def test_bounds_hold_and_what_they_leave_is_named() -> None:
    grown = clinic("甲", y0=served(100, 1, 1), y2=served(100, 9, 9))
    shrunk = clinic("乙", y0=served(900), y2=served(100))
    found = split(NINGHE, 1_000_00, [grown, shrunk, ward()])
    quotas = {one.institution: one for one in found.quotas}
    assert [quotas[name].bound for name in ("甲", "乙", "住院处")] == ["at_most", "at_most", "at_most"]
    assert outpatient(found) == {"甲": 125_00, "乙": 125_00}
    assert found.left == 1_000_00 - 50_00 - 250_00 - quotas["住院处"].fen
    low = split(NINGHE, 9_830_00, [clinic("甲", y2=served(3_000)), clinic("乙", y2=served(100, 9_000, 900)), ward()])
    quotas = {one.institution: one for one in low.quotas}
    assert (quotas["甲"].bound, quotas["甲"].fen) == ("at_least", 2_700_00)
    assert (quotas["乙"].bound, quotas["乙"].fen) == ("", 101_55)
    assert code(split, NINGHE, 100_00, [grown, shrunk, ward()]) == "I113"


def test_bounds_that_meet_are_one_amount() -> None:
    terms = replace(NINGHE, at_least=Fraction(1), at_most=Fraction(1))
    found = split(terms, 1_000_00, [clinic("甲", y2=served(100, months=7)), ward()])
    (quota,) = [one for one in found.quotas if one.institution == "甲"]
    assert (quota.low, quota.high, quota.fen) == (171_43, 171_43, 171_43)


def test_nobody_and_nothing_are_refused() -> None:
    assert code(split, FREE, 100, [ward()]) == "I105"
    assert code(split, FREE, 100, [clinic("甲", y2=served(5, 5, 0)), ward()]) == "I105"


def region(folder: Path, *facts: str) -> QuotaTerms:
    body = HEAD + "".join(f"      {one}\n" for one in facts)
    return quota_terms(load_region(copy(folder, payment__quotas=body)), "resident", DAY)


def test_what_is_declared_must_be_whole(tmp_path: Path) -> None:
    main = "quota: {reserve: 0%, years: {oldest: 1, middle: 1, latest: 1}}"
    half, all_ = "quota.part.甲: {share: 50%, by: {费用: 100%}}", "quota.part.甲: {share: 100%, by: {费用: 100%}}"
    assert code(region, tmp_path / "1", half) == "I107"
    assert code(region, tmp_path / "2", main) == "I107"
    assert code(region, tmp_path / "3", main, half) == "I111"
    assert code(region, tmp_path / "4", main, all_.replace("费用: 100%", "费用: 90%, 人次: 5%")) == "I111"
    terms = region(tmp_path / "5", main, all_)
    assert (terms.measures, terms.facts, terms.bounded, terms.new) == (("费用",), (), "", None)
    bounded = region(tmp_path / "6", main, all_, "quota.bounds: {of: 费用, at_most: 110%}")
    assert (bounded.measures, bounded.at_least, bounded.at_most) == (("费用",), None, Fraction(11, 10))


def test_groups_are_those_that_hold_first() -> None:
    assert [NINGHE.group({"level": one, "机构类别": "综合"}) for one in LEVELS] == list(LEVELS)
    assert replace(NINGHE, groups=()).group({"level": "一级"}) is None


def test_every_example_of_a_folder_comes_out() -> None:
    for name in ("ninghe", "mohrss-2012-70"):
        found = run_cases(load_region(regions_dir() / name))
        assert found
        assert {one.status for one in found} == {PASSED}


amounts = st.integers(0, 10**6)
histories = st.dictionaries(
    st.integers(0, 2), st.builds(served, amounts, amounts, amounts, st.integers(1, 12)), min_size=1
)
clinics = st.lists(st.tuples(st.sampled_from(LEVELS), histories), min_size=1, max_size=8)


def built(drawn: list[tuple[str, dict[int, Served]]]) -> list[Institution]:
    """And one with something of everything, so that nothing comes to nothing."""
    made = [
        clinic(f"机构{at}", level, **{f"y{y}": s for y, s in past.items()}) for at, (level, past) in enumerate(drawn)
    ]
    return [*made, clinic("有", y2=served(10, 10, 10)), ward()]


@given(clinics, st.integers(0, 10**10), st.booleans())
def test_it_adds_up_and_the_order_says_nothing(
    drawn: list[tuple[str, dict[int, Served]]], total: int, bounded: bool
) -> None:
    terms, given_ = (replace(NINGHE, at_least=None) if bounded else FREE), built(drawn)
    found = split(terms, total, given_)
    assert found == split(terms, total, given_[::-1])
    assert sum(one.fen for one in found.quotas) + found.reserve + found.left == total
    assert sum(found.parts.values()) + found.reserve == total
    assert found.left >= 0
    assert bounded or found.left == 0
    for one in found.quotas:
        assert floor(one.exact) <= one.fen <= ceil(one.exact)
        assert one.low <= one.fen
        assert one.high is None or one.fen <= one.high


@given(clinics, st.integers(0, 10**8), st.integers(0, 2), st.integers(1, 10**6), st.booleans())
def test_more_history_is_never_less_quota(
    drawn: list[tuple[str, dict[int, Served]]], total: int, year: int, more: int, bounded: bool
) -> None:
    """Before whole fen; of a year that was served, since a new poor year lowers a mean."""
    terms, before = (replace(NINGHE, at_least=None) if bounded else FREE), built(drawn)
    past = dict(before[0].past["门诊"])
    year = year if year in past else min(past)
    richer = {**past[year].measures, "基金费用": past[year].measures["基金费用"] + more}
    after = [replace(before[0], past={"门诊": {**past, year: replace(past[year], measures=richer)}}), *before[1:]]
    was, is_ = (
        next(q.exact for q in split(terms, total, one).quotas if q.institution == "机构0") for one in (before, after)
    )
    assert is_ >= was


bounds = st.tuples(st.integers(0, 50), st.integers(0, 60), st.integers(0, 50), st.booleans())


@given(st.lists(bounds, min_size=1, max_size=7), st.integers(0, 400))
def test_filling_is_one_level_between_the_bounds(drawn: list[tuple[int, int, int, bool]], more: int) -> None:
    """Whoever is on no bound has the same λ; on its low one has no more than λ, on its high one no less."""
    weights = [Fraction(w) for w, _, _, _ in drawn]
    low = [lo for _, lo, _, _ in drawn]
    high = [lo + room if capped else None for _, lo, room, capped in drawn]
    total = sum(low) + more
    found = fill(total, weights, low, high)
    assert all(lo <= one and (hi is None or one <= hi) for one, lo, hi in zip(found, low, high, strict=True))
    levels = {one / w for one, w, lo, hi in zip(found, weights, low, high, strict=True) if w and lo < one != hi}
    assert len(levels) <= 1
    if sum(found) < total:
        assert all(one == hi or not w for one, w, hi in zip(found, weights, high, strict=True))
        return
    for level in levels:
        for one, w, lo, hi in zip(found, weights, low, high, strict=True):
            assert one != lo or one == hi or level * w <= lo
            assert one != hi or one == lo or level * w >= (hi or 0)
