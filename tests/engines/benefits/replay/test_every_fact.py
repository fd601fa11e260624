"""Every fact that a rule may ask for, in every rule that may ask for it: tables settle as the claims one by one do.

Where a look at tables does not tell a fact, the claims must be left to the plain step; that one stands for all alike in
all else shows only where claims and lines differ in it.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.engines.benefits.bulk.drawn import Rows
from tests.engines.benefits.replay.test_equal import assert_equal, both
from tests.engines.benefits.small import pack
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import STANDARD_FACTS

WORDS = (
    "{lists: {item: [甲, 乙], place: [市内, 市外], sex: [男, 女], category: [普通, 低保], status: [在职, 退休],"
    " level: [一级, 三级], diseases: [糖, 高], referral: [无, 转], filing: [无, 备]},"
    " facts: {复诊日: date, 倍数: number, 身份: word},"
    " classes: {人群: {values: {老: age >= 60, 少: age < 60}},"
    " 入院人群: {on: admitted, values: {老: age >= 60, 少: age < 60}}}}"
)
ASKS = (
    *("scheme is resident", "kind is 住院", "place is 市外", "level is 三级", "provider is 二院", "status is 退休"),
    *("category is 低保", "sex is 女", "disease is 糖", "diseases has 糖", "referral is 转", "filing is 备"),
    *("third_party is 是", "account_use is relative", "option is X", "age >= 60", "months >= 6", "stay_days >= 5"),
    *("nth >= 2", "nth is 2", "total_fee > 2000", "in_scope > 1000", "full_self_pay > 100", "over_limit > 1"),
    *("first_self_pay > 1", "birth_date >= 1965-06-01", "retired_on >= 2020-01-01", "enrolled_on >= 2023-06-01"),
    *("paid_on >= 2023-06-15", "resumed is 是", "admitted >= 2024-04-01", "discharged >= 2024-04-05"),
    *("settled >= 2024-04-08", "item is 乙", "class is 乙", "fee_kind is 药品", "national_code is N2"),
    *("hospital_code is H2", "unit_price >= 5", "limited_use is 是", "approved is 是", "in_disease_scope is 否"),
    *("fee_date >= 2024-04-02", "倍数 > 2", "复诊日 >= 2024-04-01", "身份 is 教师", "人群 is 老", "入院人群 is 老"),
)
RULES = (
    "items.divert.x: {{when: {ask}, to: 门诊}}",
    "pool.adjust.x: {{when: {ask}, points: 20}}",
    "items.exclude.x: {{when: {ask}}}",
    "items.first_pay.x: {{when: {ask}, rate: 30%}}",
    "items.price_limit.x: {{when: {ask}, at_most: 2}}",
    "claim.guard.x: {{when: {ask}, do: refuse}}",
    "claim.guard.x: {{when: {ask}, do: reduce, pay: 80%}}",
    "claim.guard.x: {{when: {ask}, do: redirect, to: 门诊}}",
    "items.package.x: {{when: {ask}, price: 500, per: year, excess: hospital}}",
    "items.package.x: {{when: {ask}, price: 500, per: claim, excess: person}}",
    "pool.caps.x: {{at_most: 900, of: paid, per: year, when: {ask}}}",
    "pool.floor.x: {{when: {ask}, at_least: 90%, of: base}}",
)
HOMES = {"N": None, "P": "H", "Q": "H", "R": None}
BASE = (
    "pool.takes: in_scope\npool.ratio: 50%\npool.deductible: {per: year, amount: 5}\n"
    "pool.adjust.门: {when: kind is 门诊, points: 11}\n"
)


def test_every_fact_is_asked_for() -> None:
    asked = {ask.split(" ")[0] for ask in ASKS}
    assert set(STANDARD_FACTS) - asked == {"entitlement", "entitlement_reason"}  # those are never looked up


@pytest.mark.parametrize("ask", ASKS)
def test_a_fact_in_the_rules_that_may_ask_for_it(ask: str) -> None:
    """Diverting for all, for lines alike in all else are easily taken for one; and two more, in turn."""
    turn = ASKS.index(ask)
    compare(RULES[0], ask, 0)
    compare(RULES[0], ask, 1, alike=True)
    compare(RULES[1 + turn % (len(RULES) - 1)], ask, 1)
    compare(RULES[1 + (turn + 5) % (len(RULES) - 1)], ask, 2)


@pytest.mark.soak
@pytest.mark.parametrize("ask", ASKS)
def test_a_fact_in_every_rule(ask: str) -> None:
    for rule in RULES:
        for seed in range(3):
            compare(rule, ask, seed)
            compare(rule, ask, seed, alike=True)


def compare(rule: str, ask: str, seed: int, alike: bool = False) -> None:
    """`alike`: lines differ in nothing but what they cost, when, and of which thing."""
    region = declaring(BASE + rule.format(ask=ask))
    if region is not None:
        assert_equal(*both(region, history(random.Random(f"{rule}{ask}{seed}"), alike)))


def declaring(sets: str) -> Pack | None:
    """None where a rule for claims asks for a fact of a line, which the region is refused for."""
    try:
        return pack(sets, vocabulary=WORDS, visits="{住院: [pool], 门诊: [pool]}", layers="{pool: {}}")
    except ProblemError as error:
        if {problem.code for problem in error.problems} != {"R182"}:
            raise
        return None


def history(draw: random.Random, alike: bool) -> Rows:
    """Twelve visits of two people of one household, of somebody by herself, and of somebody without cover."""
    rows: Rows = {"persons": [], "spells": [], "claims": [], "lines": []}
    for person in "NPQR":
        born = draw.choice([date(1964, 3, 1), date(1964, 4, 2), date(1965, 6, 1), date(1980, 1, 1)])
        retired = draw.choice([None, date(2019, 5, 1), date(2022, 1, 1)])
        own: dict[str, Any] = {
            "person_id": person,
            "household_id": HOMES[person],
            "birth_date": born,
            "retired_on": retired,
        }
        rows["persons"].append({**own, "sex": draw.choice("男女"), "facts": draw.choice([[], [("身份", "教师")]])})
        since = draw.choice([date(2022, 1, 1), date(2023, 7, 1), date(2023, 10, 15)])
        spell: dict[str, Any] = {
            "spell_id": f"S{person}",
            "person_id": person,
            "scheme": "resident",
            "from_date": since,
        }
        spell |= {"paid_on": draw.choice([None, date(2023, 6, 14), date(2023, 6, 15)])}
        spell |= {"months": draw.choice([None, 0, 5, 12]), "resumed": draw.choice([None, "是", "否"])}
        if person == "N":
            continue
        rows["spells"].append(
            {**spell, "category": draw.choice(["普通", "低保"]), "status": draw.choice(["在职", "退休"])}
        )
    for number in range(12):
        visit(draw, rows, f"C{number:02d}", alike)
    return rows


def visit(draw: random.Random, rows: Rows, claim_id: str, alike: bool) -> None:
    admitted = date(2024, 1, 1) + timedelta(draw.randrange(200))
    lines = [line(draw, claim_id, number, admitted, alike) for number in range(draw.choice([1, 1, 2, 3]))]
    claim: dict[str, Any] = {"claim_id": claim_id, "person_id": draw.choice("NPQR"), "scheme": "resident"}
    claim |= {"kind": draw.choice(["住院", "住院", "门诊"]), "total_fee": sum(one["amount"] for one in lines)}
    claim |= {"admitted_on": admitted, "discharged_on": admitted + timedelta(draw.choice([0, 2, 3, 5, 12]))}
    claim |= {"place": draw.choice(["市内", "市外"]), "level": draw.choice(["一级", "三级"])}
    claim |= {"provider_id": draw.choice(["一院", "二院"]), "disease": draw.choice([None, "糖"])}
    claim |= {"diseases": draw.choice([[], ["糖"], ["高", "糖"]]), "stay_id": draw.choice([None, claim_id, "S0"])}
    claim |= {"referral": draw.choice(["无", "转"]), "filing": draw.choice(["无", "备"])}
    claim |= {"third_party": draw.choice([None, "否", "是"]), "option": draw.choice([None, "X"])}
    more = [[("倍数", "3")], [("复诊日", "2024-04-01")], [("倍数", "1"), ("复诊日", "2024-03-01")]]
    rows["claims"].append({**claim, "facts": draw.choice([[], *more])})
    rows["lines"] += lines


def line(draw: random.Random, claim_id: str, number: int, admitted: date, alike: bool) -> dict[str, Any]:
    price, quantity = Decimal(draw.choice([1, 3, 5, 7, 100])), Decimal(draw.choice([1, 2, 10]))
    charged = datetime.combine(admitted + timedelta(draw.randrange(3)), datetime.min.time())
    found: dict[str, Any] = {"line_id": f"{claim_id}-{number}", "claim_id": claim_id, "fee_at": charged}
    found |= {"quantity": quantity, "price": price, "amount": int(price * quantity * 100)}
    found |= {"national_code": draw.choice(["N1", "N2", None]), "hospital_code": draw.choice(["H1", "H2", None])}
    if alike:
        return found | {"item": "甲", "class": "甲", "fee_kind": "药品"}
    found |= {"item": draw.choice("甲乙"), "class": draw.choice("甲乙丙"), "fee_kind": draw.choice(["药品", "检查"])}
    own_rate = Decimal("0.2") if found["class"] == "乙" else draw.choice([None, Decimal("0.1")])
    found |= {"first_pay_rate": own_rate, "price_limit": draw.choice([None, 300])}
    return found | {name: draw.choice([None, "是", "否"]) for name in ("limited_use", "approved", "in_disease_scope")}
