from fractions import Fraction

import pytest

from tongchou.ground.lint.figures import chinese_number, figures_in, says_all, says_none, values_in


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("起付线 500 元", 500),
        ("4万元", 40_000),
        ("3萬元", 30_000),
        ("5個百分點", 5),
        ("4 万元", 40_000),
        ("１２.５元", Fraction(25, 2)),
        ("2,000元", 2000),
        ("5百元", 500),
        ("三千五百元", 3500),
        ("十二万", 120_000),
        ("一亿二千万", 120_000_000),
        ("三万亿", 3 * 10**12),
        ("二〇一二年", 2012),
        ("80%", Fraction(4, 5)),
        ("千分之五", Fraction(1, 200)),
        ("5‰", Fraction(1, 200)),
        ("百分之八十", Fraction(4, 5)),
        ("三分之二", Fraction(2, 3)),
        ("2分之1", Fraction(1, 2)),
        ("按缴费基数的1/3", Fraction(1, 3)),
        ("八折", Fraction(4, 5)),
        ("七五折", Fraction(3, 4)),
        ("85折", Fraction(17, 20)),
        ("三成", Fraction(3, 10)),
        ("减半", Fraction(1, 2)),
        ("半年", 6),
        ("半个月", 15),
        ("三个月", 3),
        ("两个月", 2),
        ("1年", 12),
        ("一年", 12),
        ("10个百分点", 10),
        ("①50元", 50),
        ("50元/月", 50),
        ("提高到1.2倍", Fraction(6, 5)),
    ],
)
def test_a_figure_is_understood(text: str, value: Fraction) -> None:
    assert value in values_in(text)


@pytest.mark.parametrize("text", ["亿", "", "一二x", "零"])
def test_what_is_no_number(text: str) -> None:
    assert chinese_number(text) in (None, Fraction(0))


def test_a_figure_over_nothing_is_none() -> None:
    assert 5 in values_in("零分之五")
    assert values_in("1/0") == {1}
    assert values_in("亿分之五") == {5}


def test_which_figures_are_surely_quantities() -> None:
    found = {f.text: f.measured for f in figures_in("第一次住院,三级医院 800 元;一个月内两种病;一个病种;一次性")}
    assert found["800"]
    assert found["两"]
    assert [f.measured for f in figures_in("一个月")] == [True]
    assert [f.measured for f in figures_in("一个病种、一次性、三级医院")] == [False, False, False]


def test_figures_come_in_their_order_and_once() -> None:
    assert [f.text for f in figures_in("至5000元50%,三分之一,半数")] == ["5000", "50%", "三分之一", "半"]


def test_words_for_all_and_nothing() -> None:
    assert says_all("政府全额资助")
    assert not says_all("资助")
    assert says_none("不设起付线")
    assert says_none("不再先付")
    assert says_none("免交")
    assert not says_none("起付线")
