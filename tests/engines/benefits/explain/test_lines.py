"""Every line: its four parts, the rule that split it, and what was paid of it."""

from fractions import Fraction

from tests.engines.benefits.explain.reading import TWO_ITEMS, told
from tests.engines.benefits.small import line, pack

SETS = """
items.exclude.目录外: {when: item is 乙}
items.price_limit.限价: {when: unit_price > 50, at_most: 80}
items.first_pay.先付: {when: unit_price > 60, rate: 10%}
pool.takes: in_scope
pool.ratio: 80%
"""


def why(explanation, lang: str = "zh") -> list[str]:
    return [row.why.say.of(lang) for row in explanation.lines]


def test_rules_of_the_region():
    region = pack(SETS, vocabulary=TWO_ITEMS)
    explanation = told(region, line(100, "甲", unit_price=Fraction(100)), line(50, "乙", unit_price=Fraction(9)))
    assert why(explanation) == ["限价“限价”;先行自付“先付”", "全自费“目录外”"]
    assert why(explanation, "en") == ["price limit '限价'; first self-pay '先付'", "fully self-paid '目录外'"]
    first = explanation.lines[0]
    assert (first.parts, first.paid, first.cash) == ((0, 2000, 800, 7200), {"pool": 5760}, 4240)
    assert first.why.formula == "0.00 + 20.00 + 8.00 + 72.00 = 100.00"
    assert [c.cite for c in first.why.citations] == ["第1条"]


def test_what_the_line_brought_itself():
    region = pack("pool.takes: in_scope\npool.ratio: 80%")
    explanation = told(
        region,
        line(100, price_limit=4000, quantity=Fraction(2), first_pay_rate=Fraction(1, 10)),
        line(30, **{"class": "03"}),
        line(20, limited_use="1"),
        line(40, given_parts=(0, 0, 1000, 3000)),
        line(10, id="原"),
        line(-4, id="退", original="原"),
    )
    assert why(explanation) == [
        "超过目录限价 40.00×2;按目录先付 10%",
        "丙类,全自费",
        "限用范围未经审批,全自费",
        "随单已拆分",
        "全部在政策范围内",
        "按原项目 原 退回",
    ]
    assert why(explanation, "en") == [
        "over the catalogue limit 40.00×2; first pay of the catalogue 10%",
        "class C, fully self-paid",
        "limited use without approval, fully self-paid",
        "came already split",
        "wholly in scope",
        "returns line 原 as it was split",
    ]
