"""Targets: above a figure, at least a figure, in words; before their day and after."""

from datetime import date
from fractions import Fraction

import pytest

from tongchou.engines.indicators.targets import Goal, judge

BY = date(2025, 12, 31)


@pytest.mark.parametrize(
    ("strictly", "measured", "day", "said"),
    [
        (True, "0.71", BY, "达到"),
        (True, "0.7", BY, "未达到"),
        (False, "0.7", BY, "达到"),
        (False, "0.69", BY, "未达到"),
        (True, "0.7", date(2025, 12, 30), "尚未达到"),
        (True, "0.71", date(2021, 1, 1), "达到"),
    ],
)
def test_a_figure_is_judged(strictly: bool, measured: str, day: date, said: str) -> None:
    assert judge(Goal("率", BY, Fraction(7, 10), strictly, True, "一"), Fraction(measured), day) == said


def test_words_are_not_judged_by_a_figure() -> None:
    assert judge(Goal("率", BY, None, False, False, "一"), Fraction(1), BY) == "文字目标"
