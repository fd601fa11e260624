"""The measurements of the speed table, with a replay that only copies."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from benchmarks import bench_replay, replaying
from tongchou.engines.benefits.bulk.machine import SWITCH

COPYING = """
import shutil

CALLS = []


def calls():
    return CALLS


def replay(pack, folder, out, processes, **options):
    CALLS.append((pack.region.code, processes, options))
    shutil.copytree(folder, out)
    global held
    held = bytearray(96 << 20)


def failing(pack, folder, out, processes):
    raise SystemExit(3)
"""


@pytest.fixture
def copying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module that a process of its own can import too."""
    (tmp_path / "copying_replay.py").write_text(COPYING, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("copying_replay")
    monkeypatch.setattr(replaying, "REPLAY", module.replay)
    yield module
    del sys.modules["copying_replay"]


def test_the_loop_is_measured_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    row = bench_replay.kernel(claims=60)
    assert row["value"] > 1
    settled, _, drawn = row["note"].split()[:3]
    assert settled == drawn


def test_what_the_replay_cannot_do_is_not_measured(tmp_path: Path) -> None:
    unknown = bench_replay.Files("in verse", 1, options={"verse": True})
    assert bench_replay.through_files(unknown, tmp_path) == {"name": "in verse", "skipped": "the replay has no verse"}


def test_the_replay_is_that_of_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.claims import Shape, write

    monkeypatch.setenv(SWITCH, "0")
    monkeypatch.setattr("tongchou.faces.cli.settle._WORTH_A_BULK_RUN", 1)
    rows = write(Shape(20, shuffled=True), tmp_path / "in")
    for lines in (False, True):
        out = tmp_path / f"out-{lines}"
        replaying.replay(tmp_path / "in", out, 1, lines=lines)
        assert pq.read_metadata(out / "settlements.parquet").num_rows == rows["claims"]
        assert (pq.read_metadata(out / "line_results.parquet").num_rows > 0) == lines
    replaying.replay(tmp_path / "in", tmp_path / "numbers", 1, numbers=True)
    assert pq.read_table(tmp_path / "numbers" / "amounts").num_rows == rows["claims"]
    monkeypatch.setattr("tongchou.faces.cli.reconcile.fees_of", lambda folder: {})
    with pytest.raises(RuntimeError, match="reconcile"):
        replaying.replay(tmp_path / "in", tmp_path / "wrong", 1)


def test_every_row_of_the_table_is_measured(copying: ModuleType, tmp_path: Path) -> None:
    assert len(bench_replay.measurements(tmp_path)) == 2 + len(bench_replay.FILES)


@pytest.mark.parametrize("what", bench_replay.FILES, ids=lambda what: what.name)
def test_claims_go_through_files(copying: ModuleType, what: bench_replay.Files, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    row = bench_replay.through_files(what, work, claims=60, processes=2)
    assert (row["name"], row.get("at_least")) == (what.name, what.at_least)
    assert row["value"] > 1
    # Once with a few, once with all.
    assert copying.calls() == [("999900", 2, what.options)] * 2
    assert len(list(work.iterdir())) == 1  # as few as the few here; what came out is gone


def test_memory_is_that_of_the_replay_alone(copying: ModuleType, tmp_path: Path) -> None:
    row = bench_replay.resident_memory(claims=60, processes=1)
    assert (row["unit"], row["at_most"]) == ("GiB", 3)
    assert 96 / 1024 < row["value"] < 1
    assert copying.calls() == []


def test_a_replay_that_fails_is_no_measurement(copying: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "REPLAY", copying.failing)
    with pytest.raises(RuntimeError, match="ended with 3"):
        bench_replay.resident_memory(claims=60, processes=1)


def test_the_replay_is_given_the_files(copying: ModuleType, tmp_path: Path) -> None:
    from benchmarks.claims import Shape, write

    rows = write(Shape(9), tmp_path / "in")
    replaying.replay(tmp_path / "in", tmp_path / "out", 2, trace=True)
    assert pq.read_metadata(tmp_path / "out" / "claims.parquet").num_rows == rows["claims"]
    assert copying.calls() == [("999900", 2, {"trace": True})]
