"""The town of the demo, in a process of its own: enrolled from a file, charged, paid for by most, entitled; its year
posted or settled at the counter, its books closed, its institutions paid, the month of one of them seen through."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.faces.cli.desk import Desk
from tongchou.faces.cli.town.hospitals import BUDGET

pytest.importorskip("django", reason="the town needs the extra 'server'")

RUN = """
import json, sys
from pathlib import Path
from tongchou.faces.cli.town import run_town
print(json.dumps(run_town(Path(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
"""


def test_a_town_is_enrolled_charged_and_entitled_and_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    assert desk("synth", "ninghe", "--persons", 200, "--year", 2025, "--out", tmp_path / "data").code == 0
    here, places = {**os.environ, "TONGCHOU_LANG": "en"}, Path(tempfile.gettempdir())
    before = set(places.glob("tongchou-town-*"))
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "data"), "150"],
        env=here,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert set(places.glob("tongchou-town-*")) <= before
    found = json.loads(ran.stdout.splitlines()[-1])
    assert (found["enrolled"], found["whole"]) == (150, True)
    by_payer = Counter({(row["insurance"], row["payer"]): row["fen"] for row in found["charged"]})
    people = sum(row["people"] for row in found["entitled"] if row["insurance"] == "resident")
    # Article 15: the centre's part of a resident's year is 400 yuan.
    assert by_payer["resident", "中央"] == people * 400_00
    assert found["posted"]["settlements"] > found["counter"]["settlements"] > 50
    assert found["closed"][0] == "2024-12"
    assert found["closed"][-1] == "2025-12"
    books, month = found["books"], found["month"]
    orders = found["paid"]["orders"] + found["prepaid"]["orders"]
    paid = found["paid"]["fen"] + found["prepaid"]["fen"]
    assert (orders, found["paid"]["fen"] > 0, books["paid"]) == (3, True, paid)
    assert books["settled"] == paid + month["deducted"] + month["deposit"] + month["deferred"] + month["withheld"]
    assert books == {
        "settled": books["settled"], "deducted": month["deducted"], "paid": paid, "payable": 0,
        "deposit": month["deposit"], "deferred": month["deferred"] + month["withheld"], "difference": 0, "trial": 0,
        "unexplained": 0,
    }  # fmt: skip
    check_month(month)
    assert month["paid"] == month["payable"] == found["prepaid"]["fen"]
    assert "I13" in found["invariants"]
    assert (found["replayed"], found["wrong"]) == (
        found["posted"]["settlements"] + found["counter"]["settlements"], 0,
    )  # fmt: skip
    held = {(row["insurance"], row["level"], row["reason"]) for row in found["entitled"]}
    assert held >= {("employee", "full", "已缴费"), ("employee", "full", "不需缴费"), ("resident", "none", "欠费")}
    for words in ("医院的一个月", "超额度缓付", "质量保证金", "拨付单 3", "重复收费", "月额度"):
        assert words in ran.stdout


def check_month(month: dict[str, Any]) -> None:
    """A month that went all the way, each step by whom it falls to, and as much as Ninghe declares."""
    told = [(row["step"], row["by"]) for row in month["steps"]]
    assert told == [
        ("charged", "clerk"), ("declared", "hospital"),
        ("deducted", "clerk"), ("accepted", "hospital"),
        ("deducted", "clerk"), ("appealed", "hospital"), ("decided", "reviewer"),
        ("deducted", "supervisor"), ("unopposed", "reviewer"),
        ("reviewed", "reviewer"), ("deferred", ""), ("withheld", ""), ("deposit", ""),
        ("prepaid", "payer"), ("paid", "cashier"),
    ]  # fmt: skip
    # Stated and reviewed on 8 January; ten working days later, the first of them the 9th, nobody can appeal any more.
    assert {row["on"] for row in month["steps"] if row["on"]} == {"2026-01-08", "2026-01-23"}
    stands = sum(row["fen"] for row in month["steps"] if row["step"] in ("accepted", "decided", "unopposed"))
    assert month["deducted"] == stands > 0
    # Article 7: 90 % of a month within its quota, which is a twelfth of the year's less 5 %; of that 5 % are kept.
    reviewed, quota = month["charged"] - stands, sum(BUDGET[month["level"]]) * 150 * 95 // 100 // 12
    assert month["deferred"] == reviewed - quota > 0
    assert month["withheld"] == quota // 10
    assert month["deposit"] == (quota - month["withheld"]) * 5 // 100
    assert month["payable"] == quota - month["withheld"] - month["deposit"]
