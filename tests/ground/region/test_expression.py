import contextlib
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.region import expression
from tongchou.ground.region.expression import (
    Unanswerable,
    Unreadable,
    evaluate,
    literal,
    names_in,
    number,
    numbers_in,
    parse,
    truth,
)

FACTS: dict[str, Any] = {
    "age": Fraction(70),
    "fee": Fraction(1000),
    "place": "市外",
    "diseases": ("高血压", "糖尿病"),
    "on": date(2024, 1, 31),
    "off": date(2024, 2, 29),
    "workdays": lambda start, end: (end - start).days,
}


def value(text: str) -> Any:
    return evaluate(parse(text), FACTS.__getitem__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("500", 500),
        ("4万", 40_000),
        ("1.5万元", 15_000),
        ("2亿", 200_000_000),
        ("12.50元", Fraction(25, 2)),
        ("14%", Fraction(7, 50)),
        ("5个百分点", 5),
        ("1/3", Fraction(1, 3)),
        ("-10", -10),
        ("−10", -10),
    ],
)
def test_literals_are_exact(text: str, expected: Fraction) -> None:
    assert literal(text) == expected


@pytest.mark.parametrize("text", ["1/0", "1234567890123456"])
def test_literals_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable):
        literal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20% × fee + 5", 205),
        ("2 * 3 - 1 ÷ 2", Fraction(11, 2)),
        ("-(age - 60) / 2", -5),
        ("− 1", -1),
        ("max(20% × fee, 2000)", 2000),
        ("min(fee, 50元)", 50),
        ("ceil(fee ÷ 300)", 4),
        ("floor(fee ÷ 300)", 3),
        ("days(on, off)", 29),
        ("workdays(on, off)", 29),
        ("months(on, off)", 0),
        ("months(off, on)", -1),
        ("months(2024-01-15, 2024-03-15)", 2),
        ("count(diseases)", 2),
        ("if(age >= 70, 1, 2)", 1),
        ("if(age > 70, 1, 2)", 2),
    ],
)
def test_arithmetic(text: str, expected: Fraction) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("place is 市外", True),
        ("place is not 市外", False),
        ("place 是 市外", True),
        ("place 不是 市外", False),
        ("place in [市内, 市外]", True),
        ("place 属于 [市内]", False),
        ("place not in [市内]", True),
        ("place is '市外' and age >= 70", True),
        ("place is 市内 or age < 70 或 fee = 1000", True),
        ("not place is 市外", False),
        ("非 (age ≤ 60)", True),
        ("age ≥ 70 且 fee == 1000", True),
        ("diseases has 高血压", True),
        ("diseases has 血透", False),
        ("on < 2024-02-01", True),
        ("on > off", False),
        ("age is 70", True),
        ("always", True),
        ("总是", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    assert truth(parse(text), FACTS.__getitem__) is expected


@pytest.mark.parametrize(
    "text",
    [
        "place + 1",
        "fee ÷ (age - 70)",
        "age > on",
        "place > 1",
        "days(on, age)",
        "days(on)",
        "count(age)",
        "count()",
        "place has 高血压",
        "if(age > 1)",
        "ceil(1, 2)",
        "max()",
        "if(age, 1, 2)",
        "-place",
    ],
)
def test_what_cannot_be_answered_says_so(text: str) -> None:
    with pytest.raises(Unanswerable):
        value(text)


def test_a_number_is_no_condition_and_a_condition_no_number() -> None:
    with pytest.raises(Unanswerable):
        truth(parse("age"), FACTS.__getitem__)
    with pytest.raises(Unanswerable):
        number(parse("age > 1"), FACTS.__getitem__)


def test_a_whole_number_is_a_number() -> None:
    assert number(parse("n + 1"), {"n": 3}.__getitem__) == Fraction(4)


def test_working_days_that_cannot_be_counted() -> None:
    def refuse(start: date, end: date) -> int:
        raise LookupError("the calendar does not cover 2031")

    with pytest.raises(Unanswerable, match="2031"):
        evaluate(parse("workdays(on, off)"), {**FACTS, "workdays": refuse}.__getitem__)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("5 +", 3),
        ("place is", 7),
        ("0.5 + 1", 1),
        ("2007-02-30", 1),
        ("x" * 2001, 2000),
        ("(" * 45 + "1" + ")" * 45 + " + " + "-" * 45 + "1", 1),
        ("not " * 41 + "age > 1", 1),
        ("6个月", 1),
        ("1 + 1234567890123456", 1),
    ],
)
def test_the_column_where_reading_stopped(text: str, column: int) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert caught.value.column == column or column == 1


def test_names_with_the_words_they_are_compared_with() -> None:
    tree = parse("place is 市外 and max(age, fee) > 5 or diseases has 血透 or place in [市内, 省外] or (age + 1) is 3")
    assert list(names_in(tree)) == [
        ("place", "市外"),
        ("age", None),
        ("fee", None),
        ("diseases", "血透"),
        ("place", "市内"),
        ("place", "省外"),
        ("age", None),
    ]
    assert list(numbers_in(tree)) == [5, 1]


def test_a_word_may_read_like_an_operator() -> None:
    assert truth(parse("place in [name, add]"), {"place": "name"}.__getitem__)
    assert list(names_in(parse("place in [name, add]"))) == [("place", "name"), ("place", "add")]


@given(st.text(alphabet="ab 市外is notand or()[],+-×÷<>=1230.%万元'\"", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        list(names_in(parse(text)))


def test_ready_trees_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expression, "_MOST_READY", 2)
    trees = [parse(f"fee + {n}") for n in range(5)]
    for _ in range(2):
        assert [evaluate(tree, FACTS.__getitem__) for tree in trees] == [1000 + n for n in range(5)]
        assert len(expression._ready) <= 2
