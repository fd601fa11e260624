"""`tongchou clear`: run, publish, verify, diff and what-if, from files to files."""

import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.engines.grouping.stage import NINGHE
from tests.engines.payment.declared import rules_of
from tests.engines.payment.stage import RULES, drawn, write
from tests.engines.payment.test_upcoding import POINTS, lungs
from tests.faces.cli.desk import Desk


@pytest.fixture
def city(desk: Desk, tmp_path: Path) -> Path:
    write(tmp_path / "data", drawn(11))
    desk("clear", "run", str(RULES), "--data", str(tmp_path / "data"), "--out", str(tmp_path / "city"), code=0)
    return tmp_path / "city"


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str]) -> Any:
    plain = Desk(capsys)

    def ask(*words: str, code: int | None = None) -> Any:
        answer = plain(*words)
        assert code is None or answer.code == code, answer
        return answer

    return ask


def test_a_year_is_cleared_with_a_report(desk: Any, city: Path, tmp_path: Path) -> None:
    page = (city / "report.html").read_text("utf-8")
    assert page.count("<svg") > 4
    assert not re.search(r"https?://|<script", page)
    assert "年度清算" in page
    out = str(tmp_path / "again")
    found = desk("clear", "run", str(RULES), "--data", str(tmp_path / "data"), "--out", out, "--json", code=0).json()
    assert sum(found["settlements"].values()) == 400
    for row in found["balances"]:
        left = row["reserve"] - row["reserve_used"]
        assert row["budget"] == row["paid"] + row["deposits_kept"] + left + row["retained"]
    assert desk("clear", "diff", str(city), out, "--json", code=0).json()["differences"] == []


def test_the_report_speaks_english(desk: Any, city: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "en")
    said = desk("clear", "run", str(RULES), "--data", str(tmp_path / "data"), "--out", out, "--lang", "en", code=0).out
    assert "no settlement list in time" in said
    assert "Clearing of 2026" in (tmp_path / "en" / "report.html").read_text("utf-8")


def test_complication_groups_of_a_scheme(desk: Any, tmp_path: Path) -> None:
    """With the scheme its divided groups are compared; without it nothing is said of them."""
    cases = [case for at, of in (("H0", 30), ("H1", 5)) for case in lungs(at, of, 40)]
    columns = ("group", "base_points", "reference_mean")
    tables = {
        "settlements": [{key: value for key, value in one.items() if key not in columns} for one in cases],
        "groups": [{key: one[key] for key in ("settlement_id", *columns)} for one in cases],
        "institutions": [{"institution": at, "level": "三级"} for at in ("H0", "H1")],
        "budget": [{"scheme": "employee", "amount": 900_000}],
    }
    write(tmp_path / "data", tables)
    rules_of(tmp_path, *POINTS)
    asked = ["clear", "run", str(tmp_path / "clearing.yaml"), "--data", str(tmp_path / "data"), "--out"]
    desk(*asked, str(tmp_path / "plain"), code=0)
    desk(*asked, str(tmp_path / "compared"), "--scheme", str(NINGHE), code=0)
    pages = [(tmp_path / name / "report.html").read_text("utf-8") for name in ("plain", "compared")]
    assert ["伴并发症组占比 ES1" in page for page in pages] == [False, True]


def test_nothing_is_written_over(desk: Any, city: Path, tmp_path: Path) -> None:
    answer = desk("clear", "run", str(RULES), "--data", str(tmp_path / "data"), "--out", str(city))
    assert (answer.code, answer.err) == (3, f"{city}: 已经有了,不覆盖;换一个名字\n")


