"""Limits: what each allows, what was used, the room, what it cut; accounts, floors, and the way back."""

from tests.engines.benefits.explain.reading import absent, layers, say, steps, told
from tests.engines.benefits.small import claim, line, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, State

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"
ACCOUNT = "{account: {payer: account, bearer: account, field: acct_pay, account: 账户}}"


def caps(explanation, lang: str = "zh") -> list[str]:
    return [s.say.of(lang) for s in steps(explanation, "cap")]


def test_a_cap_that_is_not_reached():
    explanation = told(pack(BASE + "pool.caps.年: {at_most: 4万, of: paid, per: year}"), 1000)
    assert caps(explanation) == ["年度限额 40,000.00,本年已用 0.00,未触顶"]
    assert caps(explanation, "en") == ["yearly cap 40,000.00, 0.00 used this year, not reached"]
    assert steps(explanation, "cap")[0].numbers == {"limit": 4000000, "used": 0, "room": 4000000}


def test_a_cap_that_cuts_and_the_way_back_through_the_ratio():
    engine, state = Engine(pack(BASE + "pool.caps.年: {at_most: 1000, of: paid, per: year}")), State()
    settled(engine, claim(500, id="A"), state)
    explanation = told(engine.pack, 2000, state=state, id="B")
    assert caps(explanation) == ["年度限额 1,000.00,本年已用 400.00,触顶,余 600.00,少付 1,000.00"]
    assert caps(explanation, "en") == [
        "yearly cap 1,000.00, 400.00 used this year, reached: 600.00 is left, 1,000.00 less is paid"
    ]
    assert say(explanation, "inverse") == "按比例倒推,付足 600.00 用去费用 750.00,其余 1,250.00 超限"
    assert steps(explanation, "cap")[0].formula == "1,000.00 − 400.00 = 600.00 < 1,600.00"


def test_the_way_back_through_bands():
    bands = "pool.takes: in_scope\npool.bands: {measured_on: expense, over: claim, rows: [{above: 0, pay: 50%}]}\n"
    explanation = told(pack(bands + "pool.caps.单次: {at_most: 100, of: paid, per: claim}"), 1000)
    assert caps(explanation) == ["单次限额 100.00,触顶,余 100.00,少付 400.00"]
    assert say(explanation, "inverse", "en") == (
        "counted back through the bands, paying 100.00 uses 200.00; the other 800.00 is over the cap"
    )


def test_of_several_caps_the_one_with_the_least_room_decides():
    sets = """
pool.caps.年: {at_most: 500, of: paid, per: year}
pool.caps.月: {at_most: 300, of: paid, per: month, pool: 门诊池, each: disease}
pool.caps.日: {at_most: 不限, of: paid, per: day}
pool.caps.市外: {when: nth >= 2, at_most: 100, of: paid, per: year}
"""
    explanation = told(pack(BASE + sets), 1000, disease="糖尿病")
    assert caps(explanation) == [
        "年度限额 500.00,本年已用 0.00,也触顶,以余额较小的限额为准",
        "每月限额(与“门诊池”共用)(按病种分别计) 300.00,当月已用 0.00,触顶,余 300.00,少付 500.00",
        "每日限额 不限",
    ]
    assert caps(explanation, "en")[2] == "daily cap: none"
    assert absent(explanation) == ["pool的限额“市外”(要求本年第几次住院不小于 2;实际本年第几次住院是 1)"]


def test_later_layers_see_what_earlier_ones_of_the_pool_used():
    sets = """
pool.takes: in_scope
pool.ratio: 50%
pool.caps.年: {at_most: 1000, of: paid, per: year, pool: 共用}
second.takes: pool.own_share
second.ratio: 50%
second.caps.年: {at_most: 1000, of: paid, per: year, pool: 共用}
"""
    explanation = told(pack(sets, layers="{pool: {}, second: {field: hifmi_pay}}"), 1800)
    assert caps(explanation) == [
        "年度限额(与“共用”共用) 1,000.00,本年已用 0.00,未触顶",
        "年度限额(与“共用”共用) 1,000.00,本年已用 900.00,触顶,余 100.00,少付 350.00",
    ]


