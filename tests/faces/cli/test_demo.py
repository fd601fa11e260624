"""`tongchou demo`: every shipped region, a household's year, an explanation that opens by itself, and a city's year."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.faces.cli.desk import Desk, write_region
from tongchou.faces.cli import city_clearing, demo, year
from tongchou.faces.cli.demo import EXPLAINED, HOUSEHOLD
from tongchou.ground.shipped import regions_dir, shipped_regions
from tongchou.ground.tables import read_tables


def test_the_household_is_sound() -> None:
    tables = read_tables(HOUSEHOLD)
    assert tables.problems == []
    assert EXPLAINED in {row["claim_id"] for row in tables.rows["claims"]}


@pytest.fixture(autouse=True)
def no_town(monkeypatch: pytest.MonkeyPatch) -> None:
    """The town has a database of its own, and is tested by itself."""
    monkeypatch.setattr(demo, "_town", lambda data, count: None)


@pytest.fixture(autouse=True)
def no_clearing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clearing takes seconds, and is tested by itself."""
    monkeypatch.setattr(city_clearing, "run_clearing", lambda persons, data, out: {"whole": True})


@pytest.fixture
def no_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """The year of the city takes seconds; here it is not looked at."""

    def run_year(persons: int, out: Path) -> dict[str, Any]:
        return {"persons": persons, "reconciled": True, "data": str(out)}

    monkeypatch.setattr(year, "run_year", run_year)


@pytest.mark.usefixtures("no_year")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_household_is_settled_and_explained(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(demo, "_shipped", lambda: [write_region(tmp_path / "trial")])
    answer = desk("demo", "--out", tmp_path / "out", "--lang", lang)
    assert answer.code == 0
    assert f"{tmp_path / 'out' / 'explanation.html'}" in answer.out
    page = (tmp_path / "out" / "explanation.html").read_text("utf-8")
    assert "://" not in page.replace("http://www.w3.org", "")
    assert "第二十条" in page
    assert (tmp_path / "out" / "household" / "summary.json").is_file()
    again = desk("demo", "--out", tmp_path / "out", "--json").json()
    assert again["household"]["claims"] == {"settled": 8, "refused": 1, "rejected": 0}
    assert again["year"]["persons"] == 100_000
    assert again["regions"][0] | {"result": ""} == {
        "region": "trial", "facts": 6, "errors": 0, "warnings": 1, "passed": 2, "failed": 0, "inconsistent": 1,
        "ok": True, "result": "",
    }  # fmt: skip


def test_a_city_is_drawn_settled_and_compared(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_shipped", list)
    out = tmp_path / "out"
    answer = desk("demo", "--out", out, "--persons", 60, "--lang", "en")
    assert answer.code == 0
    for place in ("data", "results", "report/report.html"):
        assert str(out / place) in answer.out
    assert "drawn in " in answer.out
    settled, compared = (json.loads((out / name / "summary.json").read_text("utf-8")) for name in ("results", "report"))
    assert compared["claims_in"] == settled["claims_in"] > 100
    assert compared["reconciled"]
    assert compared["summary"]["en"][0] in answer.out
    # The reform has its effect: provisions of B, and somebody who pays more or less.
    assert {one["cite"] for one in compared["b"]["only_here"]} == {"一", "二", "三", "四", "五"}
    assert sum(row["people"] for row in compared["tables"]["changes"] if row["from"] != row["to"]) > 0
    assert "<svg" in (out / "report" / "report.html").read_text("utf-8")
    again = desk("demo", "--out", out, "--persons", 60, "--json").json()["year"]
    assert again["settled"]["fees"] == settled["fees"]
    assert set(again["seconds"]) == {"synth", "settle", "compare"}


@pytest.mark.usefixtures("no_year")
def test_a_region_that_fails_is_seen(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = write_region(tmp_path / "broken", layers="resident: 1")
    monkeypatch.setattr(demo, "_shipped", lambda: [broken])
    answer = desk("demo", "--out", tmp_path / "out", "--lang", "en")
    assert (answer.code, "FAILED" in answer.out) == (1, True)


@pytest.mark.usefixtures("no_year")
@pytest.mark.parametrize(("whole", "code"), [(True, 0), (False, 1)])
def test_a_town_that_does_not_agree_is_seen(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool, code: int
) -> None:
    town = {"month": {"payable": 100, "paid": 100}, "whole": whole}
    monkeypatch.setattr(demo, "_shipped", list)
    monkeypatch.setattr(demo, "_town", lambda data, count: town)
    answer = desk("demo", "--out", tmp_path / "out", "--json")
    assert (answer.code, json.loads(answer.out)["town"]) == (code, town)


@pytest.mark.parametrize("folder", ["household", "data", "results", "report", "clearing"])
def test_what_is_not_ours_is_never_replaced(desk: Desk, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "thesis.txt").write_text("years of work")
    answer = desk("demo", "--out", tmp_path)
    assert (answer.code, answer.out) == (2, "")  # before anything is done
    assert (tmp_path / folder / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("persons", [0, 20_000_001])
def test_a_city_of_nobody_or_of_too_many_is_refused(desk: Desk, tmp_path: Path, persons: int) -> None:
    assert desk("demo", "--out", tmp_path, "--persons", persons).code == 2


@pytest.mark.bulk
def test_every_shipped_region_lints_and_checks(desk: Desk, tmp_path: Path) -> None:
    document = desk("demo", "--out", tmp_path / "out", "--persons", 300, "--json").json()
    assert [row["region"] for row in document["regions"]] == [path.name for path in shipped_regions()]
    assert [row for row in document["regions"] if not row["ok"]] == []
    assert (regions_dir() / demo.REGION).is_dir()
    assert document["ok"]
