"""Around the layers: guards that applied, packages, diverted lines, and the cash."""

from tests.engines.benefits.explain.reading import TWO_ITEMS, say, steps, told
from tests.engines.benefits.small import claim, line, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"


def test_the_total_and_its_parts():
    explanation = told(pack(BASE), 100, line(20, **{"class": "丙"}))
    assert say(explanation, "split") == "费用总额 120.00:全自费 20.00、政策内费用 100.00"
    assert say(explanation, "split", "en") == "total fee 120.00: full self-pay 20.00, in-scope expense 100.00"
    assert steps(explanation, "split")[0].formula == "20.00 + 0.00 + 0.00 + 100.00 = 120.00"


def test_a_reduction():
    sets = "claim.guard.欠费: {when: nth >= 1, do: reduce, pay: 50%, because: 欠费}"
    explanation = told(pack(BASE + sets), 100)
    assert (
        say(explanation, "guard") == "条款“欠费”:欠费,基金支付比例乘以 50%(本年第几次住院不小于 1;本年第几次住院是 1)"
    )
    assert say(explanation, "guard", "en") == (
        "clause '欠费': 欠费, the funds' ratios are multiplied by 50% "
        "(number of the stay this year is at least 1; number of the stay this year is 1)"
    )


def test_a_redirection():
    sets = "claim.guard.改派: {when: kind is 大病 and place is 市外, do: redirect, to: 住院}"
    layers = "{pool: {}, large: {}}"
    more = "large.takes: in_scope\nlarge.ratio: 50%"
    visits = "{住院: [pool], 大病: [large]}"
    vocabulary = "lists: {place: [市内, 市外]}"
    region = pack(BASE + sets, more, layers=layers, visits=visits, vocabulary=vocabulary)
    explanation = told(region, 100, kind="大病", place="市外")
    assert say(explanation, "guard") == "条款“改派”:…,改按“住院”结算(就诊类别为大病 且 就医地为市外;就医地是市外)"
    assert "settled as '住院'" in say(explanation, "guard", "en")
    assert steps(explanation, "divert") == []
    assert [s.layer for s in explanation.sections if s.kind == "layer"] == ["pool"]


def test_packages():
    sets = """
items.package.次: {when: always, price: 500, per: claim, excess: hospital}
items.package.月: {when: always, price: 450, per: month, excess: person}
items.package.年: {when: always, price: 900, per: year, excess: person}
items.package.无: {when: always, price: 不限, per: year, excess: person}
"""
    engine, state = Engine(pack(BASE + sets)), State()
    settled(engine, claim(100, id="A"), state)
    explanation = told(engine.pack, 600, state=state, id="B")
    assert [s.say.zh for s in steps(explanation, "package")] == [
        "包干“次”:单次 500.00,超出 100.00 由医院承担",
        "包干“月”:每月 450.00,当月已用 100.00,超出 150.00 由个人承担",
        "包干“年”:年度 900.00,本年已用 100.00,未超出",
        "包干“无” 不限",
    ]
    assert [s.say.en for s in steps(explanation, "package")][1:] == [
        "package '月': monthly 450.00, 100.00 used that month, 150.00 more is borne by the person",
        "package '年': yearly 900.00, 100.00 used this year, not exceeded",
        "package '无': no limit",
    ]
    assert steps(explanation, "package")[0].say.en.endswith("100.00 more is borne by the hospital")
    assert say(explanation, "payers") == "总额 600.00 = pool 280.00、医院负担 100.00、个人现金 220.00"
    assert say(explanation, "payers", "en") == (
        "total 600.00 = pooling fund (pool) 280.00, borne by the hospital 100.00, cash 220.00"
    )
    assert say(explanation, "cash") == "个人现金 220.00:超包干部分 150.00、pool的按比例自付部分 70.00"
    assert [(b.kind, b.start, b.amount) for b in explanation.bars] == [
        ("total", 0, 60000),
        ("fund", 32000, 28000),
        ("hospital", 22000, 10000),
        ("cash", 0, 22000),
    ]


def test_no_cash_at_all():
    explanation = told(pack("pool.takes: in_scope\npool.ratio: 100%"), 100)
    assert say(explanation, "cash", "en") == "cash 0.00"
    assert steps(explanation, "cash")[0].formula == "0.00 = 0.00"


def test_lines_that_fell_to_another_kind_of_visit():
    sets = BASE + "items.divert.范围外: {when: item is 乙, to: 门诊}\nclinic.takes: in_scope\nclinic.ratio: 50%"
    region = pack(
        sets,
        layers="{pool: {}, clinic: {}}",
        visits="{住院: [pool], 门诊: [clinic]}",
        vocabulary=TWO_ITEMS,
    )
    explanation = told(region, ("甲", 100), ("乙", 40))
    assert say(explanation, "divert") == "项目 C1/2 改按“门诊”结算"
    assert say(explanation, "divert", "en") == "settled as '门诊': C1/2"
    assert [c.cite for c in steps(explanation, "divert")[0].citations] == ["第1条"]
    titles = [s.title for s in explanation.sections if s.kind == "layer"]
    assert [t.zh for t in titles] == ["pool 80.00 元(住院,2024 年度)", "clinic 20.00 元(门诊,2024 年度)"]
    assert titles[1].en == "pooling fund (clinic) 20.00 yuan (门诊, insurance year 2024)"
    assert explanation.not_applied == ()
    alone = told(region, ("乙", 40))
    assert [c.cite for c in steps(alone, "divert")[0].citations] == ["第1条"]
    assert alone.not_applied == ()
