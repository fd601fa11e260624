"""Bad input end to end: a message with row and column, the row among the rejects, the rest settled, totals hold."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faces.cli.desk import Answer, Desk, claim, line, person, results, sound, write_region, write_tables
from tongchou.engines import lake
from tongchou.faces.cli import settle as settle_module

Rows = dict[str, list[dict[str, Any]]]
_RAW: dict[str, Callable[[str], str]] = {
    "a fee that is no number": lambda text: text.replace(",110000,", ",abc,", 1),
    "NaN": lambda text: text.replace(",110000,", ",NaN,", 1),
    "10^15 fen": lambda text: text.replace(",110000,", ",1000000000000000,", 1),
    "a decimal point": lambda text: text.replace(",110000,", ",1100.00,", 1),
    "a negative fee": lambda text: text.replace(",110000,", ",-110000,", 1),
    "no fee": lambda text: text.replace(",110000,", ",,", 1),
    "a date that does not exist": lambda text: text.replace("2024-03-01", "2024-02-30", 1),
    "a date in another form": lambda text: text.replace("2024-03-01", "01/03/2024", 1),
    "a date before all others": lambda text: text.replace("2024-03-01", "0001-01-01", 1),
    "a cell too many": lambda text: text.replace("C1,", "C1,C1,", 1),
    "blanks around an id": lambda text: text.replace("C1,", " C1 ,", 1),
    "no id": lambda text: text.replace("C1,", ",", 1),
    "a control character": lambda text: text.replace("住院", "住\u0007院", 1),
    "the same claim twice over": lambda text: text.replace("C2,P2", "C1,P2", 1),
    "a person nobody knows": lambda text: text.replace("C1,P1", "C1,P9", 1),
}


def settle(desk: Desk, region: Path, data: Path, *more: str) -> Answer:
    return desk("settle", region, "--data", data, "--out", data.parent / "out", "--lang", "en", *more)


@pytest.mark.parametrize("what", _RAW)
def test_a_bad_cell_takes_one_claim_with_it(desk: Desk, trial: Path, tmp_path: Path, what: str) -> None:
    data = write_tables(tmp_path / "data", sound())
    file = data / "claims.csv"
    text = file.read_text("utf-8")
    changed = _RAW[what](text)
    assert changed != text
    file.write_text(changed, "utf-8")
    answer = settle(desk, trial, data)
    assert answer.code == 0
    assert "claims row 1" in answer.out
    assert answer.out.rstrip().splitlines()[-2] == "reconciled"
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    rows = results(tmp_path / "out")
    fallen = {row["row"] for row in rows["rejects"] if row["table"] == "claims"}
    assert 1 in fallen
    assert all(row["message_zh"] and row["message_en"] for row in rows["rejects"])
    assert summary["claims"] == {"settled": 4 - len(fallen), "refused": 0, "rejected": len(fallen)}
    assert {row["claim_id"] for row in rows["settlements"]} >= {"C3", "C4"}
    assert all(row["medfee_sumamt"] == 110_000 for row in rows["settlements"])


def overlapping(rows: Rows) -> None:
    rows["spells"].append({**rows["spells"][0], "spell_id": "S9", "from_date": "2024-02-01"})


def refund(amount: int, original: str = "C1-1") -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows["lines"].append(line(1, 2, amount=amount, original_line_id=original))
        rows["claims"][0]["total_fee"] = max(0, 110_000 + amount)

    return change


def merge(table: str, **more: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[table][0] |= more

    return change


def twice(table: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[table].append({**rows[table][0]})

    return change


def drop(table: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        del rows[table][0]

    return change


def account(**more: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        row = {"account_id": "A", "person_id": "P1", "kind": "个人账户", "balance": 5, "as_of": "2023-12-31", **more}
        rows["accounts"] = [row]

    return change


BAD_ROWS: dict[str, tuple[Callable[[Rows], None], str, str]] = {
    "overlapping spells": (overlapping, "spells row 1 column from_date: T144", "rejected"),
    "no spell on the day": (merge("spells", from_date="2024-03-02"), "C040", "refused"),
    "outside every date": (
        merge("claims", admitted_on="2025-01-01"),
        "claims row 1 column discharged_on: C002",
        "rejected",
    ),
    "a missing person": (drop("persons"), "claims row 1 column person_id: T142", "rejected"),
    "an unknown place": (merge("claims", place="月球"), "claims row 1 column place: C004", "rejected"),
    "an unknown visit": (merge("claims", kind="门诊"), "claims row 1 column kind: C001", "rejected"),
    "an unknown scheme": (merge("claims", scheme="rural"), "claims row 1 column scheme: C007", "rejected"),
    "an unknown item": (merge("lines", item="丁类"), "lines row 1 column item: C004", "rejected"),
    "an unknown fact": (merge("claims", facts={"高兴": "是"}), "claims row 1 column facts: C033", "rejected"),
    "no item": (merge("lines", item=None), "lines row 1 column item: C003", "rejected"),
    "class B without a rate": (merge("lines", **{"class": "乙"}), "lines row 1: C011", "rejected"),
    "no line": (drop("lines"), "claims row 1: T155", "rejected"),
    "a total that is not the sum": (merge("lines", amount=1), "claims row 1 column total_fee: T159", "rejected"),
    "more returned than charged": (refund(-110_001), "lines row 5 column amount: T149", "rejected"),
    "a refund of nothing": (refund(-10, "C9-1"), "lines row 5 column original_line_id: T148", "rejected"),
    "birth after treatment": (
        merge("persons", birth_date="2024-03-02"),
        "claims row 1 column admitted_on: T145",
        "rejected",
    ),
    "discharged before admitted": (
        merge("claims", discharged_on="2024-02-01"),
        "claims row 1 column discharged_on",
        "rejected",
    ),
    "a relative outside the household": (
        merge("claims", account_use="relative", account_person_id="P2"),
        "claims row 1 column account_person_id: C041",
        "rejected",
    ),
    "a payment nobody makes": (merge("claims", given={"大病": 5}), "claims row 1 column given: C004", "rejected"),
    "an unknown kind of account": (account(kind="工会卡"), "accounts row 1 column kind: C004", "rejected"),
    "a balance from after the claim": (account(as_of="2024-12-31"), "accounts row 1 column as_of: C043", "rejected"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_takes_one_claim_with_it(desk: Desk, trial: Path, tmp_path: Path, what: str) -> None:
    change, message, status = BAD_ROWS[what]
    rows = sound()
    change(rows)
    answer = settle(desk, trial, write_tables(tmp_path / "data", rows))
    assert (answer.code, message in answer.out) == (0, True)
    counts = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["claims"]
    assert counts == {"settled": 3, "refused": 0, "rejected": 0, status: 1}
    written = results(tmp_path / "out")
    assert {row["claim_id"] for row in written["settlements"] if row["status"] == "settled"} == {"C2", "C3", "C4"}


@pytest.mark.parametrize("table", ["persons", "claims", "lines", "spells"])
def test_a_row_given_twice_counts_once(desk: Desk, trial: Path, tmp_path: Path, table: str) -> None:
    rows = sound()
    twice(table)(rows)
    answer = settle(desk, trial, write_tables(tmp_path / "data", rows))
    assert (answer.code, f"{table} row 5 column" in answer.out, "T140" in answer.out) == (0, True, True)
    settled = [row["claim_id"] for row in results(tmp_path / "out")["settlements"]]
    assert len(settled) == (3 if table == "lines" else 4)  # a line given twice may be a mistake in the amount


@pytest.mark.parametrize(
    ("column", "cells", "code"),
    [
        ("discharged_on", pa.array([10**7], pa.int32()).cast(pa.date32()), "T124"),
        ("settled_at", pa.array([2**60], pa.timestamp("us")), "T125"),
    ],
)
@pytest.mark.parametrize("way", ["rows", "columns", "shares", "lake"])
def test_a_day_after_the_year_9999_takes_one_claim_with_it(
    desk: Desk,
    trial: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    column: str,
    cells: Any,
    code: str,
) -> None:
    """Whichever way Parquet is settled: few rows one by one, whole columns, shares of them, a lake."""
    data = write_tables(tmp_path / "data", sound(), "parquet")
    file = data / "claims.parquet"
    table = pq.read_table(file)
    old = table.column(column).combine_chunks().cast(cells.type)
    changed = pa.concat_arrays([cells, old.slice(1)])
    pq.write_table(table.set_column(table.column_names.index(column), column, changed), file)
    if way != "rows":
        monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1)
    if way == "lake":
        assert desk("lake", trial, "--data", data, "--out", tmp_path / "lake").code == 0
        data = tmp_path / "lake"
    if way == "shares":
        monkeypatch.setattr(lake, "enough", lambda *given: 3)
    answer = settle(desk, trial, data)
    assert answer.code == 0
    assert f"claims row 1 column {column}: {code}" in answer.out
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["claims"] == {"settled": 3, "refused": 0, "rejected": 1}
    assert [row["claim_id"] for row in results(tmp_path / "out")["settlements"]] == ["C2", "C3", "C4"]


def _truncate(data: Path) -> None:
    (data / "claims.csv").unlink()
    write_tables(data, {"claims": sound()["claims"]}, "parquet")
    file = data / "claims.parquet"
    file.write_bytes(file.read_bytes()[:-40])


def _remove_all(data: Path) -> None:
    for file in data.iterdir():
        file.unlink()


def _rewrite(old: str, new: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def change(data: Path) -> None:
        file = data / "claims.csv"
        file.write_bytes(file.read_text("utf-8").replace(old, new).encode(encoding))

    return change


BAD_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "GB18030": (_rewrite("", "", "gb18030"), "T104"),
    "UTF-16": (_rewrite("", "", "utf-16"), "T103"),
    "wrong column": (_rewrite("total_fee", "totalfee"), "T108"),
    "a national field name": (_rewrite("total_fee", "medfee_sumamt"), "total_fee"),
    "a column twice": (_rewrite("kind", "scheme"), "T109"),
    "an open quote": (_rewrite("C1,", '"C1,'), "T111"),
    "empty file": (lambda data: (data / "claims.csv").write_bytes(b"") and None, "T112"),
    "a folder in its place": (lambda data: (data / "claims.csv").unlink() or (data / "claims.csv").mkdir(), "T102"),
    "truncated parquet": (_truncate, "T102"),
    "no parquet at all": (lambda data: (data / "claims.csv").rename(data / "claims.parquet") and None, "T102"),
    "no such table": (lambda data: (data / "claims.csv").rename(data / "claimz.csv") and None, "T107"),
    "empty folder": (_remove_all, "T106"),
    "no folder": (lambda data: (_remove_all(data), data.rmdir())[1], "T101"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_cannot_be_read_ends_with_3(desk: Desk, trial: Path, tmp_path: Path, what: str) -> None:
    change, message = BAD_FILES[what]
    data = write_tables(tmp_path / "data", sound())
    change(data)
    answer = settle(desk, trial, data)
    assert (answer.code, answer.out, message in answer.err) == (3, "", True)
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    document = settle(desk, trial, data, "--json").json()
    assert (document["ok"], document["exit_code"]) == (False, 3)
    assert all(problem["message"]["zh"] and problem["message"]["en"] for problem in document["problems"])


def test_a_region_with_errors_settles_nothing(desk: Desk, tmp_path: Path) -> None:
    region = write_region(tmp_path / "broken", vocabulary="lists: {place: [市内, 市内]}\nextra: 1\n")
    data = write_tables(tmp_path / "data", sound())
    answer = settle(desk, region, data)
    assert (answer.code, answer.out) == (3, "")
    assert "vocabulary.yaml:2: R" in answer.err
    assert not (tmp_path / "out").exists()


def test_everything_wrong_at_once_is_told_at_once(desk: Desk, trial: Path, tmp_path: Path) -> None:
    rows = sound()
    rows["claims"][0] |= {"place": "月球", "kind": "门诊", "facts": {"高兴": "是"}}
    rows["lines"][0] |= {"item": "丁类"}
    settle(desk, trial, write_tables(tmp_path / "data", rows))
    codes = sorted(row["code"] for row in results(tmp_path / "out")["rejects"])
    assert codes == ["C004", "C004", "C033", "T156"]


def test_a_household_keeps_its_order_around_a_rejected_claim(desk: Desk, trial: Path, tmp_path: Path) -> None:
    """The deductible a rejected claim would have taken is taken by the next one."""
    rows: Rows = {
        "persons": [person("P1")],
        "claims": [claim(1, place="月球"), claim(2, person_id="P1"), claim(3, person_id="P1")],
        "lines": [line(1), line(2), line(3)],
    }
    assert settle(desk, trial, write_tables(tmp_path / "data", rows)).code == 0
    settled = results(tmp_path / "out")["settlements"]
    assert [(row["claim_id"], row["hifp_pay"]) for row in settled] == [("C2", 80_000), ("C3", 88_000)]
