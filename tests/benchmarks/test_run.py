import json
from pathlib import Path

import pytest

from benchmarks import run

BENCH = """
def run():
    yield {"name": "settle", "value": 300, "unit": "claims/s", "peer": "other", "peer_value": 120}
    yield {"name": "load", "value": 0.2, "unit": "s"}
"""


@pytest.fixture(autouse=True)
def benches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "HERE", tmp_path)
    (tmp_path / "bench_step.py").write_text(BENCH, "utf-8")
    (tmp_path / "bench_other.py").write_text("def run():\n    raise AssertionError('not asked for')\n", "utf-8")


def test_each_row_is_one_object_with_all_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["step"]) == 0
    settle, load = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert list(settle) == ["name", "value", "unit", "peer", "peer_value", "ratio", "machine"]
    assert (settle["ratio"], load["peer"], load["ratio"]) == (2.5, None, None)


def test_an_unknown_name_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["stpe"]) == 1
    assert "other, step" in capsys.readouterr().err
