"""The measurement of the loop alone, on a few claims and as plain Python."""

import pytest

from benchmarks import bench_kernel
from tongchou.engines.benefits.bulk.machine import SWITCH


@pytest.mark.parametrize("name", bench_kernel.KINDS)
def test_every_kind_of_visit_is_measured(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    row = bench_kernel.kernel(name, claims=30)
    assert (row["name"], row["unit"]) == (f"the loop, {name}", "ns/visit")
    assert row["value"] > 1
