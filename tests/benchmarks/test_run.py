import json
from pathlib import Path

import pytest

from benchmarks import run

BENCH = """
def run():
    yield {"name": "settle", "value": 300, "unit": "claims/s", "peer": "other", "peer_value": 120}
    yield {"name": "load", "value": 0.2, "unit": "s"}
    yield {"name": "loop", "value": 90, "unit": "claims/s", "at_least": 100, "note": "in memory"}
    yield {"name": "claim", "value": 50, "unit": "µs", "at_most": 100}
    yield {"name": "beside", "skipped": "no index"}
"""


@pytest.fixture(autouse=True)
def benches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HERE", tmp_path)
    (tmp_path / "bench_step.py").write_text(BENCH, "utf-8")
    (tmp_path / "bench_other.py").write_text("def run():\n    raise AssertionError('not asked for')\n", "utf-8")


@pytest.fixture
def rows(capsys: pytest.CaptureFixture[str]) -> dict[str, dict]:
    assert run.main(["step"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {row["name"]: row for row in found}


def test_each_row_is_one_object_with_all_keys(rows: dict[str, dict]) -> None:
    settle, load = rows["settle"], rows["load"]
    assert " ".join(settle) == "name value unit peer peer_value at_least at_most reached ratio note machine"
    assert list(load) == list(settle)
    assert (settle["ratio"], load["peer"], load["ratio"], load["reached"]) == (2.5, None, None, None)


def test_a_target_is_reached_from_its_own_side(rows: dict[str, dict]) -> None:
    loop, claim = rows["loop"], rows["claim"]
    assert (loop["at_least"], loop["reached"], loop["ratio"], loop["note"]) == (100, False, 0.9, "in memory")
    assert (claim["at_most"], claim["reached"], claim["ratio"]) == (100, True, 0.5)


def test_what_could_not_be_measured_says_why_and_no_number(rows: dict[str, dict]) -> None:
    assert rows["beside"] == {"name": "beside", "skipped": "no index", "machine": run.machine()}


def test_an_unknown_name_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["stpe"]) == 1
    assert "other, step" in capsys.readouterr().err
