"""Grades at their thresholds, cards at the ends of their months."""

from datetime import date
from fractions import Fraction

import pytest

from tests.engines.filings.small import day
from tongchou.engines.supervision.cards import CardRule, standing
from tongchou.engines.supervision.grades import grade_of
from tongchou.ground.errors import ProblemError

GRADES = {"AAA": Fraction(90), "AA": Fraction(75), "A": Fraction(60)}


@pytest.mark.parametrize(
    ("score", "grade"), [("100", "AAA"), ("90", "AAA"), ("89.9", "AA"), ("75", "AA"), ("60", "A"), ("59.99", "-")]
)
def test_the_threshold_is_enough(score: str, grade: str) -> None:
    assert grade_of(GRADES, Fraction(score)) == grade


def stands(yellows: int, months: int, on: str, *cards: str) -> str:
    return standing(CardRule(yellows, months, "一"), _cards(cards), day(on))


def _cards(cards: tuple[str, ...]) -> dict[date, str]:
    return {day(when): "红牌" if colour == "r" else "黄牌" for colour, when in (card.split(":") for card in cards)}


@pytest.mark.parametrize(
    ("yellows", "months", "on", "cards", "expected"),
    [
        (2, 12, "2006-01-01", (), "绿牌"),
        (2, 12, "2006-01-31", ("y:2006-01-31",), "黄牌"),
        (2, 12, "2007-01-30", ("y:2006-01-31",), "黄牌"),
        (2, 12, "2007-01-31", ("y:2006-01-31",), "绿牌"),
        (2, 1, "2006-02-27", ("y:2006-01-31",), "黄牌"),
        (2, 1, "2006-02-28", ("y:2006-01-31",), "绿牌"),
        (2, 12, "2007-01-30", ("y:2006-01-31", "y:2007-01-30"), "红牌"),
        (2, 12, "2007-01-31", ("y:2006-01-31", "y:2007-01-31"), "黄牌"),
        (3, 12, "2007-01-30", ("y:2006-01-31", "y:2007-01-30"), "黄牌"),
        (3, 12, "2007-01-30", ("y:2006-01-31", "y:2006-06-01", "y:2007-01-30"), "红牌"),
        (2, 12, "2020-01-01", ("r:2006-01-31",), "红牌"),
        (2, 12, "2020-01-01", ("y:2006-01-31", "y:2006-02-01", "y:2019-12-31"), "红牌"),
        (2, 12, "2006-01-30", ("r:2006-01-31",), "绿牌"),
    ],
)
def test_where_it_stands(yellows: int, months: int, on: str, cards: tuple[str, ...], expected: str) -> None:
    assert stands(yellows, months, on, *cards) == expected


def test_there_are_two_cards_to_show() -> None:
    with pytest.raises(ProblemError, match="I108"):
        standing(CardRule(2, 12, "一"), {day("2006-01-01"): "蓝牌"}, day("2006-01-01"))
