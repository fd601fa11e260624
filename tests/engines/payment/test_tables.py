"""The tables of a year: CSV and Parquet alike, and every fault told."""

from pathlib import Path
from typing import Any

import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from tests.engines.payment.stage import Tables, drawn, write, year
from tongchou.engines.payment import read_tables
from tongchou.ground.errors import ProblemError


def test_csv_and_parquet_are_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path / "csv", drawn(1, 50))
    other = tmp_path / "parquet"
    other.mkdir()
    for file in folder.iterdir():
        pq.write_table(
            pv.read_csv(file, convert_options=pv.ConvertOptions(strings_can_be_null=False)),
            other / f"{file.stem}.parquet",
        )
    one, two, rows = read_tables(folder), read_tables(other), year(drawn(1, 50))
    for name in one.others:
        assert one.others[name].to_pylist() == two.others[name].to_pylist() == rows.others[name].to_pylist(), name
    assert one.records.to_pylist() == two.records.to_pylist() == rows.records.to_pylist()


def change(tables: Tables, table: str, row: int, **values: Any) -> Tables:
    tables[table][row] = {**tables[table][row], **values}
    return tables


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("settlements", {"total_fee": 7}, "Y206"),
        ("settlements", {"total_fee": "many"}, "Y203"),
        ("settlements", {"total_fee": ""}, "Y207"),
        ("settlements", {"fund": -3}, "Y208"),
        ("settlements", {"fund": 10**13}, "Y208"),
        ("settlements", {"discharged_on": "soon"}, "Y203"),
        ("settlements", {"reversed": "perhaps"}, "Y203"),
        ("settlements", {"settlement_id": "S000001"}, "Y204"),
        ("settlements", {"institution": "nowhere"}, "Y205"),
        ("groups", {"settlement_id": "nothing"}, "Y205"),
        ("groups", {"base_points": "1.23456"}, "Y203"),
        ("groups", {"base_points": "-1"}, "Y208"),
        ("institutions", {"institution": "医院0"}, "Y204"),
        ("prepaid", {"institution": "nowhere"}, "Y205"),
        ("special_cases", {"settlement_id": "nothing"}, "Y205"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, table: str, values: dict[str, Any], code: str) -> None:
    folder = write(tmp_path, change(drawn(1, 50), table, 0, **values))
    with pytest.raises(ProblemError) as caught:
        read_tables(folder)
    assert code in [p.code for p in caught.value.problems]


def test_a_table_that_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="Y201"):
        read_tables(tmp_path)


def test_a_column_that_is_needed(tmp_path: Path) -> None:
    tables = drawn(1, 5)
    tables["budget"] = [{"scheme": "employee"}]
    with pytest.raises(ProblemError, match="Y202"):
        read_tables(write(tmp_path, tables))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    folder = write(tmp_path, drawn(1, 5))
    (folder / "budget.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProblemError, match="Y209"):
        read_tables(folder)


def test_what_the_groupers_wrote_is_taken_as_it_is(tmp_path: Path) -> None:
    tables = drawn(1, 6)
    names = [row["settlement_id"] for row in tables["settlements"]]
    del tables["groups"], tables["special_cases"]
    assigned = [
        {"discharge_id": names[0], "status": "grouped", "group": "J15.9:", "rw": "812.5", "reference_mean": 700000,
         "factor": "1.15", "conduct": "0.97", "kind": "core"},
        {"discharge_id": names[1], "status": "ungrouped", "group": "", "rw": "", "reference_mean": "", "factor": "",
         "conduct": "", "kind": ""},
    ]  # fmt: skip
    grouped = [
        {"index": names[2], "status": "分组成功", "drg": "ES15"},
        {"index": names[3], "status": "分组成功", "drg": "X"},
    ]
    weights = [{"drg": "ES15", "weight": "1.2345", "mean": 650000}]
    folder = write(tmp_path, {**tables, "dip": assigned, "drg": grouped, "drg_weights": weights})
    rows = read_tables(folder).records.to_pylist()
    told = [
        (r["group"], r["status"], str(r["base_points"]), r["reference_mean"], str(r["auxiliary"])) for r in rows[:5]
    ]
    assert told == [
        ("J15.9:", "grouped", "812.5000", 700000, "1.1500"),
        ("", "ungrouped", "0.0000", 0, "1.0000"),
        ("ES15", "分组成功", "1.2345", 650000, "1.0000"),
        ("X", "分组成功", "0.0000", 0, "1.0000"),
        ("", "missing", "0.0000", 0, "1.0000"),
    ]
    assert [str(r["conduct"]) for r in rows[:2]] == ["0.9700", "1.0000"]
    (folder / "drg_weights.csv").unlink()
    with pytest.raises(ProblemError, match="Y201"):
        read_tables(folder)
    (folder / "drg_weights.csv").write_text("drg,weight\nES15,1\n", "utf-8")
    with pytest.raises(ProblemError, match="Y202"):
        read_tables(folder)


def test_groups_of_two_kinds_stand_beside_each_other(tmp_path: Path) -> None:
    tables = drawn(1, 6)
    kept = tables["groups"][:2]
    names = [
        row["settlement_id"]
        for row in tables["settlements"]
        if row["settlement_id"] not in {g["settlement_id"] for g in kept}
    ]
    told = {"status": "grouped", "group": "A", "rw": "1", "reference_mean": 1, "factor": "", "conduct": ""}
    assigned = [{"discharge_id": names[0], **told}]
    folder = write(tmp_path, {**tables, "groups": kept, "dip": assigned, "special_cases": []})
    rows = {row["settlement_id"]: row for row in read_tables(folder).records.to_pylist()}
    assert rows[names[0]]["auxiliary_age"] == 0
    assert rows[kept[0]["settlement_id"]]["group"] == kept[0]["group"]
