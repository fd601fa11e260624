"""Refusals: the article or the problem, and what to do."""

from dataclasses import replace
from datetime import date

from tests.engines.benefits.explain.reading import say, steps, told, told_of
from tests.engines.benefits.small import claim, pack, refused

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"


def test_by_an_article():
    sets = "claim.guard.工伤: {when: third_party is 工伤, do: refuse, because: 工伤不属本险}"
    explanation = told(pack(BASE + sets), 100, third_party="工伤")
    assert explanation.outcome == "refused"
    assert say(explanation, "refused") == "条款“工伤”:工伤不属本险(第三方责任为工伤;实际第三方责任是工伤)"
    assert say(explanation, "refused", "en") == (
        "clause '工伤': 工伤不属本险 (third-party liability is 工伤; here third-party liability is 工伤)"
    )
    assert steps(explanation, "refused")[0].citations[0].short == "《办法》第1条"
    assert say(explanation, "to_do").startswith("要做什么:")
    assert explanation.totals == {"total": 10000}


def test_by_a_computed_fact_that_did_not_come_with_the_claim():
    explanation = told(pack(BASE + "claim.guard.首次: {when: nth = 1, do: refuse}"), 100)
    assert say(explanation, "refused") == "条款“首次”:…(本年第几次住院等于 1)"


def test_by_a_waiting_period():
    explanation = told(
        pack(BASE + "waiting.新参保: {months: 6, after: enrolled_on}"), 100, enrolled_on=date(2024, 3, 1)
    )
    assert say(explanation, "refused") == "等待期“新参保”:… (2024-09-01)"


def test_by_one_of_several_versions_of_an_article():
    region = pack(
        BASE,
        through_2024_06_30="claim.guard.甲: {when: nth >= 1, do: refuse, because: 旧}",
        since_2024_07_01="claim.guard.甲: {when: nth >= 1, do: refuse, because: 新}",
    )
    assert steps(told(region, 100, day="2024-08-01"), "refused")[0].citations[0].cite == "第3条"
    result = refused(region, claim(100))
    assert steps(told_of(region, result), "refused")[0].citations[0].cite == "第2条"
    strange = told_of(region, replace(result, guard="resident.claim.guard.无", because=None))
    assert say(strange, "refused") == "resident.claim.guard.无:"


def test_by_a_problem_with_what_to_do():
    explanation = told(pack(BASE), 100, kind="门诊")
    assert say(explanation, "problem", "en") == (
        "C001 resident has no visit kind '门诊'. What to do: check the kind; known: 住院"
    )
    assert steps(explanation, "to_do") == []


def test_by_entitlement_with_its_reason():
    region = pack(BASE, region="entitlement: required")
    explanation = told(region, 100, entitlements={"pool": ("none", "欠缴")})
    assert "(欠缴)" in say(explanation, "problem")
    assert " (欠缴). What to do" in say(explanation, "problem", "en")


def test_an_unknown_scheme_still_has_a_head():
    explanation = told(pack(BASE), 100, scheme="employee")
    assert [(k.en, v.en) for k, v in explanation.head] == [
        ("visit", "C1"),
        ("person", "P1"),
        ("scheme", "employee"),
        ("kind", "住院"),
        ("day of the visit", "2024-03-15"),
    ]
