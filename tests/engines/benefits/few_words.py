"""Canonical tables for tests in a few words: rows by table, written and read back as a user's would be."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.engines.benefits.small import pack
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, read_tables, write_table

VOCABULARY = """{lists: {place: [区内, 区外], item: [甲类, 乙类], third_party: [无, 工伤], disease: [糖尿病, 高血压],
  sex: [男, 女], status: [在职, 退休], 签约: [是, 否]}, intervals: {年资: {of: 工龄, cuts: [10], names: [短, 长]}},
  facts: {工龄: number, 入会: date, 病史: list, 备注: word}}"""
LAYERS = """{pool: {}, gift: {payer: given, field: oth_pay},
  card: {payer: account, field: acct_pay, account: 个人账户}}"""
SETS = """
pool.takes: in_scope
pool.ratio: {by place: {区内: 80%, 区外: 50%}}
pool.deductible: {per: year, amount: 100}
gift.takes: unpaid
card.takes: [unpaid, first_self_pay]
claim.guard.工伤: {when: third_party is 工伤, do: refuse, because: 工伤不报}
"""


def region(*sets: str, **more: Any) -> Pack:
    more = {"vocabulary": VOCABULARY, "layers": LAYERS, "visits": "{住院: [pool, gift, card]}", **more}
    return pack(SETS, *sets, **more)


def person(person_id: str = "P1", **more: Any) -> dict[str, Any]:
    return {"person_id": person_id, **more}


def claim(claim_id: str = "C1", day: str = "2024-03-05", fee: int = 100_000, **more: Any) -> dict[str, Any]:
    row = {"claim_id": claim_id, "person_id": "P1", "scheme": "resident", "kind": "住院", "admitted_on": day}
    return {**row, "place": "区内", "third_party": "无", "total_fee": fee, **more}


def line(claim_id: str = "C1", amount: int = 100_000, **more: Any) -> dict[str, Any]:
    return {"line_id": f"{claim_id}/1", "claim_id": claim_id, "amount": amount, "item": "甲类", "class": "甲", **more}


def read(**rows: list[Mapping[str, Any]]) -> Tables:
    """The tables as reading gives them back; a person P1 and one line for each claim unless given."""
    claims = rows.setdefault("claims", [claim()])
    rows.setdefault("persons", [person()])
    rows.setdefault("lines", [line(row["claim_id"], row["total_fee"]) for row in claims])
    with tempfile.TemporaryDirectory() as folder:
        for name, given in rows.items():
            write_table(Path(folder), name, given, "jsonl")
        return read_tables(Path(folder))
