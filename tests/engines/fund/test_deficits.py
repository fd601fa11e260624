"""Who bears the gaps of counties: all of them, to the fen, and never more than the region's fund has."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.fund.cases import run_cases
from tongchou.engines.fund.deficits import DeficitTerms, bear, deficit_terms
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.model import Deficit
from tongchou.ground.region.outcomes import PASSED
from tongchou.ground.shipped import regions_dir

JIANGMEN = load_region(regions_dir() / "jiangmen-2012")
SAID = Deficit.model_validate(
    {"balance": "当期", "but": ["减负", "救灾"], "own": ["当年", "历年"], "shared": "金", "share": "50%"}
)
HALF = DeficitTerms(SAID, Fraction(1, 2), "")
amounts = st.integers(-(10**9), 10**9)
counties = st.dictionaries(
    st.sampled_from("甲乙丙丁戊"),
    st.fixed_dictionaries(dict.fromkeys(("当期", "减负", "救灾", "当年", "历年"), amounts)),
    min_size=1,
)


def test_it_is_declared_from_2013() -> None:
    assert deficit_terms(JIANGMEN, "resident", date(2013, 1, 1)).share == Fraction(1, 2)
    with pytest.raises(ProblemError, match="I107"):
        deficit_terms(JIANGMEN, "resident", date(2012, 12, 31))


def test_every_example_of_the_folder_comes_out() -> None:
    found = run_cases(JIANGMEN)
    assert [one.entry.case.id for one in found][-3:] == ["缺口分担", "调剂金不够", "居民缺口"]
    assert {one.status for one in found} == {PASSED}


def test_a_figure_that_is_missing_is_refused() -> None:
    with pytest.raises(ProblemError, match="I101"):
        bear(HALF, 0, {"甲": {"当期": -1, "减负": 0, "救灾": 0, "当年": 0}})


def test_surpluses_are_drawn_in_order() -> None:
    figures = {"当期": -100, "减负": 10, "救灾": -5, "当年": 30, "历年": 40}
    (one,) = bear(HALF, 1000, {"甲": figures})
    assert (one.gap, one.own, one.shared, one.government) == (100, (("当年", 30), ("历年", 40)), 10, 20)


@given(counties, amounts)
def test_what_is_lacking_is_borne(drawn: dict[str, dict[str, int]], fund: int) -> None:
    found = bear(HALF, fund, drawn)
    assert [one.county for one in found] == list(drawn)
    assert {one.county: one for one in bear(HALF, fund, dict(reversed(drawn.items())))} == {
        one.county: one for one in found
    }
    assert 0 <= sum(one.shared for one in found) <= max(0, fund)
    for one in found:
        assert one.gap == max(0, -drawn[one.county]["当期"])
        assert one.gap == sum(fen for _, fen in one.own) + one.shared + one.government
        assert one.government >= min(one.gap, sum(max(0, drawn[one.county][name]) for name in SAID.but))
