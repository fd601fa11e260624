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
        ("settlements", {"total_fee": ""}, "Y203"),
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
    with pytest.raises(ProblemError, match="Y203"):
        read_tables(folder)
