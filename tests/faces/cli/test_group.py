"""`tongchou group` and `tongchou scheme lint`: what they write, what they say, and what they refuse."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.engines.grouping.stage import NINGHE, weighed
from tests.faces.cli.desk import Desk

RECORDS = """index,sex,age,los,dx,px
a,1,50,5,J15.900|J96.000,
b,1,50,5,J15.900|I21.000,
c,2,50,5,N40.x00|Q99.999,60.2900
"""
GROUPS = [
    {"index": "a", "status": "分组成功", "mdc": "MDCE", "adrg": "ES1", "drg": "ES15"},
    {"index": "b", "status": "分组成功", "mdc": "MDCE", "adrg": "ES1", "drg": "ES11"},
    {"index": "c", "status": "无法入组", "mdc": "0000", "adrg": "00", "drg": "0000"},
]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    file = tmp_path / "records.csv"
    file.write_text(RECORDS, "utf-8")
    return file


def test_a_file_is_grouped(desk: Desk, records: Path, tmp_path: Path) -> None:
    answer = desk("group", NINGHE, "--records", records, "--out", tmp_path / "groups.parquet", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["records"] == {"分组成功": 2, "无法入组": 1}
    assert pq.read_table(tmp_path / "groups.parquet").to_pylist() == GROUPS
    again = desk("group", NINGHE, "--records", records, "--out", tmp_path / "groups.csv")
    assert again.code == 0
    assert (tmp_path / "groups.csv").read_text("utf-8").splitlines()[1] == '"a","分组成功","MDCE","ES1","ES15"'
    parquet = desk("group", NINGHE, "--records", _as_parquet(records), "--out", tmp_path / "same.parquet")
    assert parquet.code == 0
    assert pq.read_table(tmp_path / "same.parquet").to_pylist() == GROUPS


def _as_parquet(records: Path) -> Path:
    from pyarrow import csv

    file = records.with_suffix(".parquet")
    pq.write_table(csv.read_csv(records), file)
    return file


def test_no_records_are_no_groups(desk: Desk, records: Path, tmp_path: Path) -> None:
    records.write_text(RECORDS.splitlines()[0] + "\n", "utf-8")
    assert desk("group", NINGHE, "--records", records, "--out", tmp_path / "groups.csv").code == 0
    assert (tmp_path / "groups.csv").read_text("utf-8") == '"index","status","mdc","adrg","drg"\n'
    parquet = _as_parquet(records)
    assert desk("group", NINGHE, "--records", parquet, "--out", tmp_path / "groups.parquet").code == 0
    assert pq.read_table(tmp_path / "groups.parquet").schema.names == list(GROUPS[0])


def test_where_nothing_can_be_written_is_told_by_its_name(desk: Desk, records: Path, tmp_path: Path) -> None:
    for out, named in ((tmp_path, tmp_path), (tmp_path / "none" / "groups.csv", tmp_path / "none")):
        answer = desk("group", NINGHE, "--records", records, "--out", out)
        assert (answer.code, answer.err.split(":")[0]) == (3, str(named))


def test_a_faulty_row_is_told_and_nothing_is_lost(desk: Desk, records: Path, tmp_path: Path) -> None:
    records.write_text(RECORDS + "d,1,old,5,J15.900,\n", "utf-8")
    answer = desk("group", NINGHE, "--records", records, "--out", tmp_path / "groups.parquet")
    assert answer.code == 1
    assert "records row 4 column age: D202" in answer.err
    assert pq.read_table(tmp_path / "groups.parquet")["status"].to_pylist()[3] == "数据有误"


def test_why(desk: Desk, records: Path) -> None:
    answer = desk("group", NINGHE, "--records", records, "--explain", "a")
    assert answer.code == 0
    assert "同在排除表 1" in answer.out
    told = json.loads(desk("group", NINGHE, "--records", records, "--explain", "c", "--json").out)
    assert [edit["code"] for edit in told["edits"]] == ["D212", "D214"]
    assert (told["status"], told["mdc"]["condition"]) == ("无法入组", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("index,sex\n1,1\n", "D201"),
        ("index,sex,age,dx\n1,1\n", "D204"),
        ("", "D204"),
        ("index,性别\n".encode("gbk"), "D204"),
    ],
)
def test_files_that_cannot_be_read(desk: Desk, tmp_path: Path, text: str | bytes, code: str) -> None:
    file = tmp_path / "records.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = desk("group", NINGHE, "--records", file, "--out", tmp_path / "out.csv")
    assert answer.code == 3
    assert code in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["records.csv"]


def test_what_is_refused(desk: Desk, records: Path, tmp_path: Path) -> None:
    assert desk("group", NINGHE, "--records", records).code == 2
    assert desk("group", tmp_path, "--records", records, "--out", tmp_path / "o.csv").code == 3
    assert "D206" in desk("group", NINGHE, "--records", records, "--explain", "z").err
    assert desk("group", NINGHE, "--records", tmp_path / "none.csv", "--out", tmp_path / "o.csv").code == 3


def test_the_shipped_scheme_is_clean(desk: Desk) -> None:
    answer = desk("scheme", "lint", NINGHE)
    assert (answer.code, answer.out) == (0, "提醒 0\n")


def test_records_are_weighed(desk: Desk, tmp_path: Path) -> None:
    folder = weighed(tmp_path, "ES11,2.5,,,,\nES15,1.0001,,,,\nES15,9,,,三级,\n")
    records = tmp_path / "records.csv"
    rows = ["a,1,50,5,J15.900|I21.000,", "b,1,50,5,J15.900,", "c,1,50,5,Z99.900,", "d,1,50,5,J15.900,"]
    records.write_text("\n".join(["index,sex,age,los,dx,px", *rows, ""]), "utf-8")
    asked = ("group", folder, "--records", records, "--out", tmp_path / "g.csv", "--weights", "--json")
    told = desk(*asked).json()
    assert (told["weighed"], told["weight"], told["cmi"]) == (3, "4.5002", "1.5001")
    lines = (tmp_path / "g.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[-1].strip('"') for line in lines] == ["weight", "2.5", "1.0001", "", "1.0001"]
    assert desk(*asked, "--level", "三级").json()["weight"] == "20.5"
    assert desk(*asked, "--level", "三極").json()["problems"][0]["code"] == "D114"
    without = [word for word in asked if word != "--weights"]
    assert desk(*without, "--level", "三级").code == desk(*without, "--on", "2026-01-01").code == 2
    (folder / "drg_weight.csv").unlink()
    assert desk(*asked).json()["problems"][0]["code"] == "D113"
