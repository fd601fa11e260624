"""The loop of a bulk run alone, on one thread and with every trace value computed, beside the counter's engine.

The claims are of the fictional region with all its layers, settled in the order of their days with states carried on.
Each is looked up once by the bulk run itself; what its loop is then asked is asked again and again.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

PEOPLE, CLAIMS, ROUNDS = 6_000, 3, 25
AT_THE_COUNTER = 300
INSURED = ({"公务员": "是"}, {"签约": "是", "连续参保年数": "5", "零报销年数": "1"})
LINES: dict[str, tuple[tuple[str, str], ...]] = {
    "inpatient, one cell": (("甲类", "甲"),),
    "inpatient, four cells": (("甲类", "甲"), ("乙类药", "乙"), ("自费", "丙")),
    "outpatient": (("甲类", "甲"),),
}
"""The item group and the catalogue class of every line; a line of class 乙 fills two cells."""


class Listener:
    """Stands before the loop and keeps what it is asked."""

    def __init__(self, settle_all: Callable[..., None]) -> None:
        self.loop = settle_all
        self.asked: tuple[Any, ...] = ()

    def settle_all(self, *asked: Any) -> None:
        self.asked = tuple(one.copy() if hasattr(one, "copy") else one for one in asked)
        self.loop(*asked)


def run() -> Iterator[dict]:
    """Nanoseconds a claim, best of some rounds."""
    from tests.engines.benefits.bulk.drawn import tables_of
    from tongchou.engines.benefits.bulk.machine import machine, wanted
    from tongchou.engines.benefits.bulk.run import Bulk
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir

    pack = load_region(regions_dir() / "ninghe")
    bulk, loop = Bulk(pack, compiled=False), machine(wanted())
    for name, lines in LINES.items():
        rows = drawn(name.partition(",")[0], lines)
        bulk.machine = listener = Listener(loop.settle_all)
        done = bulk.settle(tables_of(rows))
        assert not done.plain.any(), "every claim of the benchmark is settled by the loop"
        yield {
            "name": f"kernel, ninghe {name}",
            "value": round(min(seconds_of(loop.settle_all, listener.asked)) / len(rows["claims"]) * 1e9, 1),
            "unit": "ns/claim",
            "peer": "plain Python engine",
            "peer_value": round(at_the_counter(pack, rows)),
        }


def seconds_of(settle_all: Callable[..., None], asked: tuple[Any, ...]) -> Iterator[float]:
    """Seconds of each round; every round begins with the states of the first."""
    for _ in range(ROUNDS):
        fresh = [one.copy() if hasattr(one, "copy") else one for one in asked]
        began = time.perf_counter()
        settle_all(*fresh)
        yield time.perf_counter() - began


def at_the_counter(pack: Any, rows: dict[str, list[dict[str, Any]]]) -> float:
    """Nanoseconds a claim through the engine that serves the counter, on the first of the same claims."""
    from tests.engines.benefits.bulk.drawn import tables_of
    from tongchou.engines.benefits.bulk.samples import rows_of
    from tongchou.engines.benefits.claim import Settlement
    from tongchou.engines.benefits.engine import Engine
    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.engines.benefits.to_tables import settle_rows
    from tongchou.ground.tables import TABLES, Tables

    few = {**rows, "claims": rows["claims"][:AT_THE_COUNTER]}
    names = {claim["claim_id"] for claim in few["claims"]}
    few["lines"] = [line for line in rows["lines"] if line["claim_id"] in names]
    tables = tables_of(few)
    filled = {name: rows_of(tables[name]) if name in tables else [] for name in TABLES}
    intake = Intake(Tables(filled, [], dict.fromkeys(tables, 1)), pack)
    began = time.perf_counter()
    outcomes = list(settle_rows(Engine(pack), intake, list(enumerate(intake.rows, 1))))
    seconds = time.perf_counter() - began
    assert all(isinstance(outcome.result, Settlement) for outcome in outcomes), "and by the engine"
    return seconds / len(outcomes) * 1e9


def drawn(kind: str, lines: tuple[tuple[str, str], ...]) -> dict[str, list[dict[str, Any]]]:
    """Canonical tables: as many employees as residents, of both all categories, with up to 300,000 yuan a claim."""
    rng = random.Random(kind)
    rows: dict[str, list[dict[str, Any]]] = {"persons": [], "spells": [], "accounts": [], "claims": [], "lines": []}
    for number in range(PEOPLE):
        name, employed = f"P{number:06d}", number % 2 == 0
        scheme = "employee" if employed else "resident"
        rows["persons"].append(
            {"person_id": name, "household_id": name, "birth_date": date(1960, 1, 1), "sex": rng.choice("男女")}
        )
        rows["spells"].append(
            {
                "spell_id": name,
                "person_id": name,
                "scheme": scheme,
                "from_date": date(2020, 1, 1),
                "status": rng.choice(["在职", "退休"]) if employed else None,
                "category": rng.choice(["普通", "特困", "低保", "返贫"]),
                "facts": list(INSURED[0 if employed else 1].items()),
            }
        )
        account = {"account_id": name, "person_id": name, "kind": "个人账户", "as_of": date(2024, 12, 31)}
        rows["accounts"].append({**account, "balance": rng.choice([5_000, 300_000])})
        for each in range(CLAIMS):
            _claim(rng, rows, name, f"{name}-{each}", scheme, kind, lines)
    return rows


def _claim(
    rng: random.Random,
    rows: dict[str, list[dict[str, Any]]],
    person: str,
    name: str,
    scheme: str,
    kind: str,
    lines: tuple[tuple[str, str], ...],
) -> None:
    day = date(2025, 1, 10) + timedelta(days=rng.randrange(340))
    inpatient = kind == "inpatient"
    most = rng.choice([1_000_000, 5_000_000, 30_000_000]) if inpatient else 100_000
    amounts = [rng.randint(100, most // len(lines)) for _ in lines]
    for number, (amount, (item, letter)) in enumerate(zip(amounts, lines, strict=True)):
        line = {"line_id": f"{name}.{number}", "claim_id": name, "item": item, "class": letter, "amount": amount}
        rows["lines"].append({**line, "fee_at": datetime.combine(day, hour(9))})
    rows["claims"].append(
        {
            "claim_id": name,
            "person_id": person,
            "scheme": scheme,
            "kind": "住院" if inpatient else "普通门诊",
            "level": rng.choice(["一级", "二级", "三级"]),
            "place": "市内",
            "referral": "无",
            "filing": "无",
            "account_use": "own",
            "admitted_on": day,
            "discharged_on": day + timedelta(days=9) if inpatient else day,
            "stay_id": f"S{name}" if inpatient else None,
            "total_fee": sum(amounts),
        }
    )
