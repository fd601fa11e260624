"""The claims of a counter are measured one at a time."""

import pytest

from benchmarks import bench_counter
from tongchou.engines.benefits.bulk.machine import SWITCH


def test_one_claim_is_settled_with_its_state_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    rows = list(bench_counter.rows(persons=40))
    assert (rows[0]["unit"], rows[0]["at_most"], rows[0]["peer"]) == ("µs", 100, "exact-fraction oracle")
    assert rows[0]["value"] <= rows[1]["value"]
    assert all(row["value"] > 1 for row in rows)
