"""Weights: those in force, by level and day; what is wrong with a table of them; what a file of records weighs."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.engines.grouping.stage import ninghe, weighed
from tongchou.engines.grouping.load import load_scheme
from tongchou.engines.grouping.weights import Weight, weight_of
from tongchou.ground.errors import ProblemError


def test_the_weight_in_force() -> None:
    def one(weight: str, level: str, first: date | None) -> Weight:
        return Weight("ES11", weight, None, "", level, first)

    old, new, own = one("1", "", None), one("2", "", date(2026, 1, 1)), one("3", "三级", date(2026, 7, 1))
    weights = (new, own, old)
    asked = [("", None), ("", date(2025, 12, 31)), ("三级", None), ("三级", date(2026, 6, 30)), ("二级", None)]
    assert [weight_of(weights, *one)["ES11"].weight for one in asked] == ["2", "1", "3", "2", "2"]
    assert weight_of((new,), on=date(2025, 1, 1)) == {}


def test_the_shipped_weights() -> None:
    """Every group of the shipped scheme has a weight."""
    weights = weight_of(ninghe().scheme.weights)
    assert {rule.drg for rule in ninghe().rules} == set(weights)
    assert all(Decimal(one.weight) > 0 and one.average_cost for one in weights.values())


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("ES11,1.2,100.50,7.5,,2026-01-01\n", []),
        ("EQY,0.5,,,,\nES1,0.5,,,,\n", []),
        ("XX99,1.2,,,,\n", ["D107"]),
        ("ES11,-1,,,,\n", ["D106"]),
        ("ES11,,,,,\n", ["D106"]),
        ("ES11,1e3,1.234,x,,\n", ["D106", "D106", "D106"]),
        ("ES11,1,,,,2026-13-01\n", ["D106"]),
        ("ES11,1,,,,\nES11,2,,,,\n", ["D112"]),
        ("ES11,1\n", ["D104"]),
    ],
)
def test_what_is_wrong_with_a_table(tmp_path: Path, rows: str, codes: list[str]) -> None:
    folder = weighed(tmp_path, rows)
    if not codes:
        assert len(load_scheme(folder).weights) == rows.count("\n")
        return
    with pytest.raises(ProblemError) as refused:
        load_scheme(folder)
    assert [one.code for one in refused.value.problems] == codes
