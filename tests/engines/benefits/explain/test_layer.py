"""One layer as a section: what it takes, what it leaves, and its heading."""

from fractions import Fraction

from tests.engines.benefits.explain.reading import TWO_ITEMS, layers, say, steps, told
from tests.engines.benefits.small import line, pack

TWO = "{pool: {name: 统筹基金}, large: {name: 大额, field: hifob_pay}}"


def test_the_section_of_a_layer():
    (section,) = layers(told(pack("pool.takes: in_scope\npool.ratio: 80%"), 1000))
    assert (section.title.zh, section.title.en) == ("pool 800.00 元", "pooling fund (pool) 800.00 yuan")
    assert (section.amount, section.layer, section.main.short) == (80000, "pool", "《办法》第1条")


def test_a_base_of_several_pots_with_coefficients_and_groups():
    sets = "pool.takes: [in_scope except 乙, 80% × first_self_pay of 甲]\npool.ratio: 50%"
    region = pack(sets, vocabulary=TWO_ITEMS)
    explanation = told(region, line(1000, "甲", first_pay_rate=Fraction(1, 10)), ("乙", 100))
    assert say(explanation, "takes") == "住院政策内费用(不含乙) + 80%×先行自付(甲) 980.00"
    assert say(explanation, "takes", "en") == ("in-scope expense (except 乙) + 80%×first self-pay (甲) of 住院 980.00")


def test_words_that_chose_the_figures_stand_behind_the_base():
    sets = "pool.takes: in_scope\npool.ratio: {by place: {区内: 80%, 市外: 60%}}"
    explanation = told(pack(sets, vocabulary="lists: {place: [区内, 市外]}"), 1000, place="市外")
    assert say(explanation, "takes") == "住院政策内费用 1,000.00(市外)"
    assert say(explanation, "takes", "en") == "in-scope expense of 住院 1,000.00 (市外)"


def test_remainders_of_earlier_layers_and_of_layers_that_do_not_serve():
    sets = """
pool.takes: in_scope
pool.ratio: 60%
large.takes: [pool.own_share, third.own_share, unpaid]
large.ratio: 50%
third.takes: in_scope
third.ratio: 50%
"""
    layers_ = "{pool: {name: 统筹基金}, large: {name: 大额, field: hifob_pay}, third: {field: oth_pay}}"
    explanation = told(pack(sets, layers=layers_, visits="{住院: [pool, large]}"), 1000)
    assert [s.say.zh for s in steps(explanation, "takes")] == [
        "住院政策内费用 1,000.00",
        "统筹基金的按比例自付部分 + 尚未支付的政策内费用 400.00",
    ]
    assert steps(explanation, "takes")[1].say.en == (
        "pooling fund (统筹基金): own share + in-scope expense not yet paid 400.00"
    )
    assert say(explanation, "cash") == "个人现金 200.00:大额的按比例自付部分 200.00"


def test_an_amount_that_came_with_the_claim():
    region = pack("pool.takes: in_scope", layers="{pool: {payer: given}}")
    explanation = told(region, 1000, given={"pool": 300})
    assert say(explanation, "given") == "随单金额 300.00"
    assert say(explanation, "given", "en") == "300.00 came with the claim"
    assert layers(explanation)[0].amount == 30000


def test_where_every_fen_of_the_base_went():
    sets = "pool.takes: in_scope\npool.ratio: 80%\npool.deductible: {per: stay, amount: 200}\n"
    explanation = told(pack(sets + "pool.caps.单次: {at_most: 400, of: paid, per: claim}"), 1000)
    (step,) = steps(explanation, "remainders")
    assert step.say.en == (
        "where it went: paid 400.00, deductible part 200.00, own share 100.00, part over the cap 300.00"
    )
    assert step.formula == "400.00 + 200.00 + 100.00 + 300.00 = 1,000.00"
    assert step.detail
