"""`tongchou dip`: a catalogue with its report, discharges into its groups, what is told, and what is refused."""

import random
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.engines.dip.stage import case, declared, drawn, table_of
from tests.faces.cli.desk import Desk
from tongchou.engines.dip.catalogue import read_catalogue


@pytest.fixture
def discharges(tmp_path: Path) -> Path:
    rows = drawn(random.Random(1), 1_200)
    for year in (2023, 2024, 2025):
        own = [row for row in rows if row["discharged_on"].year == year]
        pq.write_table(table_of(own), tmp_path / f"{year}.parquet")
    return tmp_path


def said(folder: Path) -> Path:
    return declared(folder / "said", "catalogue: {years: [2023, 2024, 2025], core: {cases: 5}}")


def years(folder: Path) -> list[object]:
    return [word for year in (2023, 2024, 2025) for word in ("--discharges", folder / f"{year}.parquet")]


def test_a_catalogue_and_its_report(desk: Desk, discharges: Path) -> None:
    out = discharges / "catalogue"
    answer = desk("dip", "build", said(discharges), *years(discharges), "--out", out, "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json()
    assert (told["rows"], told["faulty"], told["hash"]) == (1_200, 0, read_catalogue(out).hash)
    assert sum(n for name, n in told["cases"].items() if name != "trimmed") == 1_200
    names = {"auxiliary.csv", "catalogue.csv", "catalogue.parquet", "declaration", "layers.csv", "manifest.json"}
    assert {entry.name for entry in out.iterdir()} == names | {"means.csv", "report.html"}
    page = (out / "report.html").read_text("utf-8")
    assert page.count("<svg") > 3
    assert told["hash"] in page
    assert "J18.9:" in page
    assert len(pq.read_table(out / "catalogue.parquet")) == told["groups"]
    assert len((out / "catalogue.csv").read_text("utf-8").splitlines()) == told["groups"] + 1


def test_where_every_row_is_faulty_it_is_told_of_the_rows(desk: Desk, discharges: Path) -> None:
    table = pq.read_table(discharges / "2023.parquet")
    wrong = table.set_column(table.column_names.index("total_fee"), "total_fee", [[-1] * len(table)])
    pq.write_table(wrong, discharges / "wrong.parquet")
    out = discharges / "none"
    answer = desk("dip", "build", said(discharges), "--discharges", discharges / "wrong.parquet", "--out", out)
    assert (answer.code, out.exists()) == (3, False)
    assert "wrong.parquet row 1 column total_fee: D322" in answer.err


def test_the_difference_from_the_previous_catalogue(desk: Desk, discharges: Path) -> None:
    first, second = discharges / "first", discharges / "second"
    assert desk("dip", "build", said(discharges), *years(discharges), "--out", first).code == 0
    few = years(discharges)[:4]
    answer = desk("--lang", "en", "dip", "build", said(discharges), *few, "--out", second, "--previous", first)
    assert answer.code == 0
    assert "Compared with the previous catalogue: new " in answer.out
    header, *rows = (second / "changes.csv").read_text("utf-8").splitlines()
    assert header == "group,change,previous_rw,rw,difference"
    words = [row.split(",")[1] for row in rows]
    assert {"gone", "same"} <= set(words)
    assert "points before" in (second / "report.html").read_text("utf-8")
    assert desk("dip", "build", said(discharges), *few, "--out", second).code == 2  # it is there already
    assert desk("dip", "build", said(discharges), *few, "--out", second, "--force").code == 0
    assert not (second / "changes.csv").exists()
    assert (
        desk("dip", "build", said(discharges), *few, "--out", discharges, "--force").code == 2
    )  # other things are there
    assert desk("dip", "build", said(discharges), *few, "--out", discharges / "2023.parquet").code == 2


def test_discharges_into_groups(desk: Desk, discharges: Path) -> None:
    out = discharges / "catalogue"
    desk("dip", "build", said(discharges), *years(discharges), "--out", out)
    rows = [*drawn(random.Random(2), 50, (2026,)), case(9_999, fee=0, year=2026)]
    pq.write_table(table_of(rows), discharges / "discharges.parquet")
    result = discharges / "groups.parquet"
    answer = desk("dip", "assign", out, "--discharges", discharges, "--out", result, "--json")
    assert answer.code == 1  # one row is faulty, and told
    assert "discharges.parquet row 51 column total_fee: D322" in answer.err
    told = answer.json()
    found = pq.read_table(result).to_pylist()
    assert [row["discharge_id"] for row in found] == [row["discharge_id"] for row in rows]
    assert told["discharges"]["faulty"] == 1
    assert sum(told["discharges"].values()) == 51
    desk("dip", "assign", out, "--discharges", discharges, "--out", discharges / "groups.csv")
    assert len((discharges / "groups.csv").read_text("utf-8").splitlines()) == 52
    groups = discharges / "groups-of-clearing.csv"
    desk("dip", "assign", out, "--discharges", discharges, "--out", result, "--groups", groups)
    header, *lines = groups.read_text("utf-8").splitlines()
    assert header.replace('"', "") == "settlement_id,group,status,base_points,reference_mean,auxiliary"
    assert lines[-1].replace('"', "") == "d9999,,ungrouped,0,0,1"
    one = next(row for row in found if "|" in (row["candidates"] or ""))
    why = desk("dip", "assign", out, "--discharges", discharges, "--explain", one["discharge_id"], "--lang", "en")
    assert why.code == 0
    assert all(code in why.out for code in one["candidates"].split("|"))
    other = desk("dip", "assign", out, "--discharges", discharges, "--explain", one["discharge_id"], "--json")
    assert other.json()["discharge"] == one
    assert desk("dip", "assign", out, "--discharges", discharges, "--explain", "nobody").code == 3
    assert desk("dip", "assign", out, "--discharges", discharges).code == 2


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda out: (out / "catalogue.csv").write_text("no", "utf-8"), "D334"),
        (lambda out: (out / "catalogue.csv").unlink(), "D331"),
        (lambda out: (out / "declaration" / "dip.yaml").write_text("title: 别的", "utf-8"), "D334"),
    ],
)
def test_a_catalogue_that_was_changed(desk: Desk, discharges: Path, spoil: Callable[[Path], object], code: str) -> None:
    out = discharges / "catalogue"
    desk("dip", "build", said(discharges), *years(discharges), "--out", out)
    spoil(out)
    answer = desk("dip", "assign", out, *years(discharges), "--out", discharges / "x.csv")
    assert answer.code == 3
    assert code in answer.err
