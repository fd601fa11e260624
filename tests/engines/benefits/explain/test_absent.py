"""What did not apply, and why."""

from datetime import date

from tests.engines.benefits.explain.reading import absent, told
from tests.engines.benefits.small import line, pack

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"
PLACES = "lists: {place: [区内, 市外], level: [一级, 三级], item: [甲, 乙]}"


def test_rules_of_every_kind_that_were_looked_at_in_vain():
    sets = """
claim.guard.市外: {when: place is 市外, do: refuse}
items.exclude.乙: {when: item is 乙}
items.first_pay.乙: {when: item is 乙, rate: 10%}
items.price_limit.乙: {when: item is 乙, at_most: 10}
items.divert.乙: {when: item is 乙, to: 住院}
items.package.包: {when: place is 市外, price: 100, per: claim, excess: person}
pool.guard.市外: {when: place is 市外, do: skip}
pool.factor.市外: {when: place is 市外, pay: 50%}
"""
    sets = sets.replace("to: 住院", "to: 门诊")
    region = pack(BASE + sets, vocabulary=PLACES, visits="{住院: [pool], 门诊: [pool]}")
    explanation = told(region, ("甲", 100), place="区内")
    needs = "(要求就医地为市外;实际就医地是区内)"
    assert absent(explanation) == [
        f"条款“市外”{needs}",
        "自费项目“乙”(没有项目用到)",
        "先行自付“乙”(没有项目用到)",
        "限价“乙”(没有项目用到)",
        "改道“乙”(没有项目用到)",
        f"包干“包”{needs}",
        f"pool的排除“市外”{needs}",
        f"pool的比例系数“市外”{needs}",
    ]
    assert absent(explanation, "en")[:2] == [
        "clause '市外' (needs place of treatment is 市外; here place of treatment is 区内)",
        "exclusion of items '乙' (no line fell under it)",
    ]
    assert not any(step.applied for step in explanation.not_applied)
    assert all(step.citations for step in explanation.not_applied)


def test_a_layer_that_an_article_keeps_out():
    sets = "pool.guard.市外: {when: place is 市外, do: skip, because: 市外不付}\n"
    sets += "pool.own_ratio.乙: {when: item is 乙, pay: 1%}"
    explanation = told(pack(BASE + sets, vocabulary=PLACES), ("甲", 100), place="市外")
    assert absent(explanation) == ["pool:不承担,市外不付(就医地为市外;就医地是市外)"]
    assert absent(explanation, "en") == [
        "pooling fund (pool): does not serve, 市外不付 (place of treatment is 市外; place of treatment is 市外)"
    ]


def test_a_guard_without_a_reason_speaks_with_its_article():
    explanation = told(pack(BASE + "pool.guard.都不: {when: always, do: skip}"), 100)
    assert absent(explanation) == ["pool:不承担,…(总是)"]


def test_own_ratios_say_nothing_where_nothing_reached_the_scale():
    sets = "pool.deductible: {per: stay, amount: 500}\npool.own_ratio.乙: {when: item is 乙, pay: 1%}"
    assert absent(told(pack(BASE + sets, vocabulary=PLACES), ("甲", 100))) == []


def test_waiting_periods():
    sets = """
waiting.新参保: {months: 6, after: enrolled_on}
waiting.接续: {when: resumed is 是, months: 3, after: enrolled_on}
waiting.退休: {days: 30, after: retired_on}
"""
    region = pack(BASE + sets)
    explanation = told(region, 100, enrolled_on=date(2022, 1, 1), resumed="否")
    assert absent(explanation) == [
        "等待期“新参保”(已满,待遇自 2022-07-01 起)",
        "等待期“接续”(要求断缴后接续为是;实际断缴后接续是否)",
        "等待期“退休”(没有退休日期,不计)",
    ]
    assert absent(explanation, "en")[::2] == [
        "waiting period '新参保' (over: cover began on 2022-07-01)",
        "waiting period '退休' (date of retirement is not known, so it says nothing)",
    ]
    entitled = told(region, 100, enrolled_on=date(2022, 1, 1), resumed="否", entitlements={"pool": ("full", "")})
    assert absent(entitled) == []


def test_rules_for_groups_of_which_nothing_reached_the_scale():
    sets = "pool.adjust.乙: {when: item is 乙, points: 5}\npool.adjust.都: {when: item is not 丙, points: 1}\n"
    sets += "pool.own_ratio.乙: {when: item is 乙, pay: 1%}\npool.factor.乙: {when: item is not 甲, pay: 50%}"
    region = pack(BASE + sets, vocabulary="lists: {item: [甲, 乙, 丙]}")
    explanation = told(region, ("甲", 100), line(20, "乙", **{"class": "丙"}))
    assert absent(explanation) == [
        "pool的比例系数“乙”(要求项目组不为甲;实际项目组是甲)",
        "pool的百分点“乙”(要求项目组为乙;实际项目组是甲)",
        "pool的单独比例“乙”(没有项目组用到)",
    ]


def test_a_layer_with_nothing_to_bear():
    explanation = told(pack(BASE + "second.takes: over_limit\nsecond.ratio: 1%", layers="{pool: {}, second: {}}"), 100)
    assert absent(explanation) == ["second:没有可承担的费用"]
    assert absent(explanation, "en") == ["pooling fund (second): nothing was left for it to bear"]


def test_a_condition_that_asks_no_fact():
    explanation = told(pack(BASE + "claim.guard.永不: {when: 1 > 2, do: refuse}"), 100)
    assert absent(explanation) == ["条款“永不”(要求 1 大于 2)"]


def test_the_guards_of_a_layer_see_the_entitlement_of_its_own_fund():
    sets = """
pool.guard.停: {when: entitlement is none, do: skip}
second.takes: in_scope
second.ratio: 1%
second.guard.停: {when: entitlement is none, do: skip}
third.takes: in_scope
third.ratio: 1%
third.guard.停: {when: entitlement is none, do: skip}
"""
    region = pack(BASE + sets, layers="{pool: {}, second: {fund: 大额}, third: {}}")
    explanation = told(region, 100, entitlements={"pool": ("full", ""), "大额": ("reduced", "补缴")})
    assert absent(explanation) == [
        "pool的排除“停”(要求待遇状态为无;实际待遇状态是正常)",
        "second的排除“停”(要求待遇状态为无;实际待遇状态是减额)",
        "second:没有可承担的费用",
        "third:不承担,…(待遇状态为无;待遇状态是无)",
    ]
