import json
from pathlib import Path

import pytest

from benchmarks import run, table

ROWS = [
    {"name": "settle", "value": 1234567, "unit": "claims/s", "peer": "other", "peer_value": 1000, "note": "alike"},
    {"name": "loop", "value": 90, "unit": "claims/s", "at_least": 100, "note": "alike"},
    {"name": "claim", "value": 50.5, "unit": "µs", "at_most": 100},
    {"name": "beside", "skipped": "no index | no peer"},
]
PAGE = f"Before.\n\n{table.BEGIN}\n\nold\n\n{table.END}\n\nAfter.\n"


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    file = tmp_path / "measured.jsonl"
    lines = [json.dumps(run.complete(row)) for row in ROWS]
    file.write_text("\n".join(["setup: installing tongchou in place", *lines]) + "\n", "utf-8")
    return file


def test_each_row_says_what_was_reached_and_beside_whom(measured: Path) -> None:
    assert table.table_of(table.rows_in(measured.read_text("utf-8"))).splitlines() == [
        "| what | measured | to reach | beside it | ratio |",
        "| --- | --- | --- | --- | --- |",
        "| settle (1) | 1,234,567 claims/s | — | other: 1,000 | 1.23e+03 |",
        "| loop (1) | 90 claims/s | ≥ 100 — **not reached** | — | 0.9 |",
        "| claim | 50.5 µs | ≤ 100 — reached | — | 0.505 |",
        "| beside | not measured: no index / no peer | — | — | — |",
        "",
        "1. alike",
        "",
        f"Machine: {run.machine()}.",
    ]


def test_only_what_stands_between_the_marks_is_rewritten(measured: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    assert table.main([str(measured), str(page)]) == 0
    text = page.read_text("utf-8")
    assert text.startswith(f"Before.\n\n{table.BEGIN}\n\n| what |")
    assert text.endswith(f"{run.machine()}.\n\n{table.END}\n\nAfter.\n")
    assert "old" not in text
    assert table.main([str(measured), str(page)]) == 0
    assert page.read_text("utf-8") == text


def test_nothing_measured_leaves_the_page_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "measured.jsonl").write_text("setup: nothing to do\n", "utf-8")
    page = tmp_path / "page.md"
    page.write_text(PAGE, "utf-8")
    assert table.main([str(tmp_path / "measured.jsonl"), str(page)]) == 1
    assert "holds no measurement" in capsys.readouterr().err
    assert page.read_text("utf-8") == PAGE


@pytest.mark.parametrize("page", ["no marks", f"{table.END}\n{table.BEGIN}\n"])
def test_a_page_without_its_place_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no place for the table"):
        table.written_into(page, "")


def test_the_page_shows_what_was_measured() -> None:
    shown = table.PAGE.read_text("utf-8")
    assert table.written_into(shown, table.table_of(table.rows_in(table.MEASURED.read_text("utf-8")))) == shown
