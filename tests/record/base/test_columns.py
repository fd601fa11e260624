"""Tables written by COPY come back as they were, whatever their texts hold."""

import gc

import pyarrow as pa
import pytest

from tongchou.record.base import collecting, columns
from tongchou.record.base.columns import read, write
from tongchou.record.settlement.models import Accumulator

ODD = ["a\tb", "line\nline\r\n", "\\N", '\\"quoted", \\\\', "", "统筹", "\\."]


@pytest.mark.usefixtures("record")
def test_texts_come_back_as_they_were() -> None:
    count = len(ODD)
    same = {name: pa.repeat("x", count) for name in ("period", "each")}
    subject = pa.array([str(number) for number in range(count)]).dictionary_encode()
    table = pa.table({"subject": subject, "name": ODD, **same, "fen": list(range(count))})
    write(Accumulator, table.slice(0, 2))
    write(Accumulator, table.slice(2))  # a slice of what is longer
    assert list(Accumulator.objects.order_by("fen").values_list("subject", "name", "fen")) == [
        (str(number), text, number) for number, text in enumerate(ODD)
    ]
    found = read("SELECT name FROM accumulator ORDER BY fen", [], {"name": pa.string()})
    assert found["name"].to_pylist()[:1] == ODD[:1]


def test_what_is_empty_is_null() -> None:
    table = pa.table({"id": [1, 2], "code": ["", "\\N"], "note": pa.array([None, None], pa.string())})
    (batch,) = table.to_batches()
    assert columns._as_text(batch) == b"1\t\t\\N\n2\t\\\\N\t\\N\n"


def test_the_collector_goes_on_afterwards() -> None:
    with collecting.put_off():
        with collecting.put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
