"""Random canonical tables for a region, and both ways to settle them side by side."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from tests.oracle.drafting import WORDS
from tests.oracle.packs import World
from tongchou.engines.benefits.bulk.rows import rows_of
from tongchou.engines.benefits.bulk.run import Bulk, Settled
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.to_tables import settle_rows
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables
from tongchou.ground.tables.arrow import schema

Rows = dict[str, list[dict[str, Any]]]
FIRST = date(2023, 6, 1)


def tables_of(rows: Rows) -> dict[str, pa.Table]:
    return {name: pa.Table.from_pylist(content, schema=schema(name)) for name, content in rows.items()}


def differences(pack: Pack, rows: Rows, compiled: bool = False) -> tuple[list[str], Settled]:
    """Claims that the bulk run and the plain step settle differently; those left to the plain step are none."""
    tables = tables_of(rows)
    done = Bulk(pack, compiled).settle(tables)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    intake = Intake(Tables(filled, [], dict.fromkeys(tables, 1)), pack)
    outcomes = settle_rows(Engine(pack), intake, list(enumerate(intake.rows, 1)))
    plain = {outcome.row["claim_id"]: outcome.result for outcome in outcomes}
    return list(_compare(done, plain)), done


def _compare(done: Settled, plain: dict[str, Any]) -> Iterator[str]:
    cash = np.add.reduceat(done.cash, done.first) if len(done.claim) else []
    for number, at in enumerate(done.claim[done.first].tolist()):
        name = done.claims.table["claim_id"][at].as_py()
        result, visit = plain[name], int(done.first[number])
        if visit in done.refused:
            if getattr(result, "guard", None) != done.refused[visit].guard:
                yield f"{name}: refused by {done.refused[visit].guard} | {result}"
        elif not isinstance(result, Settlement):
            yield f"{name}: settled | {result}"
        elif (paid_of(done, at), int(cash[number])) != (result.paid, result.cash):
            yield f"{name}: {paid_of(done, at)} {cash[number]} | {result.paid} {result.cash}"


def paid_of(done: Settled, claim: int) -> dict[str, int]:
    """Layer → fen of one claim."""
    paid: dict[str, int] = {}
    for visit in (done.claim == claim).nonzero()[0]:
        amounts = done.paid[done.paid_start[visit] : done.paid_start[visit + 1]].tolist()
        for layer, amount in zip(done.plans[done.plan_of[visit]].layers, amounts, strict=True):
            paid[layer.name] = paid.get(layer.name, 0) + amount
    return paid


def random_rows(world: World, seed: int, people: int) -> Rows:
    """People of a random region with up to six claims each."""
    rng = random.Random(f"tables/{world.seed}/{seed}")
    rows: Rows = {"persons": [], "spells": [], "accounts": [], "claims": [], "lines": []}
    for number in range(people):
        _person(rng, world, rows, f"P{number:04d}", f"H{number // 3}" if rng.random() < 0.7 else None)
    return rows


def _person(rng: random.Random, world: World, rows: Rows, name: str, home: str | None) -> None:
    born = date(2023, 1, 1) - timedelta(days=rng.choice([30, 3000, 6500, 9000, 21800, 25000]))
    rows["persons"].append(
        {
            "person_id": name,
            "household_id": home,
            "birth_date": born,
            "sex": rng.choice(["男", "女"]),
            "retired_on": rng.choice([date(1999, 5, 1), date(2001, 1, 1), date(2015, 3, 3)]),
        }
    )
    start, middle = date(2015, 1, 1), FIRST + timedelta(days=rng.randrange(900))
    spans = [(start, None)] if rng.random() < 0.6 else [(start, middle), (middle + timedelta(days=1), None)]
    for i, (first, through) in enumerate(spans):
        rows["spells"].append(
            {
                "spell_id": f"{name}/{i}",
                "person_id": name,
                "scheme": "resident",
                "from_date": first,
                "through_date": through,
                "status": rng.choice(WORDS["status"]),
                "category": rng.choice(WORDS["category"]),
                "months": rng.choice([0, 3, 12, 24]),
                "paid_on": rng.choice([None, None, FIRST + timedelta(days=rng.randrange(400))]),
            }
        )
    for kind in world.account_kinds:
        account = {"account_id": f"{name}{kind}", "person_id": name, "kind": kind, "as_of": date(2023, 1, 1)}
        rows["accounts"].append({**account, "balance": rng.choice([0, 5_000, 1_000_000])})
    for number in range(rng.randint(1, 6)):
        _claim(rng, world, rows, name, f"C{name}-{number}")


def _claim(rng: random.Random, world: World, rows: Rows, person: str, name: str) -> None:
    kind = rng.choice(("住院", "住院", "门诊", "特病"))
    day = FIRST + timedelta(days=rng.randrange(900))
    out = day + timedelta(days=0 if kind == "门诊" else rng.choice((0, 1, 9, 30)))
    disease = rng.choice(WORDS["disease"])
    total = sum(_line(rng, world, rows, name, number, day) for number in range(rng.choice((1, 1, 2, 3))))
    rows["claims"].append(
        {
            "claim_id": name,
            "person_id": person,
            "scheme": "resident",
            "kind": kind,
            "place": rng.choice(WORDS["place"]),
            "level": rng.choice(WORDS["level"]),
            "disease": disease,
            "diseases": list(dict.fromkeys([disease, rng.choice(WORDS["disease"])])),
            "filing": rng.choice(WORDS["filing"]),
            "third_party": "是" if rng.random() < 0.05 else "否",
            **account(rng, rows, person),
            "option": "whole",
            "admitted_on": day,
            "discharged_on": out if kind != "门诊" else None,
            "settled_at": datetime.combine(out, time(12)) if rng.random() < 0.8 else None,
            "stay_id": rng.choice([f"S{name}", f"S{person}", None]) if kind == "住院" else None,
            "episode_id": rng.choice([None, f"E{person}"]) if kind == "住院" else None,
            "total_fee": total,
        }
    )


def account(rng: random.Random, rows: Rows, person: str) -> dict[str, Any]:
    """Sometimes a relative's account, and sometimes one that nobody may draw on."""
    homes = {row["person_id"]: row["household_id"] for row in rows["persons"]}
    family = [name for name, home in homes.items() if home is not None and home == homes[person] and name != person]
    if family and rng.random() < 0.3:
        return {"account_use": "relative", "account_person_id": rng.choice(family)}
    return {"account_use": rng.choice(("own", "own", "none"))}


