"""Declarations written in a test, and a single settlement counted by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.engines.payment.stage import year
from tongchou.engines.payment.cases import PATHS, Cases
from tongchou.engines.payment.paying import pay_cases
from tongchou.engines.payment.rules import Rules, load_rules

HEAD = """source: test
effective: {from: 2026-01-01, by: discharge}
articles:
  - cite: 第一条
    says: 例
    sets:
      clearing: {year: 2026, lists_by: 2027-03-31}
      points: {decimals: 4}
"""


def rules_of(folder: Path, *sets: str) -> Rules:
    """Rules of the lines given, over the national defaults."""
    (folder / "clearing.yaml").write_text(HEAD + "".join(f"      {line}\n" for line in sets), "utf-8")
    return load_rules(folder)


def settlement(**said: Any) -> dict[str, Any]:
    day = date(2026, 5, 8)
    cost = said.get("total_fee", 0)
    return {
        "settlement_id": "S1", "institution": "H1", "scheme": "employee", "setting": "inpatient", "person": "P1",
        "discharged_on": day, "list_on": day, "days": 5, "total_fee": cost, "fund": cost, **said,
    }  # fmt: skip


def pay(rules: Rules, *cases: dict[str, Any], **tables: Any) -> Cases:
    """Cases as rows of settlements and groups at once."""
    named = ("group", "status", "base_points", "reference_mean", "auxiliary", "difference")
    settlements = [{k: v for k, v in case.items() if k not in named} for case in cases]
    groups = [{k: case[k] for k in ("settlement_id", *named) if k in case} for case in cases if "group" in case]
    institutions = [{"institution": name, "level": "三级"} for name in sorted({c["institution"] for c in cases})]
    given = {"settlements": settlements, "groups": groups, "institutions": institutions, **tables}
    return pay_cases(rules, year(given))


def paths(cases: Cases) -> list[str]:
    return [PATHS[path] for path in cases.paths.tolist()]
