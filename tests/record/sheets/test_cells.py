"""Readers of cells: what they read, and what they rather refuse than guess."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.record.sheets import Choice, Code, Day, Fen, Number, Reader, Share, Text, Whole, Words


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (Text(5), " 阿司  匹林 ", "阿司 匹林"),
        (Code(), "ＸＡ０１ 02", "XA0102"),
        (Code(), "C50.9", "C50.9"),
        (Whole(0, 120), "14.0", 14),
        (Number(), "2.50", "2.5"),
        (Fen(), "12.5", 1250),
        (Fen(), "￥1,234.50元", 123450),
        (Fen(), "0", 0),
        (Share(), "10%", 1000),
        (Share(), "0.125", 1250),
        (Share(), "１０％", 1000),
        (Share(), "1", 10_000),
        (Day(), "2026-01-05", date(2026, 1, 5)),
        (Day(), "2026/1/5", date(2026, 1, 5)),
        (Day(), "2026年1月5日", date(2026, 1, 5)),
        (Day(), "20260105", date(2026, 1, 5)),
        (Day(), "2026-01-05 00:00:00", date(2026, 1, 5)),
        (Choice({"甲": "甲", "01": "甲"}), "01", "甲"),
        (Words(Code()), "C50、C51,C52", ("C50", "C51", "C52")),
    ],
)
def test_what_is_read(reader: Reader, text: str, value: Any) -> None:
    assert reader(text) == value


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (Text(2), "阿司匹林"),
        (Text(9), "a\0b"),
        (Code(), "甲乙"),
        (Code(3), "ABCD"),
        (Whole(0, 120), "14.5"),
        (Whole(0, 120), "-1"),
        (Number(places=2), "0.125"),
        (Fen(), "12.345"),
        (Fen(), "-1"),
        (Fen(), "12,34"),
        (Fen(), "1e3"),
        (Fen(), "99999999999999"),
        (Share(), "10"),
        (Share(), "0.12345"),
        (Share(), "-5%"),
        (Day(), "2026-02-30"),
        (Day(), "46023"),
        (Day(), "05/01/2026"),
        (Day(), "2026-01-05 08:00:00"),
        (Choice({"甲": "甲"}), "A"),
    ],
)
def test_what_is_refused(reader: Reader, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (its text is the cell)
        reader(text)
    assert all(reader.says)


@given(st.integers(0, 10**10))
def test_fen_survive_the_way_through_a_text(fen: int) -> None:
    assert Fen()(f"{fen // 100}.{fen % 100:02d}") == Fen()(f"{fen // 100:,}.{fen % 100:02d}") == fen
