"""One cell: what is read as what, and what is refused under which code."""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables import TABLES, Column
from tongchou.ground.tables.messages import MESSAGES
from tongchou.ground.tables.shape import (
    DATE,
    FEN,
    FENS,
    INT,
    MONTH,
    PRICE,
    QUANTITY,
    RATIO,
    TEXT,
    TEXTS,
    TIMESTAMP,
    TYPES,
    WORDS,
)
from tongchou.ground.tables.values import Fault, parse_json, reader, shown


def column(kind: str, **more: Any) -> Column:
    return Column("c", kind, "", "", "", "", **more)


def code(kind: str | Column, raw: object) -> str:
    with pytest.raises(Fault) as caught:
        reader(column(kind) if isinstance(kind, str) else kind)(raw)
    entry = MESSAGES[caught.value.code]
    for text in (entry.zh, entry.en, entry.remedy_zh, entry.remedy_en):
        assert text.format(**{"value": "", **caught.value.details})
    return caught.value.code


CLASS = TABLES["lines"].column("class")
LIMIT = TABLES["lines"].column("price_limit")
SEX = TABLES["persons"].column("sex")


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (TEXT, "张　三", "张　三"),
        (TEXT, "\ue123", "\ue123"),
        (FEN, "-12", -12),
        (FEN, 12, 12),
        (FEN, Decimal("12"), 12),
        (FEN, Decimal("1E+2"), 100),
        (FEN, Fraction(12), 12),
        (FEN, str(MAX_FEN), MAX_FEN),
        (INT, str(2**63 - 1), 2**63 - 1),
        (DATE, "2024-02-29", date(2024, 2, 29)),
        (DATE, date(2024, 2, 29), date(2024, 2, 29)),
        (DATE, datetime.fromisoformat("2024-02-29 00:00:00"), date(2024, 2, 29)),
        (TIMESTAMP, "2024-02-29 08:30:00", datetime.fromisoformat("2024-02-29 08:30:00")),
        (TIMESTAMP, "2024-02-29T08:30:00.5", datetime.fromisoformat("2024-02-29 08:30:00.500000")),
        (TIMESTAMP, datetime.fromisoformat("2024-02-29 08:00:00"), datetime.fromisoformat("2024-02-29 08:00:00")),
        (MONTH, "2024-12", "2024-12"),
        (QUANTITY, "-0.5000", Decimal("-0.5")),
        (QUANTITY, 3, Decimal(3)),
        (QUANTITY, "0", Decimal(0)),
        (QUANTITY, "0.00000", Decimal(0)),
        (QUANTITY, Decimal("0E-99999"), Decimal(0)),
        (QUANTITY, "1.50000", Decimal("1.5")),
        (PRICE, Fraction(1, 8), Decimal("0.125")),
        (RATIO, "0.05", Decimal("0.05")),
        (TEXTS, '["a", "b"]', ["a", "b"]),
        (TEXTS, ["a"], ["a"]),
        (WORDS, '{"a": "b"}', {"a": "b"}),
        (WORDS, [("a", "b")], {"a": "b"}),
        (WORDS, {"a": ""}, {"a": ""}),
        (FENS, '{"大病": 12}', {"大病": 12}),
        (FENS, {"a": -1}, {"a": -1}),
    ],
)
def test_what_is_read(kind: str, raw: object, value: object) -> None:
    read = reader(column(kind))(raw)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_cell_stays_empty_or_is_refused(kind: str) -> None:
    empty = {TEXTS: [], WORDS: {}, FENS: {}}.get(kind)
    assert reader(column(kind))(None) == reader(column(kind))("") == empty
    assert code(column(kind, required=True), None) == "T122"


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        (TEXT, 1, "T137"),
        (TEXT, float("nan"), "T129"),
        (TEXT, 1.0, "T137"),
        (TEXT, " a", "T136"),
        (TEXT, "a ", "T136"),
        (TEXT, "\u3000a", "T136"),
        (TEXT, "a\nb", "T136"),
        (TEXT, "a\u200bb", "T136"),
        (TEXT, "\ud800", "T136"),
        (FEN, "12.34", "T126"),
        (FEN, "12.00", "T126"),
        (FEN, Decimal("12.00"), "T126"),
        (FEN, Fraction(1, 2), "T126"),
        (FEN, "1,000", "T126"),
        (FEN, "+1", "T126"),
        (FEN, "１２", "T126"),
        (FEN, "007", "T126"),
        (FEN, "", None),
        (FEN, 12.0, "T128"),
        (FEN, float("nan"), "T129"),
        (FEN, float("inf"), "T129"),
        (FEN, Decimal("NaN"), "T129"),
        (FEN, Decimal("-Infinity"), "T129"),
        (FEN, "NaN", "T129"),
        (FEN, "-inf", "T129"),
        (FEN, True, "T137"),
        (FEN, [], "T137"),
        (FEN, str(10**15), "T132"),
        (FEN, MAX_FEN + 1, "T132"),
        (FEN, -MAX_FEN - 1, "T132"),
        (FEN, "9" * 5000, "T132"),
        (FEN, Decimal("1E+999999"), "T132"),
        (INT, "1.5", "T127"),
        (INT, 2**63, "T132"),
        (DATE, "2024-2-9", "T124"),
        (DATE, "2023-02-29", "T124"),
        (DATE, "9999-12-31", "T124"),
        (DATE, "1899-12-31", "T124"),
        (DATE, datetime.fromisoformat("2024-01-01 01:00:00"), "T124"),
        (DATE, datetime(2024, 1, 1, tzinfo=UTC), "T124"),
        (DATE, 20240101, "T124"),
        (TIMESTAMP, "2024-01-01", "T125"),
        (TIMESTAMP, "2024-01-01 24:00:00", "T125"),
        (TIMESTAMP, "2024-01-01 08:00:00+08:00", "T125"),
        (TIMESTAMP, datetime(2024, 1, 1, tzinfo=UTC), "T125"),
        (TIMESTAMP, date(2024, 1, 1), "T125"),
        (TIMESTAMP, datetime.fromisoformat("2200-01-01 00:00:00"), "T125"),
        (MONTH, "2024-13", "T138"),
        (MONTH, 202401, "T138"),
        (QUANTITY, "1e3", "T130"),
        (QUANTITY, "5%", "T130"),
        (QUANTITY, ".5", "T130"),
        (QUANTITY, 0.5, "T128"),
        (QUANTITY, "0.00001", "T131"),
        (QUANTITY, "1.00001", "T131"),
        (QUANTITY, Decimal("1E-999999"), "T131"),
        (QUANTITY, Fraction(1, 3), "T131"),
        (QUANTITY, "1" + "0" * 14, "T132"),
        (QUANTITY, 10**14, "T132"),
        (QUANTITY, Decimal("1E+999999"), "T132"),
        (QUANTITY, "nan", "T129"),
        (TEXTS, "a", "T134"),
        (TEXTS, '"a"', "T134"),
        (TEXTS, "[1]", "T134"),
        (TEXTS, '[""]', "T134"),
        (TEXTS, ["a "], "T136"),
        (TEXTS, "[" * 100_000, "T134"),
        (WORDS, "{", "T135"),
        (WORDS, "[]", None),
        (WORDS, '["a"]', "T135"),
        (WORDS, 5, "T135"),
        (WORDS, '{"a": "b", "a": "c"}', "T135"),
        (WORDS, [("a", "b"), ("a", "c")], "T135"),
        (WORDS, {"": "b"}, "T135"),
        (WORDS, {1: "b"}, "T135"),
        (WORDS, {"a": None}, "T135"),
        (WORDS, {"a\t": "b"}, "T136"),
        (WORDS, {"a": "b\t"}, "T136"),
        (FENS, {"a": "1"}, "T135"),
        (FENS, '{"a": 1.5}', "T126"),
        (FENS, '{"a": NaN}', "T129"),
        (FENS, '{"a": null}', "T137"),
        (FENS, '{"a": 1e999999999999999999999}', "T135"),
        (FENS, {"a": 10**15}, "T132"),
    ],
)
def test_what_is_refused(kind: str, raw: object, expected: str | None) -> None:
    if expected is None:
        assert not reader(column(kind))(raw)
    else:
        assert code(kind, raw) == expected


