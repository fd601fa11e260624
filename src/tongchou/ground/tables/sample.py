"""A tiny consistent example: a household of two, one stay and one outpatient visit. It reads back without a problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tongchou.ground.tables.canon import TABLES
from tongchou.ground.tables.write import write_table

SAMPLE: dict[str, list[dict[str, Any]]] = {
    "persons": [
        {"person_id": "P1", "household_id": "H1", "birth_date": "1960-02-29", "sex": "女", "facts": {"重点人群": "否"}},
        {"person_id": "P2", "household_id": "H1", "birth_date": "1958-07-01", "sex": "男", "retired_on": "2018-07-01"},
    ],
    "households": [
        {"household_id": "H1", "person_id": "P1", "from_date": "2024-01-01"},
        {"household_id": "H1", "person_id": "P2", "from_date": "2024-01-01"},
    ],
    "spells": [
        {
            "spell_id": "S1",
            "person_id": "P1",
            "scheme": "resident",
            "from_date": "2024-01-01",
            "through_date": "2024-12-31",
            "paid_on": "2023-11-20",
            "resumed": "否",
            "months": 24,
        },
        {
            "spell_id": "S2",
            "person_id": "P2",
            "scheme": "employee",
            "from_date": "2018-07-01",
            "status": "退休",
            "months": 300,
        },
    ],
    "entitlements": [
        {"person_id": "P1", "scheme": "resident", "fund": "pool", "from_date": "2024-01-01", "level": "full"},
        {"person_id": "P2", "scheme": "employee", "fund": "pool", "from_date": "2018-07-01", "level": "full"},
    ],
    "accounts": [
        {"account_id": "A1", "person_id": "P2", "kind": "个人账户", "balance": 250_000, "as_of": "2024-05-31"},
    ],
    "claims": [
        {
            "claim_id": "C1",
            "person_id": "P1",
            "scheme": "resident",
            "kind": "住院",
            "provider_id": "F1",
            "level": "二级",
            "place": "统筹区内",
            "admitted_on": "2024-06-03",
            "discharged_on": "2024-06-10",
            "settled_at": "2024-06-10 10:30:00",
            "stay_id": "Y1",
            "account_use": "relative",
            "account_person_id": "P2",
            "total_fee": 500_000,
        },
        {
            "claim_id": "C2",
            "person_id": "P2",
            "scheme": "employee",
            "kind": "门诊",
            "provider_id": "F1",
            "level": "二级",
            "place": "统筹区内",
            "admitted_on": "2024-06-11",
            "settled_at": "2024-06-11 09:00:00",
            "diseases": ["高血压"],
            "account_use": "own",
            "total_fee": 6_000,
        },
    ],
    "lines": [
        {
            "line_id": "L1",
            "claim_id": "C1",
            "fee_at": "2024-06-03 11:00:00",
            "item": "甲类药",
            "class": "甲",
            "quantity": "10",
            "price": "12.5",
            "amount": 12_500,
            "first_pay_rate": "0",
        },
        {
            "line_id": "L2",
            "claim_id": "C1",
            "fee_at": "2024-06-05 11:00:00",
            "item": "乙类药",
            "class": "乙",
            "quantity": "8",
            "price": "625",
            "amount": 500_000,
            "first_pay_rate": "0.1",
        },
        {
            "line_id": "L3",
            "claim_id": "C1",
            "fee_at": "2024-06-09 11:00:00",
            "item": "乙类药",
            "class": "乙",
            "quantity": "-0.2",
            "price": "625",
            "amount": -12_500,
            "first_pay_rate": "0.1",
            "original_line_id": "L2",
        },
        {"line_id": "L4", "claim_id": "C2", "item": "甲类药", "class": "甲", "amount": 6_000, "first_pay_rate": "0"},
    ],
    "discharges": [
        {
            "discharge_id": "D1",
            "claim_id": "C1",
            "person_id": "P1",
            "provider_id": "F1",
            "admitted_on": "2024-06-03",
            "discharged_on": "2024-06-10",
            "age": 64,
            "sex": "女",
            "principal_diagnosis": "E11.900",
            "other_diagnoses": ["I10.x00"],
            "days": 7,
            "outcome": "1",
            "total_fee": 500_000,
        },
    ],
}
"""Rows of the sample, by table."""


def write_sample(folder: Path) -> list[Path]:
    """Write the sample as CSV, one file for each table that is read when settling; their paths."""
    return [write_table(folder, name, SAMPLE[name], "csv") for name in TABLES if name in SAMPLE]