def _line(rng: random.Random, world: World, rows: Rows, claim: str, number: int, day: date) -> int:
    edge = rng.choice(world.edges or [100]) + rng.choice((-1, 0, 1))
    amount = max(0, rng.choice([edge, rng.randint(1, 3_000_000), rng.randint(1, 50_000)]))
    quantity = rng.choice([None, Decimal(1), Decimal("2.5"), Decimal(7)])
    line: dict[str, Any] = {
        "line_id": f"{claim}.{number}",
        "claim_id": claim,
        "item": rng.choice(world.items) if world.items else None,
        "class": rng.choice("甲甲甲乙丙"),
        "fee_kind": rng.choice(("药品", "检查", "床位", "自费")),
        "quantity": quantity,
        "amount": amount,
        "price_limit": rng.randint(1, 10**5) if rng.random() < 0.1 else None,
        "first_pay_rate": Decimal(rng.randint(0, 20)) / 100 if rng.random() < 0.5 else None,
        "in_disease_scope": "否" if rng.random() < 0.1 else "是",
        "fee_at": datetime.combine(day, time(8)),
    }
    if rng.random() < 0.1:
        line["limited_use"], line["approved"] = rng.choice((("1", "1"), ("1", "2"), ("0", "0")))
    if rng.random() < 0.05:
        half = amount // 2
        line |= {"fulamt_ownpay_amt": 0, "overlmt_amt": 0, "preselfpay_amt": half, "inscp_scp_amt": amount - half}
    rows["lines"].append(line)
    return amount
