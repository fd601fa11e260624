"""Discharges from files: both formats alike, and a faulty row is told by file, row and column."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.dip.stage import case, drawn, read_of, table_of
from tongchou.engines.dip.reading import Read, files_of, read_files, read_table
from tongchou.ground.errors import ProblemError

COLUMNS = ("discharge_id", "discharged_on", "principal_diagnosis", "procedures", "total_fee", "age", "other_diagnoses")


def write_csv(file: Path, rows: list[dict[str, Any]]) -> Path:
    def cell(value: object) -> object:
        return "" if value in (None, []) else json.dumps(value) if isinstance(value, list) else value

    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        names = list(rows[0])
        writer.writerow(names)
        writer.writerows([cell(row[name]) for name in names] for row in rows)
    return file


def plain(read: Read) -> dict[str, object]:
    cases = read.cases
    words = {
        name: [None if at < 0 else cases.words["dx" if name == "principal" else name][at] for at in column.tolist()]
        for name, column in cases.word.items()
    }
    lists = [
        (own.start.tolist(), [cases.words[words][at] for at in own.words.tolist()])
        for own, words in ((cases.others, "dx"), (cases.operations, "operations"))
    ]
    numbers = {name: column.tolist() for name, column in cases.number.items()}
    return {"ids": cases.ids.to_pylist(), "fee": cases.fee.tolist(), **words, **numbers, "lists": lists}


def test_csv_and_parquet_are_read_alike(tmp_path: Path) -> None:
    import random

    rows = drawn(random.Random(1), 200)
    pq.write_table(table_of(rows), tmp_path / "discharges.parquet")
    (tmp_path / "other").mkdir()
    write_csv(tmp_path / "other" / "discharges.csv", rows)
    told = []
    read = read_files([tmp_path], told.append)
    assert (told, read.rows, read.faulty) == ([200], 200, [])
    assert plain(read) == plain(read_files([tmp_path / "other"]))
    assert plain(read) == plain(read_of(rows))


def test_lists_are_written_as_json_or_joined() -> None:
    texts = ['["36.0700", "47.0100"]', "36.0700|47.0100", "", "[]", "36.0700"]
    rows = table_of([case(n) for n in range(5)])
    read = read_table(rows.set_column(rows.column_names.index("procedures"), "procedures", pa.array(texts)))
    assert read.cases.operations.count().tolist() == [2, 2, 0, 0, 1]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("total_fee", "1.5"),
        ("total_fee", "0"),
        ("total_fee", "-5"),
        ("total_fee", ""),
        ("total_fee", "9" * 13),
        ("age", "old"),
        ("age", "-1"),
        ("discharged_on", "2025-13-01"),
        ("discharged_on", "2025-1-1"),
        ("discharged_on", ""),
        ("principal_diagnosis", ""),
        ("discharge_id", ""),
        ("procedures", '["a", 1]'),
        ("procedures", '["a"'),
        ("other_diagnoses", '[["a"]]'),
    ],
)
def test_a_faulty_cell_is_told_and_its_row_left_out(tmp_path: Path, column: str, value: str) -> None:
    rows = [{name: case(n)[name] for name in COLUMNS} for n in range(3)]
    rows[1][column] = value
    file = write_csv(tmp_path / "year.csv", rows)
    read = read_files([file])
    assert [(one.code, one.place.table, one.place.row, one.place.column) for one in read.problems] == [
        ("D322", "year.csv", 2, column)
    ]
    assert (len(read.cases), len(read.faulty), read.rows) == (2, 1, 3)


def test_two_rows_of_one_discharge_are_both_left_out() -> None:
    read = read_of([case(1), case(2), case(1, fee=7)])
    assert [one.code for one in read.problems] == ["D323"]
    assert (read.cases.ids.to_pylist(), read.faulty) == (["d2"], ["d1", "d1"])


def test_a_column_without_any_value_is_none() -> None:
    """The canonical table has them all; without a level means are of all levels, and the rows tell who came back."""
    nothing = {"level": None, "weight": None, "since_previous": None, "drug_fee": None}
    read = read_of([case(1, **nothing), case(2, **nothing)])
    assert "level" not in read.cases.word
    assert not {"weight", "since_previous", "drug_fee"} & set(read.cases.number)
    some = read_of([case(1, **nothing), case(2, **{**nothing, "level": "三级", "weight": 900})])
    assert (some.cases.word["level"].tolist(), some.cases.number["weight"].tolist()) == ([-1, 0], [-1, 900])
    assert "person" in read_of([case(1, person_id=None)]).cases.word


def test_dates_before_1970_and_ids_of_several_files(tmp_path: Path) -> None:
    read = read_of([case(1, discharged_on=date(1968, 2, 29)), case(2)])
    assert read.cases.year.tolist() == [1968, 2025]
    files = []
    for at in range(2):
        pq.write_table(table_of([case(at)]), tmp_path / f"{at}.parquet")
        files.append(tmp_path / f"{at}.parquet")
    assert read_files(files).cases.ids.to_pylist() == ["d0", "d1"]
    assert np.array_equal(read_files(files).cases.fee, [500_000, 500_000])


def test_files_without_rows(tmp_path: Path) -> None:
    pq.write_table(table_of([case(1)]).slice(1), tmp_path / "none.parquet")
    (tmp_path / "none.csv").write_text(",".join(COLUMNS) + "\n", "utf-8")
    for file in ("none.parquet", "none.csv"):
        read = read_files([tmp_path / file])
        assert (read.rows, len(read.cases), read.problems) == (0, 0, [])


def test_columns_that_stand_twice_or_hold_no_texts(tmp_path: Path) -> None:
    sound = table_of([case(1)])
    twice = sound.append_column("total_fee", pa.array([1]))
    nested = sound.set_column(sound.column_names.index("procedures"), "procedures", pa.array([[{"a": 1}]]))
    for name, table, code, column in (("a", twice, "D329", "total_fee"), ("b", nested, "D330", "procedures")):
        pq.write_table(table, tmp_path / f"{name}.parquet")
        with pytest.raises(ProblemError, match=code) as refused:
            read_files([tmp_path / f"{name}.parquet"])
        assert refused.value.problems[0].details["name"] == column


def test_lists_as_other_programs_write_them() -> None:
    sound = table_of([case(1, "J18.900", ["47.0100"])])
    at = sound.column_names.index("procedures")
    for kind in (pa.large_list(pa.large_string()), pa.list_(pa.dictionary(pa.int32(), pa.string()))):
        other = sound.set_column(at, "procedures", pa.array([["47.0100"]], kind))
        assert plain(read_table(other)) == plain(read_table(sound))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="D327"):
        files_of([tmp_path])
    (tmp_path / "discharges.parquet").write_bytes(b"no")
    with pytest.raises(ProblemError, match="D324"):
        read_files([tmp_path])
    with pytest.raises(ProblemError, match="D324"):
        read_files([tmp_path / "nowhere.csv"])
    with pytest.raises(ProblemError, match="D324"):
        read_files([])
    with pytest.raises(ProblemError, match="D321") as refused:
        read_table(table_of([case(1)]).drop_columns(["total_fee", "procedures"]))
    assert [one.details["name"] for one in refused.value.problems] == ["procedures", "total_fee"]
