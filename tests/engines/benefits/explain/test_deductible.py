"""起付线: the amount, its adjustments, what was charged already, the yearly maximum, and who bore it first."""

from tests.engines.benefits.explain.reading import TWO_ITEMS, absent, say, steps, told
from tests.engines.benefits.small import claim, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State

PLACES = "lists: {place: [区内, 市外]}"


def region(deductible: str, more: str = "", **kwargs):
    return pack(f"pool.takes: in_scope\npool.ratio: 80%\npool.deductible: {deductible}\n{more}", **kwargs)


def test_a_plain_amount_is_what_is_due():
    explanation = told(region("{per: stay, amount: 500}"), 3000)
    assert say(explanation, "deductible") == "起付线 500.00"
    assert say(explanation, "deductible", "en") == "deductible 500.00"
    assert steps(explanation, "deductible")[0].numbers == {"declared": 50000, "due": 50000, "taken": 50000}


def test_no_deductible_no_step():
    assert steps(told(pack("pool.takes: in_scope\npool.ratio: 80%"), 100), "deductible") == []


def test_a_formula_is_shown():
    explanation = told(region("{per: stay, amount: 'max(total_fee × 10%, 200)'}"), 3000)
    assert steps(explanation, "deductible")[0].formula == "max(total_fee × 10%, 200) = 300"


def test_expense_below_the_deductible():
    explanation = told(region("{per: stay, amount: 500}"), 300)
    assert say(explanation, "deductible") == "起付线 500.00,费用不足,只抵 300.00"
    assert say(explanation, "deductible", "en") == "deductible 500.00, only 300.00 of expense to take it from"
    assert say(explanation, "bands") == "没有费用落在分段内"


def test_adjustments_in_their_order_and_those_that_did_not_hold():
    sets = """
pool.deductible.半价: {when: nth >= 2, times: 50%}
pool.deductible.转诊: {when: place is 市外, plus: 100}
pool.deductible.倍数: {times: 2}
pool.deductible.减免: {minus: 100}
pool.deductible.封顶: {at_most: 不限}
pool.deductible.保底: {at_least: 50}
pool.deductible.最高: {at_most: 600}
"""
    explanation = told(region("{per: stay, amount: 500}", sets, vocabulary=PLACES), 3000, place="市外")
    assert [s.say.zh for s in steps(explanation, "deductible_adjustment")] == [
        "“转诊”加 100.00",
        "“倍数”乘以 2",
        "“减免”减 100.00",
        "“封顶”不高于 -",
        "“保底”不低于 50.00",
        "“最高”不高于 600.00",
    ]
    assert say(explanation, "deductible") == "起付线 500.00"
    assert say(explanation, "deductible_due") == "本次应付起付线 600.00"
    assert say(explanation, "deductible_due", "en") == "deductible due now 600.00"
    assert absent(explanation) == ["pool的起付线调整“半价”(要求本年第几次住院不小于 2;实际本年第几次住院是 1)"]
    assert absent(explanation, "en") == [
        "pooling fund (pool), deductible adjustment '半价' (needs number of the stay this year is at least 2; "
        "here number of the stay this year is 1)"
    ]


def test_a_zeroed_deductible_and_a_share_of_it():
    sets = "pool.deductible.半价: {times: 50%}\npool.deductible.免收: {set: 0}"
    explanation = told(region("{per: stay, amount: 500}", sets), 3000)
    assert [s.say.en for s in steps(explanation, "deductible_adjustment")] == ["'半价' times 50%", "'免收' set to 0.00"]
    assert [dict(s.numbers) for s in steps(explanation, "deductible_adjustment")] == [{}, {"set": 0}]
    assert say(explanation, "deductible_due") == "本次应付起付线 0.00"
    assert steps(explanation, "deductible_due")[0].formula == "0.00 → 0.00"
    assert [s.formula for s in steps(explanation, "deductible_adjustment")] == ["× 50%", "= 0.00"]


def test_what_the_period_was_charged_already():
    engine, state = Engine(region("{per: year, amount: 500, yearly_maximum: 450}")), State()
    settled(engine, claim(300, id="A"), state)
    explanation = told(engine.pack, 3000, state=state, id="B")
    assert say(explanation, "deductible_charged") == "本年已收 300.00"
    assert say(explanation, "deductible_charged", "en") == "300.00 already charged this year"
    assert say(explanation, "deductible_yearly") == "起付线全年最多 450.00,本年已收 300.00"
    assert say(explanation, "deductible_due") == "本次应付起付线 150.00"
    assert steps(explanation, "deductible_due")[0].formula == "500.00 − 300.00 → 150.00"


def test_the_yearly_maximum_alone():
    explanation = told(region("{per: claim, amount: 500, yearly_maximum: 450}"), 3000)
    assert say(explanation, "deductible_yearly", "en") == "at most 450.00 of deductible a year, 0.00 charged this year"
    assert steps(explanation, "deductible_charged") == []


def test_the_group_it_is_taken_from_first():
    sets = "allocation: {deductible: [乙, 甲]}"
    explanation = told(region("{per: stay, amount: 500}", sets, vocabulary=TWO_ITEMS), ("甲", 400), ("乙", 400))
    assert say(explanation, "deductible") == "起付线 500.00(先抵乙)"
    assert say(explanation, "deductible", "en") == "deductible 500.00 (taken from 乙 first)"
    assert say(explanation, "allocation") == "起付线先后:乙、甲"
    alone = told(region("{per: stay, amount: 500}", sets, vocabulary=TWO_ITEMS), ("甲", 800))
    assert say(alone, "deductible") == "起付线 500.00"
    assert steps(alone, "allocation") == []


def test_pro_rata_and_an_order_that_names_none_of_the_groups():
    pro_rata = region("{per: stay, amount: 500}", "allocation: {deductible: pro rata}", vocabulary=TWO_ITEMS)
    explanation = told(pro_rata, ("甲", 400), ("乙", 400))
    assert say(explanation, "deductible") == "起付线 500.00(各组按占比分摊)"
    assert say(explanation, "allocation", "en") == "the deductible is shared by all groups pro rata"
    three = "lists: {item: [甲, 乙, 其他类]}"
    other = region("{per: stay, amount: 500}", "allocation: {deductible: [其他类]}", vocabulary=three)
    assert say(told(other, ("甲", 400), ("乙", 400)), "deductible") == "起付线 500.00"


def test_the_groups_that_earlier_layers_left():
    sets = """
pool.takes: in_scope of 甲、乙
pool.ratio: 50%
second.takes: pool.own_share
second.ratio: 50%
second.deductible: {per: claim, amount: 100}
allocation: {deductible: [丙, 乙]}
"""
    vocabulary = "lists: {item: [甲, 乙, 丙]}"
    region = pack(sets, layers="{pool: {}, second: {field: hifmi_pay}}", vocabulary=vocabulary)
    explanation = told(region, ("甲", 400), ("乙", 400), ("丙", 400))
    assert say(explanation, "deductible") == "起付线 100.00(先抵乙)"


def test_the_excess_of_a_package_belongs_to_the_in_scope_groups():
    sets = """
items.package.包: {when: always, price: 500, per: claim, excess: person}
pool.takes: package_excess
pool.ratio: 50%
pool.deductible: {per: claim, amount: 100}
allocation: {deductible: [乙, 甲]}
"""
    explanation = told(pack(sets, vocabulary=TWO_ITEMS), ("甲", 400), ("乙", 400))
    assert say(explanation, "deductible") == "起付线 100.00(先抵乙)"
