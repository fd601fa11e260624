"""Rows written in the binary form of COPY come back as they were, type by type; what does not fit is refused."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from django.db import DataError, connections, transaction

from tongchou.record.base.binary import HEAD, TAIL, can, rows_as_binary
from tongchou.record.base.clock import CHINA

COLUMNS: dict[str, tuple[pa.DataType, list[Any]]] = {
    "bigint": (pa.int64(), [0, -1, 2**63 - 1]),
    "integer": (pa.int64(), [0, -(2**31), 7]),
    "smallint": (pa.int64(), [2025, -(2**15), 2**15 - 1]),
    "boolean": (pa.bool_(), [True, False, True]),
    "date": (pa.date32(), [date(2000, 1, 1), date(1949, 10, 1), date(2025, 2, 28)]),
    "timestamp with time zone": (
        pa.timestamp("us", "Asia/Shanghai"),
        [
            datetime(2025, 1, 1, tzinfo=CHINA),
            datetime(1990, 7, 1, 12, 30, tzinfo=CHINA),
            datetime(1999, 12, 31, 23, 59, 59, 5, UTC),
        ],
    ),
    "numeric(16, 4)": (pa.decimal128(18, 4), [Decimal("1.0000"), Decimal("-0.0001"), Decimal("999999999999.9999")]),
    "numeric(16, 6)": (pa.decimal128(18, 6), [Decimal("0.000000"), Decimal("-12345.678900"), Decimal("0.100000")]),
    "numeric(5, 0)": (pa.decimal128(5, 0), [Decimal(0), Decimal(-99_999), Decimal(10_000)]),
    "varchar(9)": (pa.string(), ["", "a\tb\\N\n", "统筹基金"]),
    "text": (pa.dictionary(pa.int8(), pa.string()), ["a", "b", "a"]),
    "jsonb": (pa.string(), ["{}", '{"a": "\\n"}', "[1, 2]"]),
    "json": (pa.string(), ['{"b": 1, "a": 2}', "null", '"x"']),
}
"""Types of the database, what is written as them, and some values of each."""
FORM = {"jsonb": "::text", "json": "::text"}


def came_back(kind: str, cells: pa.Array, beside: str = "") -> list[Any]:
    """What a column holds after its cells were written; `beside`: a text that each row has in front of it."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE written (beside text, it {kind})")
        batch = pa.record_batch({"beside": pa.repeat(beside, len(cells)), "it": cells})
        with cursor.copy("COPY written FROM STDIN (FORMAT binary)") as copy:
            copy.write(HEAD + b"".join(rows_as_binary(batch, ["text", kind]).to_pylist()) + TAIL)
        cursor.execute(f"SELECT beside, it{FORM.get(kind, '')} FROM written")
        found = cursor.fetchall()
        cursor.execute("DROP TABLE written")
    assert {row[0] for row in found} == {beside}
    return [row[1] for row in found]


def cells_of(kind: str, values: Sequence[Any]) -> pa.Array:
    of = COLUMNS[kind][0]
    return pa.array(values, of.value_type).dictionary_encode() if pa.types.is_dictionary(of) else pa.array(values, of)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("kind", COLUMNS)
def test_values_come_back_as_they_were(kind: str) -> None:
    values = COLUMNS[kind][1]
    cells = cells_of(kind, values)
    assert can(pa.chunked_array([cells]), kind)
    assert came_back(kind, cells) == values
    assert came_back(kind, cells.slice(1), "beside") == values[1:]
    gaps = [None, *values, None]
    assert came_back(kind, cells_of(kind, gaps)) == gaps
    assert came_back(kind, cells_of(kind, gaps).slice(2)) == gaps[2:]
    assert came_back(kind, cells_of(kind, [None, None])) == [None, None]


@pytest.mark.usefixtures("record")
def test_decimals_are_as_many_as_the_column_has() -> None:
    (found,) = came_back("numeric(16, 4)", cells_of("numeric(16, 4)", [Decimal("1.5")]))
    assert str(found) == "1.5000"


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("kind", "value"), [("numeric(16, 4)", Decimal(10) ** 12), ("varchar(9)", "0123456789"), ("jsonb", "{")]
)
def test_the_database_refuses_what_does_not_fit(kind: str, value: object) -> None:
    with pytest.raises(DataError), connections["owner"].wrap_database_errors:
        came_back(kind, cells_of(kind, [value]))


@pytest.mark.parametrize(("kind", "value"), [("integer", 2**31), ("smallint", -(2**15) - 1)])
def test_a_number_that_is_too_large_is_not_cut(kind: str, value: int) -> None:
    with pytest.raises(pa.ArrowInvalid):
        rows_as_binary(pa.record_batch({"it": cells_of(kind, [value])}), [kind])


def test_of_other_columns_it_says_that_it_cannot() -> None:
    text, exact = pa.chunked_array([["1"]]), pa.chunked_array([pa.array([Decimal("1.5")], pa.decimal128(19, 1))])
    for kind in ("bigint", "date", "timestamp with time zone", "numeric(16, 4)", "daterange", "bytea"):
        assert not can(text, kind)
    for kind in ("numeric(19, 1)", "numeric(16, 4)", "text"):
        assert not can(exact, kind)
    assert not can(pa.chunked_array([pa.array([0], pa.timestamp("us"))]), "timestamp with time zone")
