"""`tongchou demo`: every shipped region, a household's year, and an explanation that opens by itself."""

from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk, write_region
from tongchou.faces.cli import demo
from tongchou.faces.cli.demo import EXPLAINED, HOUSEHOLD
from tongchou.ground.shipped import regions_dir, shipped_regions
from tongchou.ground.tables import read_tables


def test_the_household_is_sound() -> None:
    tables = read_tables(HOUSEHOLD)
    assert tables.problems == []
    assert EXPLAINED in {row["claim_id"] for row in tables.rows["claims"]}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_year_is_settled_and_explained(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(demo, "_shipped", lambda: [write_region(tmp_path / "trial")])
    answer = desk("demo", "--out", tmp_path / "out", "--lang", lang)
    assert answer.code == 0
    assert f"{tmp_path / 'out' / 'explanation.html'}" in answer.out
    page = (tmp_path / "out" / "explanation.html").read_text("utf-8")
    assert "://" not in page.replace("http://www.w3.org", "")
    assert "第二十条" in page
    assert (tmp_path / "out" / "results" / "summary.json").is_file()
    again = desk("demo", "--out", tmp_path / "out", "--json").json()
    assert again["household"]["claims"] == {"settled": 8, "refused": 1, "rejected": 0}
    assert again["regions"][0] | {"result": ""} == {
        "region": "trial", "facts": 6, "errors": 0, "warnings": 1, "passed": 2, "failed": 0, "inconsistent": 1,
        "ok": True, "result": "",
    }  # fmt: skip


def test_a_region_that_fails_is_seen(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = write_region(tmp_path / "broken", layers="resident: 1")
    monkeypatch.setattr(demo, "_shipped", lambda: [broken])
    answer = desk("demo", "--out", tmp_path / "out", "--lang", "en")
    assert (answer.code, "FAILED" in answer.out) == (1, True)


def test_what_is_not_ours_is_never_replaced(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_shipped", list)
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "thesis.txt").write_text("years of work")
    assert desk("demo", "--out", tmp_path).code == 2
    assert (tmp_path / "results" / "thesis.txt").read_text() == "years of work"


@pytest.mark.bulk
def test_every_shipped_region_lints_and_checks(desk: Desk, tmp_path: Path) -> None:
    document = desk("demo", "--out", tmp_path / "out", "--json").json()
    assert [row["region"] for row in document["regions"]] == [path.name for path in shipped_regions()]
    assert [row for row in document["regions"] if not row["ok"]] == []
    assert (regions_dir() / demo.REGION).is_dir()
