"""Whole columns of Parquet files, and what is wrong with a file before any cell is looked at."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.ground.tables import load_arrow, read_some, read_tables, sift, write_table
from tongchou.ground.tables.parquet import ROW
from tongchou.ground.tables.sample import SAMPLE


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    for name, rows in SAMPLE.items():
        write_table(tmp_path, name, rows)
    return tmp_path


def put(folder: Path, name: str, column: str, cells: pa.Array) -> None:
    """Put a column into a file, its type and all."""
    path = folder / f"{name}.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(table.column_names.index(column), column, cells), path)


def test_a_folder_of_parquet(sample: Path) -> None:
    contents = load_arrow(sample)
    assert contents is not None
    assert list(contents) == list(SAMPLE)
    whole = read_tables(sample)
    sifted = sift(contents)
    assert not any(len(rows) for rows in sifted.chosen.values())
    assert sifted.tables["lines"].column("amount").to_pylist() == [row["amount"] for row in whole.rows["lines"]]


def test_other_formats_are_for_the_row_reader(sample: Path) -> None:
    (sample / "accounts.parquet").unlink()
    write_table(sample, "accounts", SAMPLE["accounts"], "csv")
    (sample / "lines.parquet").write_bytes(b"broken, but nobody looks")
    assert load_arrow(sample) is None


def broken(folder: Path) -> None:
    (folder / "claims.parquet").write_bytes(b"PAR1")
    (folder / "persons.parquet").write_bytes(b"")


def directory(folder: Path) -> None:
    (folder / "claims.parquet").unlink()
    (folder / "claims.parquet").mkdir()


def strange_names(folder: Path) -> None:
    pq.write_table(pa.table({"claim": ["C1"]}), folder / "claims.parquet")
    pq.write_table(pa.table({"line": ["L1"]}), folder / "lines.parquet")


def nowhere(folder: Path) -> None:
    put(folder, "claims", "settled_at", pa.array([0, None], pa.timestamp("us", "Nowhere/At_All")))


def no_text(folder: Path) -> None:
    cells = pa.array([b"\xff", None], pa.binary())
    put(folder, "claims", "level", pa.Array.from_buffers(pa.string(), 2, cells.buffers()))


def twice_named(folder: Path) -> None:
    pair = pa.StructArray.from_arrays([pa.array(["a", "b"]), pa.array(["c", "d"])], ["k", "k"])
    put(folder, "claims", "facts", pair)


def nothing_required(folder: Path) -> None:
    (folder / "persons.parquet").unlink()
    (folder / "person.parquet").write_bytes(b"")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (broken, ["T102", "T102"]),
        (directory, ["T102"]),
        (strange_names, ["T108", *["T110"] * 6, "T108", *["T110"] * 3]),
        (nowhere, ["T102"]),
        (no_text, ["T102"]),
        (twice_named, ["T102"]),
        (nothing_required, ["T107", "T106"]),
    ],
)
def test_a_folder_is_refused_as_by_the_row_reader(
    sample: Path, change: Callable[[Path], None], codes: list[str], refused: Any
) -> None:
    change(sample)
    assert refused(lambda: load_arrow(sample)) == codes
    assert refused(lambda: read_tables(sample)) == codes


@pytest.mark.parametrize(
    ("table", "column", "cells", "code", "shown"),
    [
        ("persons", "died_on", pa.array([10**7, None], pa.int32()).cast(pa.date32()), "T124", "29349-01-26"),
        ("persons", "died_on", pa.array([-(10**6), None], pa.int32()).cast(pa.date32()), "T124", "-0768-02-04"),
        ("persons", "died_on", pa.array([864 * 10**12, None], pa.int64()).cast(pa.date64()), "T124", "29349-01-26"),
        ("claims", "settled_at", pa.array([2**60, None], pa.timestamp("us")), "T125", "<value out of range"),
        ("claims", "settled_at", pa.array([2**50, None], pa.timestamp("s")), "T125", "<value out of range"),
        ("claims", "level", pa.array([10**7, None], pa.int32()).cast(pa.date32()), "T137", "29349-01-26"),
    ],
)
def test_a_day_off_the_calendar_rejects_its_row_alone(
    sample: Path, table: str, column: str, cells: pa.Array, code: str, shown: str
) -> None:
    put(sample, table, column, cells)
    whole = read_tables(sample)
    (found,) = [p for p in whole.problems if p.place.table == table and p.place.column == column]
    assert (found.code, found.place.row) == (code, 1)
    assert str(found.details["value"]).startswith(shown)
    contents = load_arrow(sample)
    assert contents is not None
    sifted = sift(contents)
    assert 0 in sifted.chosen[table]
    some = read_some(contents, sifted.chosen)
    assert found in some.problems
    assert list(some.rows[table]) == [row for row in whole.rows[table] if row in some.rows[table]]


def test_the_required_tables_are_the_callers(tmp_path: Path, refused: Any) -> None:
    write_table(tmp_path, "persons", SAMPLE["persons"])
    assert refused(lambda: load_arrow(tmp_path)) == ["T106", "T106"]
    contents = load_arrow(tmp_path, required=())
    assert contents is not None
    assert list(contents) == ["persons"]


def test_times_finer_than_microseconds(sample: Path) -> None:
    put(sample, "claims", "settled_at", pa.array([1_704_067_200_000_000_001, None], pa.timestamp("ns")))
    contents = load_arrow(sample)
    assert contents is not None
    sifted = sift(contents)
    assert sifted.chosen["claims"].tolist() == [0, 1]
    assert read_some(contents, sifted.chosen).rows["claims"] == read_tables(sample).rows["claims"]


def test_whole_microseconds_in_nanoseconds(sample: Path) -> None:
    put(sample, "claims", "settled_at", pa.array([1_704_067_200_000_000_000, None], pa.timestamp("ns")))
    contents = load_arrow(sample)
    assert contents is not None
    sifted = sift(contents)
    assert not any(len(rows) for rows in sifted.chosen.values())
    first = sifted.tables["claims"].column("settled_at").to_pylist()[0]
    assert first == datetime.fromisoformat("2024-01-01")


def test_chosen_rows_keep_their_numbers(sample: Path) -> None:
    put(sample, "lines", "hospital_code", pa.array(["a", "b", None, "d"], pa.string_view()))
    contents = load_arrow(sample)
    assert contents is not None
    contents["lines"] = contents["lines"].set_column(0, "line_id", pa.array(["L1", "L2", "L3", "L4"], pa.string_view()))
    some = read_some(contents, {"persons": np.array([1]), "claims": np.array([1]), "lines": np.array([0, 3])})
    assert [(p.place.table, p.place.row, p.code) for p in some.problems] == [("lines", 1, "T142")]
    assert [(row["_row"], row["line_id"]) for row in some.rows["lines"]] == [(4, "L4")]
    assert {name: count for name, count in some.read.items() if count} == {"persons": 1, "claims": 1, "lines": 2}
    assert set(some.read) == set(SAMPLE)


def test_a_share_of_a_file_is_read_in_the_order_of_the_file(sample: Path) -> None:
    whole = load_arrow(sample)
    assert whole is not None
    rows = {name: np.arange(len(table))[::-1] for name, table in whole.items()}
    share = {
        name: table.take(pa.array(rows[name])).append_column(ROW, pa.array(rows[name] + 1))
        for name, table in whole.items()
    }
    everything = {name: np.arange(len(table)) for name, table in whole.items()}
    assert read_some(share, everything).rows == read_tables(sample).rows