def test_caps_of_what_enters_and_of_what_is_covered():
    sets = "pool.caps.进: {at_most: 800, of: entering, per: stay}\n"
    sets += "pool.caps.计: {at_most: 600, of: covered, per: episode}"
    explanation = told(pack(BASE + sets), 1000)
    assert caps(explanation) == [
        "每次住院进入限额 800.00,本次住院已用 0.00,触顶,余 800.00,200.00 不再进入",
        "每个疗程费用限额 600.00,本疗程已用 0.00,触顶,余 600.00,200.00 不再计算",
    ]
    assert say(explanation, "above") == "进入分段 600.00"


def test_an_account_pays_up_to_its_balance():
    region = pack("account.takes: in_scope", layers=ACCOUNT)
    state = State({Key("account:账户", "P1", "ever"): 5000})
    explanation = told(region, 80, state=state)
    assert say(explanation, "balance") == "账户余额 50.00"
    assert say(explanation, "balance", "en") == "account balance 50.00"
    assert steps(explanation, "balance")[0].numbers == {"balance": 5000, "left": 0}
    assert say(explanation, "inverse") == "余额以外的 30.00 不付"
    assert layers(explanation)[0].amount == 5000


def test_an_account_that_is_not_used():
    explanation = told(pack("account.takes: in_scope", layers=ACCOUNT), 80, account_use="none")
    assert absent(explanation) == ["account:本次不用账户(账户使用是无)"]
    assert absent(explanation, "en") == ["personal account (account): no account is used (account used is none)"]
    assert layers(explanation) == []


def test_floors_that_were_needed_and_not():
    needed = told(pack(BASE + "pool.floor.保底: {at_least: 90%}\npool.floor.低: {at_least: 85%}"), 1000)
    assert [s.say.zh for s in steps(needed, "floor")] == [
        "保底 1,000.00×90% 即 900.00,高于按比例计算,按保底",
        "保底 1,000.00×85%,有更高的保底,不用",
    ]
    assert [s.say.en for s in steps(needed, "floor")] == [
        "floor 1,000.00×90%, 900.00: more than the formula, so the floor counts",
        "floor 1,000.00×85%, a higher floor applies",
    ]
    reached = told(pack(BASE + "pool.floor.保底: {at_least: 70%}"), 1000)
    assert say(reached, "floor") == "保底 1,000.00×70% 即 700.00,按比例计算已达到"
    unmet = told(pack(BASE + "pool.floor.保底: {when: nth > 1, at_least: 90%}"), 1000)
    assert absent(unmet) == ["pool的保底“保底”(要求本年第几次住院大于 1;实际本年第几次住院是 1)"]


def test_a_floor_that_pays_into_the_deductible():
    sets = "pool.deductible: {per: stay, amount: 500}\npool.floor.保底: {at_least: 60%}"
    explanation = told(pack(BASE + sets), 1000)
    assert say(explanation, "floor_deductible") == "保底付到起付线以内 100.00,起付线实收 400.00"
    assert say(explanation, "floor_deductible", "en") == "the floor pays 100.00 of the deductible; 400.00 of it stays"


def test_a_floor_that_another_layer_tops_up():
    sets = """
pool.takes: in_scope
pool.ratio: 50%
pool.floor.保底: {at_least: 70%, paid_by: aid}
aid.takes: pool.over_cap
aid.ratio: 50%
"""
    explanation = told(pack(sets, layers="{pool: {}, aid: {name: 医疗救助, field: maf_pay}}"), 1000)
    assert say(explanation, "top_up") == "由医疗救助补足 200.00"
    assert say(explanation, "top_up", "en") == "medical assistance (医疗救助) tops up 200.00"
    assert [(s.title.zh, [t.say.zh for t in s.steps]) for s in layers(explanation)[1:]] == [
        ("医疗救助 200.00 元", ["另为pool的保底补足 200.00"])
    ]
    assert absent(explanation) == []
    assert say(explanation, "remainders") == "去向:支付 500.00、他层补足 200.00、按比例自付部分 300.00"


def test_a_layer_says_what_it_paid_inside_others():
    sets = """
pool.takes: in_scope
pool.ratio: 50%
pool.floor.保底: {at_least: 70%, paid_by: aid}
aid.takes: full_self_pay
aid.ratio: 50%
"""
    region = pack(sets, layers="{pool: {}, aid: {name: 医疗救助, field: maf_pay}}")
    explanation = told(region, 1000, line(100, **{"class": "丙"}))
    assert say(explanation, "top_up_of") == "另为pool的保底补足 200.00"
    assert say(explanation, "top_up_of", "en") == "it also tops up pooling fund (pool) by 200.00"
    assert [s.amount for s in layers(explanation)] == [50000, 25000]
