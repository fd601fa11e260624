"""The town of the demo, in a process of its own: enrolled from a file, charged, paid for by most, and entitled."""

import json
import os
import subprocess
import sys
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
    here = {**os.environ, "TMPDIR": "/tmp", "TONGCHOU_LANG": "en"}
    before = set(Path("/tmp").glob("tongchou-town-*"))
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "data"), "150"],
        env=here,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert set(Path("/tmp").glob("tongchou-town-*")) == before
    found = json.loads(ran.stdout.splitlines()[-1])
    assert (found["enrolled"], found["whole"]) == (150, True)
    by_payer = Counter({(row["insurance"], row["payer"]): row["fen"] for row in found["charged"]})
    people = sum(row["people"] for row in found["entitled"] if row["insurance"] == "resident")
    # Article 15: the centre's part of a resident's year is 400 yuan.
    assert by_payer["resident", "中央"] == people * 400_00
    held = {(row["insurance"], row["level"], row["reason"]) for row in found["entitled"]}
    assert held >= {("employee", "full", "已缴费"), ("employee", "full", "不需缴费"), ("resident", "none", "欠费")}
