"""A year of a fictional city, drawn: every path, method and kind of table occurs."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tongchou.engines.payment.rules import Rules, load_rules
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.engines.payment.tables import Year, conform, year_of
from tongchou.ground.shipped import shipped_regions

(NINGHE,) = (folder for folder in shipped_regions() if folder.name == "ninghe")
RULES = NINGHE / "payment" / "clearing"
LEVELS = ("一级", "二级", "三级")
Tables = dict[str, list[dict[str, Any]]]


def ninghe() -> Rules:
    return load_rules(RULES)


def year(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Year:
    """Rows as a year; a value that is not written is the table's default."""
    found = {}
    for name, columns in COLUMNS.items():
        rows = tables.get(name, [])
        names = sorted({key for row in rows for key in row}) if rows else list(columns)
        texts = {key: pa.array([_text(row.get(key)) for row in rows], pa.string()) for key in names}
        found[name] = conform(name, pa.table(texts), Path(f"{name}.csv"))
    return year_of(found)


def write(folder: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """The same rows as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if not rows:
            continue
        names = sorted({key for row in rows for key in row})
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names)
            writer.writeheader()
            writer.writerows({key: _text(value) for key, value in row.items()} for row in rows)
    return folder


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


GROUPS = [(f"J{n:02d}.9-{n % 3}", 300 + 170 * n, 250_000 + 143_007 * n) for n in range(7)]


def drawn(seed: int, cases: int = 400) -> Tables:
    """Some hundred settlements and what belongs to them. Amounts in fen."""
    chance, scarce = random.Random(seed), 40 if seed % 2 else 7  # every other budget is scarce
    institutions = [
        {
            "institution": name,
            "level": LEVELS[n % 3],
            "factor_level": f"{chance.randint(8500, 11500) / 10000:.4f}",
            "factor_history": f"{chance.randint(8000, 12500) / 10000:.4f}",
            "factor_cmi": f"{chance.randint(7000, 13000) / 10000:.4f}",
            "cases_last_year": chance.choice([0, 20, 40, 60]),
        }
        for n, name in enumerate(["丰乡医院", "丰乡卫生院", *(f"医院{n}" for n in range(6))])
    ]
    settlements, groups = [], []
    for n in range(cases):
        settlement, group = _settlement(chance, n, [str(row["institution"]) for row in institutions])
        settlements.append(settlement)
        if group is not None:
            groups.append(group)
    inside = [s["settlement_id"] for s, g in zip(settlements, groups, strict=False) if g is not None]
    return {
        "settlements": settlements,
        "groups": groups,
        "institutions": institutions,
        "budget": [
            {"scheme": "employee", "amount": 260_000_000 * cases * scarce // 4000 + chance.randint(0, 99)},
            {"scheme": "resident", "amount": 205_000_000 * cases * scarce // 4000 + chance.randint(0, 99)},
        ],
        "deductions": [
            {
                "institution": f"医院{chance.randrange(6)}",
                "scheme": chance.choice(["employee", "resident"]),
                "method": "dip",
                "reason": "审核",
                "amount": chance.randint(1, 50_000),
            }
            for _ in range(5)
        ],
        "special_cases": [{"settlement_id": chance.choice(inside), "reason": "评审通过"}],
        "prepaid": [
            {
                "institution": row["institution"],
                "scheme": scheme,
                "method": "dip",
                "month": f"2026-{month:02d}",
                "amount": chance.randint(0, 900_000),
            }
            for row in institutions[2:]
            for scheme in ("employee", "resident")
            for month in (1, 2)
        ],
        "deposits": [
            {
                "institution": row["institution"],
                "scheme": "employee",
                "method": "dip",
                "amount": chance.randint(0, 90_000),
            }
            for row in institutions[4:]
            for _ in (1, 2)
        ],
        "assessments": [
            {"institution": row["institution"], "score": f"{chance.randint(550, 1000) / 10:.1f}"}
            for row in institutions[1:]
        ],
        "signed": [
            {"institution": name, "scheme": scheme, "package": "家庭医生", "month": f"2026-{m:02d}", "persons": 120 + m}
            for name in ("丰乡卫生院", "医院1")
            for scheme in ("employee", "resident")
            for m in range(1, 13)
        ],
        "communities": [
            {
                "community": "丰乡医共体",
                "institution": name,
                "scheme": scheme,
                "persons": persons,
                "paid_elsewhere": 1_234_567,
            }
            for name, persons in (("丰乡医院", 500), ("丰乡卫生院", 210))
            for scheme in ("employee", "resident")
        ],
    }


def _settlement(chance: random.Random, n: int, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    day = date(2026, 1, 1) + timedelta(chance.randrange(360))
    group, points, mean = chance.choice(GROUPS)
    if chance.random() < 0.03:
        group = f"Z{n}"
    days = chance.choice([0, 1, 2, 5, 9, 17, 35, 61, 100]) if chance.random() < 0.3 else chance.randint(2, 20)
    care = chance.choices(["", "精神", "签约", "放疗"], [80, 6, 4, 4])[0]
    setting = "outpatient" if care == "签约" or chance.random() < 0.1 else "inpatient"
    if setting == "inpatient" and chance.random() < 0.08:
        group = chance.choice(["日间白内障", "日间疝"])
    # Exact multiples of the mean are the ends of bands.
    multiple = chance.choice([0.3, 0.5, 0.9, 1.0, 1.4, 2.0, 2.6, 5.0, 6.5])
    cost = int(mean * multiple) + (0 if chance.random() < 0.5 else chance.randint(-300, 300))
    own, other = cost * chance.randint(15, 40) // 100, cost * chance.randint(0, 5) // 100
    settlement = {
        "settlement_id": f"S{n:06d}",
        "institution": chance.choice(names),
        "scheme": chance.choice(["employee", "resident"]),
        "setting": setting,
        "person": f"P{chance.randrange(40)}",
        "care": care,
        "admitted_on": day - timedelta(days),
        "discharged_on": day if chance.random() > 0.02 else date(2025, 12, 30),
        "list_on": None if chance.random() < 0.02 else day + timedelta(chance.choice([3, 20, 460])),
        "days": days,
        "reversed": chance.random() < 0.02,
        "inbound": chance.random() < 0.02,
        "completed": chance.random() > 0.04,
        "total_fee": cost,
        "fund": cost - own - other,
        "person_paid": own,
        "other_paid": other,
        "deductible": min(own, 50_000),
        "fund_ratio": "0.85",
    }
    if chance.random() < 0.02:
        return settlement, None
    status = chance.choices(["grouped", "ungrouped", "qy"], [92, 3, 3])[0]
    age, severity = chance.choice([0, 1.15, 1.3333]), chance.choice([0, 0, 1.22])
    return settlement, {
        "settlement_id": settlement["settlement_id"],
        "group": group,
        "status": status,
        "base_points": 0 if chance.random() < 0.02 else f"{points + n % 7 / 10:.1f}",
        "reference_mean": mean,
        "auxiliary_age": age,
        "auxiliary_severity": severity,
    }
