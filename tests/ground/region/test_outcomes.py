"""The figures a worked example expects, by name, and how they are shown when they do not come out."""

from fractions import Fraction

import pytest

from tongchou.ground.errors import ProblemError
from tongchou.ground.region.outcomes import decimal, figure, names_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0.00"),
        (Fraction(5, 100), "0.05"),
        (Fraction(-5, 100), "-0.05"),
        (Fraction(1234, 10), "123.40"),
        (Fraction(-12), "-12.00"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 1000), "1/1000"),
    ],
)
def test_a_figure_is_never_shown_rounded(value: Fraction, text: str) -> None:
    assert decimal(value) == text


FIGURES: dict[str, Fraction | str] = {"a": Fraction(5), "b.c": Fraction(1, 2), "a - z": Fraction(9), "word": "full"}


@pytest.mark.parametrize(
    ("key", "value"),
    [("a", 5), ("a + b.c", Fraction(11, 2)), ("b.c - a  +  a", Fraction(1, 2)), ("a - z", 9), ("word", "full")],
)
def test_a_figure_is_looked_up_by_its_whole_name_before_it_is_a_sum(key: str, value: object) -> None:
    assert figure(key, FIGURES) == value


@pytest.mark.parametrize("key", ["d", "a + d", "a + word", "", " + a"])
def test_what_is_no_number_is_not_added(key: str) -> None:
    with pytest.raises(ProblemError) as error:
        figure(key, FIGURES)
    assert error.value.problems[0].code == "C031"


def test_the_names_of_a_sum() -> None:
    assert names_in("a + b.c  - 个人 ") == ["a", "b.c", "个人"]