def test_a_hospital_checks_its_own_folder(desk: Any, city: Path, tmp_path: Path) -> None:
    out = tmp_path / "published"
    names = desk("clear", "publish", str(city), "--out", str(out), "--json", code=0).json()["institutions"]
    assert sorted(names) == sorted(folder.name for folder in out.iterdir())
    own = str(out / "医院1")
    assert "逐格重算一致" in desk("clear", "verify", own, code=0).out
    assert "医院1" in (out / "医院1" / "report.html").read_text("utf-8")
    assert desk("clear", "publish", own, "--out", str(tmp_path / "x")).code == 2
    one = desk(
        "clear", "publish", str(city), "--out", str(tmp_path / "one"), "--only", names[0], "--json", code=0
    ).json()
    assert one["institutions"] == names[:1] == [folder.name for folder in (tmp_path / "one").iterdir()]
    assert desk("clear", "publish", str(city), "--out", str(tmp_path / "none"), "--only", "无此院").code == 2
    assert not (tmp_path / "none").exists()
    file = out / "医院1" / "results" / "cases.parquet"
    found = pq.read_table(file)
    pq.write_table(found.set_column(found.column_names.index("cost"), "cost", [[0] * len(found)]), file)
    answer = desk("clear", "verify", own, "--json", code=1).json()
    assert (answer["equal"], answer["differences"][0]["column"]) == (False, "cost")
    assert answer["changed_files"] == ["results/cases.parquet"]
    assert "results/cases.parquet" in desk("clear", "verify", own, "--lang", "en", code=1).out


def test_a_case_is_explained_with_its_citation(desk: Any, city: Path) -> None:
    rows = pq.read_table(city / "results" / "cases.parquet").to_pylist()
    one = next(row for row in rows if row["path"] == "high")
    said = ("clear", "explain", str(city), "--id", one["settlement_id"])
    assert "ninghe-2025-40 第五条" in desk(*said, code=0).out
    found = desk(*said, "--json", code=0).json()["settlement"]
    assert (found["rule"], found["points"], found["path"]) == ("bands.dip", str(one["points"]), "high")
    assert found["cost_ratio"].split(".")[0] in "234"
    out = next(row for row in rows if row["reason"] == "no_list")
    assert "no settlement list" in desk("clear", "explain", str(city), "--id", out["settlement_id"], "--lang", "en").out
    assert "Y402" in desk("clear", "explain", str(city), "--id", "NOBODY", code=3).err


def test_what_would_have_been(desk: Any, city: Path) -> None:
    rows = pq.read_table(city / "results" / "cases.parquet").to_pylist()
    name = next(row["settlement_id"] for row in rows if row["path"] == "normal")
    said = ("clear", "what-if", str(city), "--change", f"{name}.base_points=9000")
    assert "points" in desk(*said, code=0).out
    found = desk(*said, "--json", code=0).json()
    assert {d["table"] for d in found["differences"]} == {"lines", "pools", "cases"}
    assert desk("clear", "what-if", str(city), "--change", "nonsense").code == 3
    assert "Y205" in desk("clear", "what-if", str(city), "--change", f"{name}.institution=无此院", code=3).err


def test_an_estimate_says_that_it_is_one(desk: Any, tmp_path: Path) -> None:
    given = drawn(2, 800)
    for row in given["budget"]:
        row["amount"] *= 3
    said = ("clear", "estimate", str(RULES), "--data", str(write(tmp_path / "data", given)), "--month", "6")
    assert "预估" in desk(*said, code=0).out
    found = desk(*said, "--json", code=0).json()
    assert found["estimate"] is True
    assert {pool["scheme"] for pool in found["pools"]} == {"employee", "resident"}


def test_two_clearings_that_differ(desk: Any, city: Path, tmp_path: Path) -> None:
    given = drawn(11)
    given["budget"][0]["amount"] += 100
    write(tmp_path / "other", given)
    out = str(tmp_path / "re-opened")
    desk("clear", "run", str(RULES), "--data", str(tmp_path / "other"), "--out", out, code=0)
    answer = desk("clear", "diff", str(city), out, "--json", code=1).json()
    assert ("balances", "budget") in {(d["table"], d["column"]) for d in answer["differences"]}


def test_input_that_cannot_be_read(desk: Any, tmp_path: Path) -> None:
    assert (
        "Y101" in desk("clear", "run", str(tmp_path), "--data", str(tmp_path), "--out", str(tmp_path / "o"), code=3).err
    )
    assert "Y401" in desk("clear", "verify", str(tmp_path), code=3).err
