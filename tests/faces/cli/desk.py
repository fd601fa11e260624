"""A desk to try commands at: a small region in a folder, a folder of tables, and the command line in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tongchou.faces.cli.app import run
from tongchou.ground.tables import read_tables, write_table

FILES = {
    "region.yaml": """
name: {zh: 试点, en: Trial}
code: "999998"
evidence: fictional
schemes: {resident: 居民}
supports: {from: 2024-01-01, through: 2024-12-31}
""",
    "sources.yaml": "办法: {title: 办法, published: 2023-12-01, review_by: 2099-12-31, evidence: fictional}\n",
    "vocabulary.yaml": """
lists:
  place: [市内, 市外]
  item: [甲类, 乙类]
  third_party: [无, 工伤]
""",
    "layers.yaml": """
resident:
  layers:
    pool: {name: 统筹基金, field: hifp_pay}
    card: {name: 个人账户, payer: account, field: acct_pay, account: 个人账户}
  visits:
    住院: [pool, card]
""",
    "benefits/all.yaml": """
source: 办法
scheme: resident
effective: {from: 2024-01-01}
articles:
  - cite: 第1条
    says: 住院起付线每年 100 元;市内支付 80%,市外支付 50%;账户付其余;乙类先付 10%
    sets:
      pool.takes: in_scope
      pool.deductible: {per: year, amount: 100}
      pool.ratio: {by place: {市内: 80%, 市外: 50%}}
      card.takes: unpaid
      items.first_pay.乙类: {when: item is 乙类, rate: 10%}
  - cite: 第2条
    says: 工伤不报
    sets:
      claim.guard.工伤: {when: third_party is 工伤, do: refuse, because: 工伤不报}
""",
    "cases/all.yaml": """
source: 办法
cases:
  - id: 市内
    title: 市内住院 1100 元
    scheme: resident
    claim: {kind: 住院, date: 2024-03-05, place: 市内, third_party: 无}
    lines: [{item: 甲类, amount: 1100}]
    expect: {pool.paid: 800, cash: 300}
  - id: 工伤
    title: 工伤不报
    scheme: resident
    claim: {kind: 住院, date: 2024-03-05, place: 市内, third_party: 工伤}
    lines: [{item: 甲类, amount: 1100}]
    refused: claim.guard.工伤
  - id: 矛盾
    title: 公布的数算错了
    scheme: resident
    claim: {kind: 住院, date: 2024-03-05, place: 市外, third_party: 无}
    lines: [{item: 甲类, amount: 1100}]
    expect: {pool.paid: 500}
    inconsistent: {published: 报 600 元, why: 按 50% 只有 500 元}
""",
}


class Answer(NamedTuple):
    """What a command did: its exit code and both streams."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


class Desk:
    """Runs commands in this process; never lets a traceback pass for an answer."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: object) -> Answer:
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            run([str(word) for word in words])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        code = end.value.code
        return Answer(code if isinstance(code, int) else 0, out, err)


def write_region(folder: Path, **changed: str) -> Path:
    """The small region in `folder`; `changed` replaces files by stem (`vocabulary=…`)."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem if path.stem != "all" else path.parent.name, text), "utf-8")
    return folder


def person(person_id: str, **more: Any) -> dict[str, Any]:
    return {"person_id": person_id, "birth_date": "1980-01-01", **more}


def claim(n: int, **more: Any) -> dict[str, Any]:
    """Claim Cn of person Pn: 1,100 yuan of inpatient care on the n-th of March."""
    row = {"claim_id": f"C{n}", "person_id": f"P{n}", "scheme": "resident", "kind": "住院", "place": "市内"}
    return {**row, "third_party": "无", "admitted_on": f"2024-03-{n:02d}", "total_fee": 110_000, **more}


def line(n: int, k: int = 1, **more: Any) -> dict[str, Any]:
    row = {"line_id": f"C{n}-{k}", "claim_id": f"C{n}", "item": "甲类", "class": "甲", "amount": 110_000}
    return {**row, **more}


def sound(claims: int = 4) -> dict[str, list[dict[str, Any]]]:
    """Tables in which nothing is wrong: each of `claims` people has one stay."""
    numbers = range(1, claims + 1)
    spell = {"scheme": "resident", "from_date": "2024-01-01"}
    return {
        "persons": [person(f"P{n}") for n in numbers],
        "spells": [{**spell, "spell_id": f"S{n}", "person_id": f"P{n}"} for n in numbers],
        "claims": [claim(n) for n in numbers],
        "lines": [line(n) for n in numbers],
    }


def write_tables(folder: Path, tables: Mapping[str, list[dict[str, Any]]], format: str = "csv") -> Path:  # noqa: A002 (as the writer)
    for name, rows in tables.items():
        write_table(folder, name, rows, format)
    return folder


def results(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The tables a run wrote, read back without a problem, and its summary."""
    summary = folder / "summary.json"
    assert json.loads(summary.read_text("utf-8"))["reconciled"] is True
    summary.unlink()
    tables = read_tables(folder, ())
    assert tables.problems == []
    return tables.rows
