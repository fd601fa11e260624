"""`tongchou indicators`: figures, files, what is missing, what is refused."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.indicators.stage import claim, folder
from tests.faces.cli.desk import Desk


@pytest.fixture
def data(tmp_path: Path) -> Path:
    stays = [claim(at, total_fee=900_000 + at, provider_id=f"F{at % 2}") for at in range(6)]
    visits = [claim(10 + at, kind="普通门诊", discharged_on=None, admitted_on="2026-01-05") for at in range(3)]
    return folder(tmp_path / "data", claims=[*stays, *visits])


def test_figures_files_and_what_is_missing(desk: Desk, data: Path, tmp_path: Path) -> None:
    answer = desk("indicators", "ninghe", "--data", data, "--year", "2026", "--out", tmp_path / "out", "--json")
    assert answer.code == 1  # tables are missing, and said to be
    document = answer.json()
    assert {one["code"] for one in document["problems"]} == {"I115"}
    (whole,) = (one for one in document["figures"] if (one["indicator"], one["institution"]) == ("次均费用", ""))
    assert (whole["above"], whole["below"], whole["shown"]) == (5_400_015, 6, "9,000.03")
    with (tmp_path / "out" / "indicators.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(document["figures"])
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert "次均费用" in page
    assert "<script" not in page


@pytest.mark.parametrize("by", ["month", "quarter"])
def test_it_speaks_english_and_cuts_finer(desk: Desk, data: Path, by: str, tmp_path: Path) -> None:
    answer = desk(
        "indicators", "ninghe", "--data", data, "--year", "2026", "--by", by, "--lang", "en", "--out", tmp_path / "out"
    )
    assert ("2026-03" if by == "month" else "2026-Q1") in answer.out
    assert "I115" in answer.err + answer.out
    assert "institutions" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_what_is_refused(desk: Desk, data: Path, tmp_path: Path) -> None:
    assert desk("indicators", "ninghe", "--data", data, "--year", "2026", "--by", "week").code == 2
    assert desk("indicators", "ninghe", "--data", data, "--data", data, "--results", data, "--year", "2026").code == 2
    answer = desk("indicators", "suyu-2007", "--data", data, "--year", "2008")
    assert (answer.code, "I107" in answer.err + answer.out) == (3, True)
    assert desk("indicators", "ninghe", "--data", data, "--year", "99999").code == 3
    assert desk("indicators", "ninghe", "--data", data, "--year", "2026", "--kind", "无此").code == 2


def test_tables_that_cannot_be_counted(desk: Desk, data: Path, tmp_path: Path) -> None:
    """A folder twice, a file that is none, a column of another kind, and one that stands twice."""
    twice = desk("indicators", "ninghe", "--data", data, "--data", data / "..", "--year", "2026")
    assert (twice.code, "I110" in twice.err) == (3, True)
    twice = desk("indicators", "ninghe", "--data", data, "--data", data / ".." / data.name, "--year", "2026")
    assert (twice.code, "I117" in twice.err) == (3, True)
    whole = pq.read_table(data / "claims.parquet")
    pq.write_table(pa.concat_tables([whole, whole.slice(0, 2)]), data / "claims.parquet")
    answer = desk("indicators", "ninghe", "--data", data, "--year", "2026")
    assert (answer.code, "I116" in answer.err, "“C0”" in answer.err) == (3, True, True)
    wrong = whole.set_column(whole.column_names.index("total_fee"), "total_fee", pa.array(["many"] * len(whole)))
    doubled = whole.append_column("total_fee", whole["total_fee"])
    for table in (wrong, doubled):
        pq.write_table(table, data / "claims.parquet")
        answer = desk("indicators", "ninghe", "--data", data, "--year", "2026")
        assert (answer.code, "T102" in answer.err) == (3, True)
    (data / "claims.parquet").write_bytes(b"junk")
    answer = desk("indicators", "ninghe", "--data", data, "--year", "2026")
    assert (answer.code, "T102" in answer.err) == (3, True)
    folder(tmp_path / "more", claims=[claim(1)])
    (tmp_path / "more" / "lines.parquet").write_bytes(b"junk")
    answer = desk("indicators", "ninghe", "--data", tmp_path / "more", "--year", "2026")
    assert (answer.code, "T102" in answer.err) == (3, True)
