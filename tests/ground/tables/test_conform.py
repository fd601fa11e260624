"""A column in any type an Arrow table may have it in: conformed, it holds what the row reader reads in each cell."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tongchou.ground.tables import TABLES, schema
from tongchou.ground.tables.conform import CODED, conform
from tongchou.ground.tables.values import Fault, reader

BASE: dict[str, dict[str, Any]] = {
    "persons": {"person_id": "P1"},
    "spells": {"spell_id": "S1", "person_id": "P1", "scheme": "resident", "from_date": date(2024, 1, 1)},
    "claims": {"claim_id": "C1", "person_id": "P1", "scheme": "resident", "kind": "门诊", "total_fee": 1}
    | {"admitted_on": date(2024, 1, 1)},
    "lines": {"line_id": "L1", "claim_id": "C1", "amount": 1},
    "postings": {"entry_id": "E1", "event_no": 1, "book": "b", "fund": "f", "account": "a", "amount": 1}
    | {"business_date": date(2024, 1, 1), "posted_month": "2024-01"},
}


def times(*texts: str) -> list[datetime]:
    return [datetime.fromisoformat(text) for text in texts]


def behind_nulls(kind: pa.DataType, cells: list[Any]) -> pa.Array:
    """An array whose second cell is empty though something stands behind it, as Arrow allows."""
    whole = pa.array(cells, kind)
    hidden = [pa.py_buffer(bytes([0b11111101])), *whole.buffers()[1:2]]
    if pa.types.is_string(kind):
        return pa.Array.from_buffers(kind, len(cells), [*hidden, whole.buffers()[2]], 1)
    inner = (
        whole.values
        if pa.types.is_list(kind)
        else pa.StructArray.from_arrays(
            [whole.keys, whole.items],
            fields=[pa.field("key", whole.type.key_type, nullable=False), pa.field("value", whole.type.item_type)],
        )
    )
    return pa.Array.from_buffers(kind, len(cells), hidden, 1, children=[inner])


TEXTS = ["P1", "a b", "甲 乙", None, "", " P1", "P1\n", "P\x001", "a\u200bb", "\u3000", "\U000f0000", "~!"]
MANY = [f"w{number}" for number in range(128)]
D = Decimal
CASES: list[tuple[str, str, pa.Array]] = [
    ("lines", "line_id", pa.array(["L1", "L2"])),
    ("lines", "line_id", pa.array(["L1", None])),
    ("lines", "line_id", pa.array(TEXTS)),
    ("lines", "line_id", pa.array(["x ", *TEXTS]).slice(1, 2)),
    ("lines", "line_id", pa.array(["x ", "a", "b"]).slice(1, 2)),
    ("lines", "line_id", pa.array(TEXTS, pa.large_string())),
    ("lines", "line_id", pa.array(TEXTS, pa.string_view())),
    ("lines", "line_id", pa.array(TEXTS).dictionary_encode()),
    ("lines", "line_id", pa.array([*MANY, None]).cast(pa.dictionary(pa.int8(), pa.string()))),
    ("lines", "item", behind_nulls(pa.string(), ["a", " b", "c"])),
    ("lines", "item", pa.DictionaryArray.from_arrays([0, 1, 2], ["a", None, " b"])),
    ("lines", "item", pa.array([b"a", None])),
    ("lines", "item", pa.array([b"a", None], pa.binary_view())),
    ("lines", "item", pa.array([1, None])),
    ("lines", "item", pa.array([1.5, float("nan"), None])),
    ("lines", "item", pa.nulls(2)),
    ("lines", "item", pa.array([["a"], None])),
    ("lines", "claim_id", pa.nulls(2)),
    ("lines", "class", pa.array(["甲", "01", "丁", None, ""])),
    ("persons", "sex", pa.array(["9", "男", " 男"], pa.string_view())),
    ("postings", "posted_month", pa.array(["2024-01", "2024-13", None, "2024-1"])),
    ("lines", "amount", pa.array([0, -1, 10**12, 10**12 + 1, -(10**12) - 1, None])),
    ("lines", "amount", pa.array([0, -1, None], pa.int8())),
    ("lines", "amount", pa.array([1, 2], pa.uint64())),
    ("lines", "amount", pa.array([1, 2**64 - 1, None], pa.uint64())),
    ("lines", "amount", pa.array([D(1), D(-7), None], pa.decimal128(30, 0))),
    ("lines", "amount", pa.array([D(1), D(10) ** 29, None], pa.decimal256(60, 0))),
    ("lines", "amount", pa.array([D("1.00"), None], pa.decimal128(20, 2))),
    ("lines", "amount", pa.array([D(1), None], pa.decimal32(5, 0))),
    ("lines", "amount", pa.array([D(1200), None], pa.decimal128(20, -2))),
    ("lines", "amount", pa.array(["12", "012", "1.0", "x", "nan", "", None, "1" * 25])),
    ("lines", "amount", pa.array([1.0, float("inf"), None])),
    ("lines", "amount", pa.array([True, None])),
    ("lines", "amount", pa.array([date(2024, 1, 1)])),
    ("lines", "amount", pa.array([1, 2]).dictionary_encode()),
    ("lines", "price_limit", pa.array([99_999_900, 5, -1, 9_999_999_900, None])),
    ("lines", "price_limit", pa.array(["99999900", "5"])),
    ("spells", "months", pa.array([0, 1800, 1801, -1, None])),
    ("postings", "event_no", pa.array([1, 2**63 - 1, 0, -(2**63)])),
    ("lines", "quantity", pa.array([D("1.5"), D("-99999999999999.9999"), None], pa.decimal128(18, 4))),
    ("lines", "quantity", pa.array([None, D("1.5")], pa.decimal128(18, 4)).slice(1)),
    ("lines", "quantity", pa.array([D("1.5"), None], pa.decimal256(40, 10))),
    ("lines", "quantity", pa.array([D("1.5"), D("1.00001"), D("1E15")], pa.decimal128(38, 6))),
    ("lines", "quantity", pa.array([D("1.5"), None], pa.decimal32(5, 1))),
    ("lines", "quantity", pa.array([1, 10**14, 10**14 - 1, None])),
    ("lines", "quantity", pa.array([0.5, None])),
    ("lines", "quantity", pa.array(["0.5", "-1", "1e5", "", "0.00001"])),
    ("lines", "price", pa.array([D("0"), D("-0.01"), None], pa.decimal128(18, 6))),
    ("lines", "first_pay_rate", pa.array([D("0"), D("1"), D("1.000001"), D("-0.1")], pa.decimal128(9, 6))),
    ("claims", "admitted_on", pa.array([date(1899, 12, 31), date(1900, 1, 1), date(2199, 12, 31), date(2200, 1, 1)])),
    ("claims", "admitted_on", pa.array([date(2024, 1, 1), None], pa.date64())),
    ("claims", "admitted_on", pa.array(times("2024-01-01", "2024-01-01 00:00:01"), pa.timestamp("s"))),
    ("claims", "admitted_on", pa.array(times("2024-01-01", "2024-01-01 00:00:01"), pa.timestamp("ns"))),
    ("claims", "admitted_on", pa.array(["2024-01-01", "2024-02-30", "20240101", None])),
    ("claims", "settled_at", pa.array(times("1899-12-31 23:59:59", "1900-01-01", "2199-12-31 23:59:59", "2200-01-01"))),
    ("claims", "settled_at", pa.array([0, 1, None], pa.timestamp("s"))),
    ("claims", "settled_at", pa.array([1000, 7000, None], pa.timestamp("ns"))),
    ("claims", "settled_at", pa.array([0, None], pa.timestamp("us", "UTC"))),
    ("claims", "settled_at", pa.array(["2024-01-01 08:00:00", "2024-01-01T08:00:00.5", "2024-01-01", None])),
    ("claims", "settled_at", pa.array([date(2024, 1, 1)])),
    ("claims", "diseases", pa.array([["高血压"], [], None, ["a", " b"], [""], [None], ["a", "a"]])),
    ("claims", "diseases", pa.array([["x "], ["a"], None, ["b", "c"]]).slice(1)),
    ("claims", "diseases", pa.array([["a"], None], pa.large_list(pa.large_string()))),
    ("claims", "diseases", pa.array([["a"], None], pa.list_(pa.string_view()))),
    ("claims", "diseases", pa.array([["a"], None], pa.list_view(pa.string()))),
    ("claims", "diseases", pa.array([["a"], None], pa.list_(pa.dictionary(pa.int8(), pa.string())))),
    ("claims", "diseases", pa.array([[1], None])),
    ("claims", "diseases", pa.array([[], None], pa.list_(pa.null()))),
    ("claims", "diseases", pa.array([json.dumps(["a"]), "[", "", None])),
    ("claims", "diseases", behind_nulls(pa.list_(pa.string()), [["a"], [" b"], ["c"]])),
    ("claims", "diseases", pa.nulls(2)),
    ("claims", "level", pa.array([*TEXTS, "~!"]).dictionary_encode()),
    ("claims", "level", pa.nulls(2, pa.dictionary(pa.int8(), pa.string()))),
    ("claims", "scheme", pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0]), pa.array(["resident", None]))),
    ("lines", "class", pa.array(["甲", "丁", None, "01", "甲", ""]).dictionary_encode()),
]
WORDS, FENS = pa.map_(pa.string(), pa.string()), pa.map_(pa.string(), pa.int64())
PAIRS: list[Any] = [[("k", "v")], [], None, [("k", "")], [("", "v")], [("k ", "v")], [("k", " v")], [("k", None)]]
PAIRS += [[("k", "v"), ("k", "w")], [("乙", "a b"), ("甲", "a b")]]
CASES += [
    ("persons", "facts", pa.array(PAIRS, WORDS)),
    ("persons", "facts", pa.array([[("k", " v")], *PAIRS], WORDS).slice(2, 2)),
    ("persons", "facts", pa.array(PAIRS, pa.map_(pa.large_string(), pa.large_string()))),
    ("persons", "facts", pa.array(PAIRS, pa.map_(pa.string_view(), pa.string()))),
    ("persons", "facts", pa.array(PAIRS, pa.map_(pa.string(), pa.string_view()))),
    ("persons", "facts", pa.array([[("k", 1)], None], FENS)),
    ("persons", "facts", pa.array([[(1, "v")], None], pa.map_(pa.int64(), pa.string()))),
    ("persons", "facts", pa.array(['{"k": "v"}', '{"k": 1}', '{"k": "v", "k": "w"}', "", None])),
    ("persons", "facts", pa.array([{"k": "v", "l": "w"}, {"k": "v", "l": None}, None])),
    ("persons", "facts", pa.array([[{"key": "k", "value": "v"}], None])),
    ("persons", "facts", behind_nulls(WORDS, [[("k", "v")], [("k", " v")], [("k", "w")]])),
    ("claims", "given", pa.array([[("a", 1), ("b", 0)], [("a", -1)], [("a", None)], [("a", 10**12 + 1)], None], FENS)),
    ("claims", "given", pa.array([[("a", 1)], [], [("", 1)], [("a", 1), ("a", 1)]], pa.map_(pa.string(), pa.int16()))),
    ("claims", "given", pa.array([[("a", D(1))], [("a", D(-1))]], pa.map_(pa.string(), pa.decimal128(20, 0)))),
    ("claims", "given", pa.array([[("a", D("1.0"))]], pa.map_(pa.string(), pa.decimal128(20, 1)))),
    ("claims", "given", pa.array([[("a", "1")]], WORDS)),
    ("claims", "given", pa.array(['{"a": 1}', '{"a": 1.5}', '{"a": "1"}'])),
]


def with_column(name: str, column: str, cells: pa.Array | pa.ChunkedArray) -> pa.Table:
    """A table sound but for the column."""
    own = {key: pa.array([value] * len(cells), schema(name).field(key).type) for key, value in BASE[name].items()}
    return pa.table({**own, column: cells})


@pytest.mark.parametrize(("name", "column", "cells"), CASES, ids=[f"{c[0]}.{c[1]}-{c[2].type}" for c in CASES])
def test_cells_are_what_the_row_reader_reads(name: str, column: str, cells: pa.Array) -> None:
    cells.validate(full=True)
    read = reader(TABLES[name].column(column))
    empty = None if TABLES[name].column(column).required else read(None)
    values, faults = [], []
    for cell in cells.to_pylist():
        try:
            values.append(read(cell))
            faults.append(False)
        except Fault:
            values.append(empty)
            faults.append(True)
    table, faulty = conform(TABLES[name], with_column(name, column, cells))
    table.validate(full=True)
    assert faulty.tolist() == faults
    assert table.column(column).to_pylist(maps_as_pydicts="strict") == values


def test_the_types_are_the_canonical_ones() -> None:
    for name in TABLES:
        table, faulty = conform(TABLES[name], pa.table({}))
        assert table.schema.names == schema(name).names
        assert table.schema.types == schema(name).types
        assert all(field.nullable for field in table.schema)
        assert table.schema.metadata == schema(name).metadata
        assert (len(table), len(faulty)) == (0, 0)


def test_words_that_come_as_a_dictionary_stay_one() -> None:
    """Each word once, whichever way it was spelled; names are texts in any case."""
    coded = pa.chunked_array([pa.array(["01", "甲", "丁"]).dictionary_encode(), pa.array(["乙"]).dictionary_encode()])
    table, faulty = conform(TABLES["lines"], with_column("lines", "class", coded))
    assert (faulty.tolist(), table.column("class").to_pylist()) == (
        [False, False, True, False],
        ["甲", "甲", None, "乙"],
    )
    assert table.column("class").type == CODED
    assert [chunk.dictionary.to_pylist() for chunk in table.column("class").chunks] == [["甲"], ["乙"]]
    names, _ = conform(TABLES["lines"], with_column("lines", "line_id", pa.array(["L1"]).dictionary_encode()))
    assert names.schema.types == schema("lines").types


def test_missing_columns_are_empty() -> None:
    table, faulty = conform(TABLES["claims"], with_column("claims", "level", pa.array(["一级", None])))
    assert not faulty.any()
    assert table.column("diseases").to_pylist() == [[], []]
    assert table.column("facts").to_pylist() == [[], []]
    assert table.column("disease").to_pylist() == [None, None]


def test_rows_keep_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the chunks of a column are, and the pieces in which it is looked at."""
    monkeypatch.setattr("tongchou.ground.tables.conform._PIECE", 2)
    ids = pa.chunked_array([["L0", "L1 ", "L2"], [], ["L3"], ["L4", "", "L6", "甲", "L8"]])
    table, faulty = conform(TABLES["lines"], with_column("lines", "line_id", ids))
    assert table.column("line_id").to_pylist() == ["L0", None, "L2", "L3", "L4", None, "L6", "甲", "L8"]
    assert faulty.nonzero()[0].tolist() == [1, 5]


def test_a_faulty_row_keeps_its_other_cells() -> None:
    table, faulty = conform(TABLES["lines"], with_column("lines", "amount", pa.array(["1.0", "2"])))
    assert faulty.tolist() == [True, False]
    assert table.select(["claim_id", "amount"]).to_pylist() == [
        {"claim_id": "C1", "amount": None},
        {"claim_id": "C1", "amount": 2},
    ]


def test_a_time_too_fine_for_arrow_is_flagged() -> None:
    cells = pa.array([1000, 1001, None], pa.timestamp("ns"))
    table, faulty = conform(TABLES["claims"], with_column("claims", "settled_at", cells))
    assert faulty.tolist() == [False, True, False]
    assert table.column("settled_at").to_pylist() == [*times("1970-01-01 00:00:00.000001"), None, None]
