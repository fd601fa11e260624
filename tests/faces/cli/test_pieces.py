"""Tables that wait on disk in pieces."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tongchou.faces.cli.pieces import narrow, write_pieces

TABLE = pa.table(
    {
        "claim_id": ["C1", "C2", "C3"],
        "kind": ["住院", "门诊", "住院"],
        "reason": pa.nulls(3, pa.string()),
        "fee": pa.array([1, None, 3], pa.int64()),
        "paid": pa.array([[("pool", 2**40)], [], []], pa.map_(pa.string(), pa.int64())),
    }
)


@pytest.mark.parametrize(
    ("most", "kind"), [(127, "int8"), (-128, "int8"), (128, "int16"), (-32769, "int32"), (2**31, "int64")]
)
def test_numbers_have_the_bytes_that_they_need(most: int, kind: str) -> None:
    table = narrow(pa.table({"fen": pa.array([0, None, most], pa.int64())}), ())
    assert str(table.schema.field("fen").type) == kind
    assert table["fen"].to_pylist() == [0, None, most]


def test_pieces_hold_what_was_written(tmp_path: Path) -> None:
    pieces = write_pieces(TABLE, [2, 2, 3], ("claim_id",), tmp_path / "table")
    read = [pieces.read(number) for number in range(3)]
    assert [len(table) for table in read] == [2, 0, 1]
    assert pa.concat_tables(read).cast(TABLE.schema).equals(TABLE)
    assert [str(field.type) for field in read[0].schema][:4] == [
        "string", "dictionary<values=string, indices=int32, ordered=0>", "null", "int8",
    ]  # fmt: skip
