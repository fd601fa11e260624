"""What a table in memory is refused for, as a whole or by the row; nothing is converted on the quiet."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tests.faces.python.given import claims, need
from tongchou.faces.python import Region
from tongchou.ground.errors import ProblemError

DAY = dt.date(2024, 3, 1)
MIDNIGHT, NINE = dt.datetime.fromisoformat("2024-03-01"), dt.datetime.fromisoformat("2024-03-01 09:00")


def places(error: ProblemError) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(p.code, p.place.table, p.place.row, p.place.column) for p in error.problems]


def fault(region: Region, tables: Any) -> list[tuple[str, str | None, int | None, str | None]]:
    with pytest.raises(ProblemError) as raised:
        region.settle(tables)
    for problem in raised.value.problems:
        assert problem.text("zh")
        assert problem.text("en")
    return places(raised.value)


@pytest.mark.parametrize(
    ("column", "cells", "code", "row"),
    [
        ("total_fee", [1100.0, 1100.0], "T128", 1),
        ("total_fee", pa.array([None, 1100.0]), "T128", 2),
        ("total_fee", [True, False], "T137", 1),
        ("total_fee", [b"1", b"2"], "T137", 1),
        ("claim_id", [1, 2], "T137", 1),
        ("place", [None, 3], "T137", 2),
        ("place", pa.array([None, float("nan")]), "T129", 2),
        ("admitted_on", [20240301, 20240302], "T124", 1),
        ("admitted_on", pa.array([MIDNIGHT] * 2, pa.timestamp("us", "Asia/Shanghai")), "T124", 1),
        ("settled_at", pa.array([MIDNIGHT] * 2, pa.timestamp("us", "UTC")), "T125", 1),
        ("settled_at", [DAY, DAY], "T125", 1),
        ("settled_at", pa.array([0, 1], pa.timestamp("ns")), "T125", 2),
        ("diseases", [[], [1]], "T134", 2),
        ("given", pa.array([[("大病", 1.5)]] * 2, pa.map_(pa.string(), pa.float64())), "T128", 1),
        ("facts", [{"签约": 1}, {"签约": 2}], "T135", 1),
    ],
)
def test_a_column_of_a_wrong_type_is_refused(trial: Region, column: str, cells: Any, code: str, row: int) -> None:
    assert fault(trial, claims(**{column: cells})) == [(code, "claims", row, column)]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("total_fee", pa.array([110_000, 110_000], pa.uint32())),
        ("total_fee", [Decimal("110000"), Decimal("110000")]),
        ("total_fee", ["110000", "110000"]),
        ("admitted_on", [DAY, DAY]),
        ("admitted_on", pa.array([DAY, DAY], pa.date64())),
        ("admitted_on", pa.array([MIDNIGHT] * 2, pa.timestamp("ns"))),
        ("settled_at", pa.array([NINE] * 2, pa.timestamp("s"))),
        ("place", pa.array(["市内", "市内"]).dictionary_encode()),
        ("place", pa.array(["市内", "市内"], pa.large_string())),
        ("place", pa.array(["市内", "市内"], pa.string_view())),
        ("provider_id", pa.nulls(2)),
        ("provider_id", pa.nulls(2, pa.float64())),
        ("diseases", pa.array([["高血压"], []], pa.large_list(pa.string()))),
    ],
)
def test_every_type_that_says_the_same_is_taken(trial: Region, column: str, cells: Any) -> None:
    results = trial.settle(claims(**{column: cells}))
    assert results.rejects.to_pylist() == []
    assert results.settlements["hifp_pay"].to_pylist() == [80_000, 80_000]


def test_a_bad_row_is_rejected_and_the_others_settle(trial: Region) -> None:
    results = trial.settle(claims(3, total_fee=["110000", "1100.00", "110000"], place=["市内", "市内", "月球"]))
    found = [(r["table"], r["row"], r["column"], r["code"], r["value"]) for r in results.rejects.to_pylist()]
    assert found == [
        ("claims", 2, "total_fee", "T126", "1100.00"),
        ("claims", 3, "place", "C004", "月球"),
        ("lines", 2, "claim_id", "T143", "C2"),
    ]
    assert results.settlements["claim_id"].to_pylist() == ["C1"]
    assert results.summary["fee_unknown"] == 1
    assert results.summary["reconciled"]


def test_every_wrong_name_of_every_table_is_told_at_once(trial: Region) -> None:
    tables = claims(place=None, insutype=["a", "b"], kind=None)
    lines = tables["lines"].append_column("amount", tables["lines"]["amount"])
    assert fault(trial, {**tables, "lines": lines}) == [
        ("T108", "claims", None, "insutype"),
        ("T110", "claims", None, "kind"),
        ("T109", "lines", None, "amount"),
    ]


def test_tables_that_are_none_and_tables_that_lack(trial: Region) -> None:
    tables = claims()
    assert fault(trial, {"claims": tables["claims"], "line": tables["lines"]}) == [
        ("T107", "line", None, None),
        ("T106", "persons", None, None),
        ("T106", "lines", None, None),
    ]


def test_what_its_library_cannot_export_is_refused_with_its_words(trial: Region) -> None:
    pandas = need("pandas")
    lines = pandas.DataFrame({"line_id": ["a", 1], "claim_id": ["C1", "C2"], "amount": [1, 2]})
    with pytest.raises(ProblemError, match="line_id") as raised:
        trial.settle({**claims(), "lines": lines})
    assert places(raised.value) == [("T102", "lines", None, None)]


def test_what_pandas_made_a_float_is_refused(trial: Region) -> None:
    """One empty cell, and pandas holds whole numbers as floats."""
    pandas = need("pandas")
    limits = pandas.Series([500, None])
    frame = pandas.DataFrame({**claims()["lines"].to_pydict(), "price_limit": limits})
    assert fault(trial, {**claims(), "lines": frame}) == [("T128", "lines", 1, "price_limit")]
    whole = frame.assign(price_limit=limits.astype("Int64"))
    assert trial.settle({**claims(), "lines": whole}).summary["claims"]["settled"] == 2


@pytest.mark.parametrize("frame", [[{"claim_id": "C1"}], {"claim_id": ["C1"]}, None])
def test_what_has_no_arrow_interface_is_a_type_error(trial: Region, frame: object) -> None:
    with pytest.raises(TypeError, match="'claims' is a"):
        trial.settle({**claims(), "claims": frame})


def test_a_lazy_frame_is_told_to_be_collected(trial: Region) -> None:
    polars = need("polars")
    with pytest.raises(TypeError, match="collected"):
        trial.settle({**claims(), "claims": polars.LazyFrame({"claim_id": ["C1"]})})
