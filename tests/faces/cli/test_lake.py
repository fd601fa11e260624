"""`tongchou lake`: what it writes, what it says, and what it will not do."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.faces.cli.desk import Desk, sound, write_region, write_tables
from tongchou.engines.lake import open_lake


@pytest.fixture
def year(tmp_path: Path) -> Path:
    return write_tables(tmp_path / "year", sound(), "parquet")


def test_a_year_is_put_in_buckets(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    answer = desk("lake", trial, "--data", year, "--out", tmp_path / "lake", "--buckets", 2)
    assert (answer.code, answer.err) == (0, "")
    assert "claims: 4" in answer.out
    assert "共 2 份" in answer.out
    lake = open_lake(tmp_path / "lake")
    assert (lake.basis, lake.buckets, lake.rows["lines"]) == ("discharge", 2, 4)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "trial", "year"]


def test_buckets_settle_as_the_year_does(desk: Desk, tmp_path: Path) -> None:
    year, out = tmp_path / "year", tmp_path / "out"
    assert desk("synth", "ninghe", "--persons", 60, "--year", 2025, "--out", year).code == 0
    assert desk("lake", "ninghe", "--data", year, "--out", tmp_path / "lake", "--buckets", 3).code == 0
    assert desk("settle", "ninghe", "--data", year, "--out", out, "--jobs", 1).code == 0
    lake, found = open_lake(tmp_path / "lake"), []
    for bucket in lake:
        part = tmp_path / str(bucket)
        part.mkdir()
        for name, table in lake.tables(bucket).items():
            pq.write_table(table.drop_columns("_row"), part / f"{name}.parquet")
        assert desk("settle", "ninghe", "--data", part, "--out", part / "out", "--jobs", 1).code == 0
        found += settlements(part / "out")
    assert sorted(found, key=lambda row: row["claim_id"]) == settlements(out)


def settlements(folder: Path) -> list[dict[str, Any]]:
    """The settlements of a run by claim, without the numbers that count its events."""
    rows = pq.read_table(folder / "settlements.parquet").drop_columns("event_no").to_pylist()
    return sorted(rows, key=lambda row: row["claim_id"])


def test_the_region_says_what_claims_are_ordered_by(desk: Desk, year: Path, tmp_path: Path) -> None:
    by_admission = {"region": 'name: {zh: 甲, en: A}\ncode: "999997"\nevidence: fictional\nschemes: {resident: 居民}\n'}
    region = write_region(tmp_path / "other", region=by_admission["region"] + "year: {basis: admission}\n")
    assert desk("lake", region, "--data", year, "--out", tmp_path / "lake").code == 0
    assert open_lake(tmp_path / "lake").basis == "admission"


def test_json(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    answer = desk("lake", trial, "--data", year, "--out", tmp_path / "lake", "--json")
    assert answer.json() == {
        "ok": True,
        "exit_code": 0,
        "out": str(tmp_path / "lake"),
        "basis": "discharge",
        "buckets": 1,
        "rows": {"persons": 4, "spells": 4, "claims": 4, "lines": 4},
    }


def test_english(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    assert "1 buckets, written to" in desk("lake", trial, "--data", year, "--out", tmp_path / "l", "--lang", "en").out


def test_an_earlier_lake_is_replaced_only_when_asked(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    words = ("lake", trial, "--data", year, "--out", tmp_path / "lake")
    assert desk(*words).code == 0
    refused = desk(*words, "--buckets", 3)
    assert (refused.code, "--force" in refused.err, open_lake(tmp_path / "lake").buckets) == (2, True, 1)
    assert desk(*words, "--buckets", 3, "--force").code == 0
    assert open_lake(tmp_path / "lake").buckets == 3
    (tmp_path / "lake" / "mine.txt").write_text("mine")
    assert "mine.txt" in desk(*words, "--force").err


def test_nothing_else_is_ever_replaced(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for out, said in (
        (year, "数据所在"),
        (tmp_path, "数据所在"),
        (trial, "不是以前写的"),
        (tmp_path / "file", "不是文件夹"),
    ):
        answer = desk("lake", trial, "--data", year, "--out", out, "--force")
        assert (answer.code, said in answer.err) == (2, True)
    assert (tmp_path / "file").read_text() == "mine"


def test_tables_that_are_not_parquet(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    answer = desk("lake", trial, "--data", data, "--out", tmp_path / "lake", "--json")
    assert (answer.code, [problem["code"] for problem in answer.json()["problems"]]) == (3, ["K110"] * 4)
    assert not (tmp_path / "lake").exists()
    assert "claims.csv: K110" in desk("lake", trial, "--data", data, "--out", tmp_path / "lake").err


@pytest.mark.parametrize("buckets", ["0", "65537", "many"])
def test_a_number_of_buckets_that_cannot_be(desk: Desk, trial: Path, year: Path, tmp_path: Path, buckets: str) -> None:
    assert desk("lake", trial, "--data", year, "--out", tmp_path / "lake", "--buckets", buckets).code == 2


def test_the_manifest_names_no_place_and_no_time(desk: Desk, trial: Path, year: Path, tmp_path: Path) -> None:
    """So that the same tables give the same lake wherever they lie."""
    for out in ("one", "other"):
        assert desk("lake", trial, "--data", year, "--out", tmp_path / out).code == 0
    one, other = ((tmp_path / out / "lake.json").read_text("utf-8") for out in ("one", "other"))
    assert one == other
    assert set(json.loads(one)) == {"format", "basis", "buckets", "sources", "columns", "rows", "whole", "seals"}
