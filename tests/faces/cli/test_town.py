"""The town of the demo, in a process of its own: enrolled from a file, charged, paid for by most, entitled; its year
posted or settled at the counter, its institutions paid, its books closed."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk

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
    assert set(places.glob("tongchou-town-*")) == before
    found = json.loads(ran.stdout.splitlines()[-1])
    assert (found["enrolled"], found["whole"]) == (150, True)
    by_payer = Counter({(row["insurance"], row["payer"]): row["fen"] for row in found["charged"]})
    people = sum(row["people"] for row in found["entitled"] if row["insurance"] == "resident")
    # Article 15: the centre's part of a resident's year is 400 yuan.
    assert by_payer["resident", "中央"] == people * 400_00
    assert found["posted"]["settlements"] > found["counter"]["settlements"] > 50
    assert found["closed"][0] == "2024-12"
    assert found["closed"][-1] == "2025-12"
    books = found["books"]
    assert books == {
        "settled": found["paid"]["fen"], "paid": found["paid"]["fen"], "payable": 0, "difference": 0, "trial": 0,
        "unexplained": 0,
    }  # fmt: skip
    assert (found["paid"]["orders"], found["paid"]["fen"] > 0) == (2, True)
    assert (found["replayed"], found["wrong"]) == (
        found["posted"]["settlements"] + found["counter"]["settlements"], 0,
    )  # fmt: skip
    held = {(row["insurance"], row["level"], row["reason"]) for row in found["entitled"]}
    assert held >= {("employee", "full", "已缴费"), ("employee", "full", "不需缴费"), ("resident", "none", "欠费")}
