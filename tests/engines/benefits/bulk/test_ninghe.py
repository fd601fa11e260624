"""The shipped region with everything in it: the bulk run against the plain step, compiled and not."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest

from tests.engines.benefits.bulk.drawn import Rows, account, differences
from tongchou.engines.benefits.bulk.machine import wanted
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import regions_dir

ITEMS = {"甲": "甲类", "乙": "乙类药", "丙": "自费"}


@cache
def ninghe() -> Pack:
    return load_region(regions_dir() / "ninghe")


def people(count: int, seed: int) -> Rows:
    rng = random.Random(seed)
    rows: Rows = {"persons": [], "spells": [], "accounts": [], "claims": [], "lines": []}
    for number in range(count):
        _person(rng, rows, f"P{number:04d}", f"H{number // 3}")
    return rows


def _person(rng: random.Random, rows: Rows, name: str, home: str) -> None:
    employed = rng.random() < 0.5
    scheme = "employee" if employed else "resident"
    born = date(2025, 6, 30) - timedelta(days=rng.choice([400, 3000, 9000, 20000, 24000, 30000]))
    rows["persons"].append({"person_id": name, "household_id": home, "birth_date": born, "sex": rng.choice("男女")})
    facts: dict[str, str] = {"公务员": rng.choice("是否")}
    if not employed:
        facts = {"签约": rng.choice("是否"), "连续参保年数": rng.choice("1459"), "零报销年数": rng.choice("013")}
    rows["spells"].append(
        {
            "spell_id": name,
            "person_id": name,
            "scheme": scheme,
            "from_date": date(2020, 1, 1),
            "status": rng.choice(["在职", "退休"]) if employed else None,
            "category": rng.choice(["普通", "普通", "特困", "低保", "返贫"]),
            "facts": list(facts.items()),
        }
    )
    if employed:
        account = {"account_id": name, "person_id": name, "kind": "个人账户", "as_of": date(2024, 12, 31)}
        rows["accounts"].append({**account, "balance": rng.choice([0, 5_000, 300_000])})
    for number in range(rng.randint(1, 5)):
        _claim(rng, rows, name, f"C{name}-{number}", scheme)


def _claim(rng: random.Random, rows: Rows, person: str, name: str, scheme: str) -> None:
    kind = rng.choice(["普通门诊", "门诊慢特病", "住院", "住院", "药店购药" if scheme == "employee" else "普通门诊"])
    day = date(2025, 1, 1) + timedelta(days=rng.randrange(360))
    out = day + timedelta(days=rng.choice([1, 5, 9])) if kind == "住院" else day
    disease = rng.choice(["高血压", "糖尿病", "透析", "恶性肿瘤"]) if kind == "门诊慢特病" else None
    total = 0
    for number in range(rng.choice([1, 2, 3])):
        amount = rng.choice([rng.randint(1, 100_000), rng.randint(1, 20_000_000), 60_000, 1])
        letter = rng.choice("甲甲甲乙丙")
        line: dict[str, Any] = {"line_id": f"{name}.{number}", "claim_id": name, "item": ITEMS[letter]}
        line |= {"class": letter, "amount": amount, "fee_at": datetime.combine(day, time(9))}
        if disease is not None:
            line["in_disease_scope"] = rng.choice("是是是是是是是是是否")
        rows["lines"].append(line)
        total += amount
    rows["claims"].append(
        {
            "claim_id": name,
            "person_id": person,
            "scheme": scheme,
            "kind": kind,
            "level": rng.choice(["一级", "二级", "三级"]),
            "place": rng.choice(["市内", "市内", "市外"]),
            "referral": rng.choice(["无", "上转"]),
            "filing": rng.choice(["无", "转诊", "长期居住"]),
            "admitted_on": day,
            "discharged_on": out,
            "disease": disease,
            "diseases": [disease] if disease else None,
            **account(rng, rows, person),
            "stay_id": f"S{name}" if kind == "住院" else None,
            "total_fee": total,
        }
    )


@pytest.mark.parametrize("compiled", [False, True])
def test_people_of_ninghe(compiled: bool) -> None:
    if compiled and not wanted():
        pytest.skip("numba is not installed or switched off: pip install tongchou[fast]")
    found, done = differences(ninghe(), people(60, 1), compiled)
    assert found == []
    assert done.plain.mean() < 0.6