def test_words_and_their_other_spellings() -> None:
    assert [reader(CLASS)(raw) for raw in ("甲", "02", "03")] == ["甲", "乙", "丙"]
    assert [reader(SEX)(raw) for raw in ("1", "2", "9", "未知")] == ["男", "女", "未知", "未知"]
    assert code(CLASS, "丁") == "T123"
    assert code(CLASS, "1") == "T123"


def test_a_price_limit_that_means_none() -> None:
    assert reader(LIMIT)("99999900") is None
    assert reader(LIMIT)(9_999_999_900) is None
    assert reader(LIMIT)("99999901") == 99_999_901


def test_bounds() -> None:
    assert code(LIMIT, -1) == "T133"
    rate = TABLES["lines"].column("first_pay_rate")
    assert reader(rate)("1") == 1
    assert code(rate, "1.000001") == "T133"
    assert code(rate, "-0.1") == "T133"
    assert code(column(INT, high=3), 4) == "T133"


def test_a_shown_value_is_short_and_printable() -> None:
    assert shown("a\n\ud800") == "a\\n\\ud800"
    assert len(shown("x" * 1000)) == 80
    assert shown(date(2024, 1, 1)) == "2024-01-01"
    deep: list[object] = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    assert len(shown(deep)) <= 80


def test_json_numbers_are_exact() -> None:
    assert parse_json("0.1") == Decimal("0.1")
    with pytest.raises(ValueError, match="twice"):
        parse_json('{"a": 1, "a": 2}')


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.fractions()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=6,
)


def attempt(read: Callable[[object], object], raw: object) -> object:
    try:
        return read(raw)
    except Fault as fault:
        return fault


@given(st.sampled_from(TYPES), ANY)
def test_any_cell_is_read_or_refused_and_what_is_read_reads_again(kind: str, raw: object) -> None:
    read = reader(column(kind))
    found = attempt(read, raw)
    if isinstance(found, Fault):
        assert found.code in MESSAGES
        assert len(shown(raw)) <= 80 * 10
    else:
        assert read(found) == found
        assert not isinstance(found, float)
