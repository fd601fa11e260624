"""Sharing a total by points: to the fen, whoever stands first, with declared factors."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.filings.small import HEAD
from tests.ground.region.folders import copy
from tongchou.engines.payment.budget_points import Institution, read_institutions, share_by_points
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

DAY = date(2024, 12, 31)


def institution(name: str, points: str, factor: str = "1", prepaid: int = 0) -> Institution:
    return Institution(name, Fraction(points), Fraction(factor), prepaid)


def region(folder: Path) -> Pack:
    factor = "{by level: {三级: 11/10, 其他: 1}}"
    return load_region(copy(folder / "r", payment__all=f"{HEAD}      budget.points: {{factor: {factor}}}\n"))


def test_the_odd_fen_goes_to_the_largest_remainder() -> None:
    found = share_by_points(100, [institution("甲", "1", prepaid=40), institution("乙", "1"), institution("丙", "1")])
    assert [share.fen for share in found.shares] == [33, 33, 34]  # by name: 丙 before 乙 before 甲
    assert [share.due for share in found.shares] == [-7, 33, 34]
    assert found.unit == Fraction(100, 3)


def test_points_count_times_their_factor() -> None:
    found = share_by_points(2_100, [institution("甲", "100.5", "11/10"), institution("乙", "100.5")])
    assert [share.fen for share in found.shares] == [1_100, 1_000]
    assert found.unit == Fraction(2_100) / (Fraction("100.5") * Fraction(21, 10))


def test_without_points_nothing_can_be_shared() -> None:
    for nobody in ([], [institution("甲", "0")]):
        with pytest.raises(ProblemError, match="I105"):
            share_by_points(100, nobody)


WEIGHTS = st.lists(
    st.tuples(st.fractions(0, 10**6, max_denominator=100), st.sampled_from(["1", "6/5", "0.9"])), min_size=1
)


@given(st.integers(0, 10**13), WEIGHTS)
def test_shares_sum_to_the_total_in_any_order(total: int, weights: list[tuple[Fraction, str]]) -> None:
    own = [Institution(str(i), points, Fraction(f), 0) for i, (points, f) in enumerate(weights)]
    if not any(one.points for one in own):
        return
    found = share_by_points(total, own)
    assert sum(share.fen for share in found.shares) == total
    for share in found.shares:
        exact = found.unit * share.institution.points * share.institution.factor
        assert abs(share.fen - exact) < 1
    assert set(share_by_points(total, own[::-1]).shares) == set(found.shares)


def test_institutions_are_read_with_their_declared_factor(tmp_path: Path) -> None:
    raw = {
        "甲": {"points": "10.25", "prepaid": "1万", "level": "三级"},
        "乙": {"points": "20", "prepaid": "0", "level": "一级"},
    }
    found, cite = read_institutions(region(tmp_path), "resident", DAY, raw)
    assert found == (institution("甲", "10.25", "11/10", 1_000_000), institution("乙", "20"))
    assert cite == "decree 第九条"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"points": "1", "prepaid": "0", "place": "市内"}, "I103"),
        ({"points": "1", "level": "三级"}, "I101"),
        ({"prepaid": "0", "level": "三级"}, "I101"),
        ({"points": "-1", "prepaid": "0", "level": "三级"}, "I102"),
        ({"points": "1", "prepaid": "0.005元", "level": "三级"}, "I102"),
        ({"points": "1", "prepaid": "-1", "level": "三级"}, "I102"),
        ({"points": "1", "prepaid": "0"}, "C003"),
    ],
)
def test_a_wrong_institution_is_refused(tmp_path: Path, given: dict[str, str], code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_institutions(region(tmp_path), "resident", DAY, {"甲": given})
    assert caught.value.problems[0].code == code
