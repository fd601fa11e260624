"""Rows put into the order of their claims."""

import pyarrow as pa

from tongchou.engines.benefits.replay.results import by_claim


def test_rows_follow_their_claims_and_those_of_one_claim_stay_as_they_stand() -> None:
    claims = pa.chunked_array([["C2", "C1"]])
    rows = pa.table({"claim_id": ["C1", "C2", "C1", "C2"], "n": [1, 2, 3, 4]})
    assert by_claim(rows, claims)["n"].to_pylist() == [2, 4, 1, 3]
    assert by_claim(rows, pa.chunked_array([["C1", "C2"]]))["n"].to_pylist() == [1, 3, 2, 4]
    sorted_ = rows.take([1, 3, 0, 2])
    assert by_claim(sorted_, claims) is sorted_
