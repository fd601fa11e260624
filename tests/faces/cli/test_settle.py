"""`tongchou settle`: what it writes, that it adds up, and that it never leaves half a result."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.faces.cli.desk import FILES, Desk, claim, line, person, results, sound, write_region, write_tables
from tongchou.engines.benefits.state_tables import KEYS
from tongchou.engines.lake import open_states
from tongchou.faces.cli import parts as parts_module
from tongchou.faces.cli import settle as settle_module


def mixed() -> dict[str, list[dict[str, object]]]:
    """Settled, refused, rejected; a household with an account; claims whose order matters."""
    tables = sound(6)
    tables["claims"][1] |= {"third_party": "工伤"}
    tables["claims"][2] |= {"admitted_on": "2019-03-03"}
    tables["claims"][3] |= {"place": "市外", "account_use": "relative", "account_person_id": "P5"}
    tables["claims"].append(claim(7, person_id="P1", admitted_on="2024-02-01"))
    tables["lines"].append(line(7))
    for n in (3, 4):
        tables["persons"][n]["household_id"] = "H"
    tables["spells"][2]["from_date"] = "2019-01-01"
    tables["accounts"] = [
        {"account_id": "A", "person_id": "P5", "kind": "个人账户", "balance": 20_000, "as_of": "2023-12-31"}
    ]
    return tables


def test_a_folder_of_claims_is_settled_and_reconciles(desk: Desk, trial: Path, tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data", mixed()), tmp_path / "out"
    answer = desk("settle", trial, "--data", data, "--out", out)
    assert answer.code == 0
    for text in ("对账相符", "拒付 resident.claim.guard.工伤：1", "claims row 3 column discharged_on: C002"):
        assert text in answer.out
    assert sorted(p.name for p in out.iterdir()) == [
        "events.parquet", "line_results.parquet", "rejects.parquet", "settlements.parquet", "states",
        "summary.json",
    ]  # fmt: skip
    rows = results(out)
    assert [row["claim_id"] for row in rows["settlements"]] == ["C7", "C1", "C2", "C4", "C5", "C6"]
    assert [row["event_no"] for row in rows["settlements"]] == [1, 2, 3, 4, 5, 6]
    assert [row["event_no"] for row in rows["events"]] == [1, 2, 3, 4, 5, 6]
    paid = {row["claim_id"]: row["hifp_pay"] for row in rows["settlements"]}
    assert paid == {"C7": 80_000, "C1": 88_000, "C2": None, "C4": 50_000, "C5": 80_000, "C6": 80_000}
    accounts = {row["claim_id"]: (row["acct_pay"], row["acct_mulaid_pay"]) for row in rows["settlements"]}
    assert (accounts["C4"], accounts["C5"]) == ((20_000, 20_000), (0, 0))
    assert [row["claim_id"] for row in rows["line_results"]] == ["C7", "C1", "C4", "C5", "C6"]


def contents(out: Path) -> dict[Path, bytes]:
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def state_of(out: Path) -> list[dict[str, object]]:
    return open_states(out / "states").tables(0)["state"].sort_by([(name, "ascending") for name in KEYS]).to_pylist()


def test_what_households_have_used_up_is_kept_beside_the_settlements(
    desk: Desk, trial: Path, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert desk("settle", trial, "--data", data, "--out", out, "--format", "csv").code == 0
    rows = [row for row in state_of(out) if row["household"] == "P2"]
    assert {(row["name"], row["subject"], row["period"], row["each"]): row["amount"] for row in rows} == {
        ("resident.pool.charged/year", "P2", "2024", ""): 10_000,
        ("stay", "P2", "2024", "C2"): 1,
        ("stays", "P2", "2024", ""): 1,
    }
    last = open_states(out / "states").covered.last
    assert last == (date(2024, 3, 4), datetime.fromisoformat("2024-03-04"), "C4")


def test_json_is_one_document_and_is_the_summary(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    document = desk("settle", trial, "--data", data, "--out", tmp_path / "out", "--json").json()
    assert (document["ok"], document["reconciled"], document["claims_in"]) == (True, True, 4)
    assert document["claims"] == {"settled": 4, "refused": 0, "rejected": 0}
    assert document["fee_in"] == sum(document["payers"].values()) == 440_000
    assert document["layers"] == {"resident.pool": 320_000, "resident.card": 0}
    assert len(document["pack_hash"]) == 64


@pytest.mark.parametrize("given", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_every_format_in_and_out(desk: Desk, trial: Path, tmp_path: Path, given: str, format: str) -> None:  # noqa: A002 (the option)
    data, out = write_tables(tmp_path / "data", mixed(), given), tmp_path / "out"
    assert desk("settle", trial, "--data", data, "--out", out, "--format", format, "--lang", "en").code == 0
    assert len(results(out)["settlements"]) == 6
    assert (out / f"settlements.{format}").is_file()


def test_the_number_of_processes_changes_nothing(desk: Desk, trial: Path, tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data", mixed())
    written = []
    for jobs in (1, 2, 5):
        out = tmp_path / f"out{jobs}"
        assert desk("settle", trial, "--data", data, "--out", out, "--jobs", jobs, "--format", "csv").code == 0
        written.append(contents(out))
    assert written[0] == written[1] == written[2]


RELIEF = {
    "layers": FILES["layers.yaml"].replace(
        "  visits:",
        "    relief: {name: 年末救助, field: maf_pay, runs: year_end}\n  visits:\n    年末: [relief]",
    ),
    "benefits": FILES["benefits/all.yaml"]
    + "  - cite: 第3条\n    says: 年末救助余下的一半,即 50%\n"
    + "    sets: {relief.takes: in_scope, relief.ratio: 50%}\n",
}


def test_what_runs_at_year_end_runs_when_asked(desk: Desk, data: Path, tmp_path: Path) -> None:
    region = write_region(tmp_path / "relief", **RELIEF)
    command = ("settle", region, "--data", data, "--format", "csv")
    plain = desk(*command, "--out", tmp_path / "plain", "--json").json()
    assert ("year_end" in plain["written"], plain["year_end_paid"]) == (False, 0)
    written = []
    for jobs in (1, 2):
        answer = desk(*command, "--out", tmp_path / f"{jobs}", "--year-end", "--jobs", jobs)
        assert (answer.code, "年末另付：4 份，600.00 元" in answer.out) == (0, True)
        written.append((tmp_path / f"{jobs}" / "year_end.csv").read_text("utf-8"))
    assert written[0] == written[1]
    assert written[0].count("\n年末-P") == 4
    again = desk(*command, "--out", tmp_path / "1", "--force")
    assert (again.code, (tmp_path / "1" / "year_end.csv").exists()) == (0, False)


def test_where_processes_cannot_fork_there_is_one(
    desk: Desk, trial: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts_module.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert desk("settle", trial, "--data", data, "--out", tmp_path / "out", "--jobs", 2).code == 0


def test_a_process_that_dies_leaves_nothing(
    trial: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.ground.region.load import load_region

    monkeypatch.setattr(parts_module, "_settle_share", lambda *_: os._exit(9))
    out = tmp_path / "out"
    with pytest.raises(RuntimeError, match="process"), settle_module.replacing(out) as folder:
        settle_module.settle_folder(load_region(trial), data, folder, "csv", jobs=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "trial"]


def test_earlier_results_are_replaced_only_when_asked(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("settle", trial, "--data", data, "--out", out)
    assert desk(*command, "--format", "csv").code == 0
    before = {path.name: path.stat().st_ino for path in out.iterdir()}
    assert desk(*command).code == 2
    assert {path.name: path.stat().st_ino for path in out.iterdir()} == before
    assert desk(*command, "--force").code == 0
    assert sorted(path.suffix for path in out.iterdir()) == ["", ".json", *[".parquet"] * 4]
    (out / "letter.txt").write_text("dear")
    assert desk(*command, "--force").code == 2
    assert (out / "letter.txt").read_text() == "dear"


def test_results_do_not_go_where_the_data_are(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    assert desk("settle", trial, "--data", data, "--out", data, "--force").code == 2
    assert desk("settle", trial, "--data", data, "--out", tmp_path, "--force").code == 2
    file = tmp_path / "file"
    file.write_text("x")
    assert desk("settle", trial, "--data", data, "--out", file).code == 2


def test_a_run_that_fails_leaves_the_earlier_results(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert desk("settle", trial, "--data", data, "--out", out).code == 0
    before = contents(out)
    (data / "claims.csv").write_bytes("claim_id\n编号\n".encode("gb18030"))
    assert desk("settle", trial, "--data", data, "--out", out, "--force").code == 3
    assert contents(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "out", "trial"]


@pytest.mark.parametrize(
    "words",
    [("--format", "xlsx"), ("--assume", "place"), ("--assume", "place="), ("--assume", "a=1", "--assume", "a=2")],
)
def test_options_that_make_no_sense(
    desk: Desk, trial: Path, data: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert desk("settle", trial, "--data", data, "--out", tmp_path / "out", *words).code == 2
    assert not (tmp_path / "out").exists()


def test_what_is_assumed_is_written_down(desk: Desk, trial: Path, tmp_path: Path) -> None:
    tables = sound()
    for row in tables["claims"]:
        del row["third_party"]
    data = write_tables(tmp_path / "data", tables)
    plain = desk("settle", trial, "--data", data, "--out", tmp_path / "a", "--json").json()
    assert (plain["claims"]["rejected"], plain["reconciled"]) == (4, True)
    command = ("settle", trial, "--data", data, "--out", tmp_path / "b", "--json")
    document = desk(*command, "--assume", "third_party=无").json()
    assert (document["claims"]["settled"], document["assumed"]) == (4, {"third_party": "无"})
    assert desk("settle", trial, "--data", data, "--out", tmp_path / "c", "--assume", "没有=1").code == 3


def test_totals_that_do_not_reconcile_are_exit_code_1(
    desk: Desk, trial: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongchou.faces.cli import reconcile

    honest = reconcile.fees_of
    monkeypatch.setattr(reconcile, "fees_of", lambda folder: {**honest(folder), 99: 5})
    answer = desk("settle", trial, "--data", data, "--out", tmp_path / "out", "--lang", "en")
    assert answer.code == 1
    assert "does not reconcile: claims_in = settled + refused + rejected" in answer.out
    assert "does not reconcile: fee_in = settled + refused + rejected" in answer.out


def test_many_rejects_are_cut_short(desk: Desk, trial: Path, tmp_path: Path) -> None:
    tables = sound(25)
    for row in tables["claims"]:
        row["place"] = "省外"
    data = write_tables(tmp_path / "data", tables)
    answer = desk("settle", trial, "--data", data, "--out", tmp_path / "out")
    assert (answer.code, answer.out.count("C004"), "另有 5 行" in answer.out) == (0, 20, True)


def test_persons_of_one_household_share_what_is_theirs(desk: Desk, trial: Path, tmp_path: Path) -> None:
    """The order of the files does not matter, nor who stands first."""
    tables = mixed()
    forward = write_tables(tmp_path / "forward", tables)
    backward = write_tables(tmp_path / "backward", {name: rows[::-1] for name, rows in tables.items()})
    settled = []
    for data in (forward, backward):
        out = tmp_path / f"out-{data.name}"
        assert desk("settle", trial, "--data", data, "--out", out, "--format", "csv").code == 0
        settled.append((out / "settlements.csv").read_bytes())
    assert settled[0] == settled[1]


def test_a_person_row_alone_settles_nothing(desk: Desk, trial: Path, tmp_path: Path) -> None:
    empty = {"persons": [person("P1")], "claims": [], "lines": []}
    data = write_tables(tmp_path / "data", empty, "parquet")
    document = desk("settle", trial, "--data", data, "--out", tmp_path / "out", "--json").json()
    assert (document["claims_in"], document["reconciled"]) == (0, True)


def test_many_claims_settle_in_bulk_to_the_same_tables(
    desk: Desk, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    broken, unsaid = mixed(), mixed()
    broken["claims"][0]["total_fee"] = 7
    for row in unsaid["claims"]:
        row.pop("third_party")
    assumed = ("--assume", "third_party=无")
    for number, (tables, words) in enumerate(((mixed(), ()), (broken, ()), (unsaid, assumed))):
        data = write_tables(tmp_path / f"data{number}", tables, "parquet")
        found = []
        for worth in (1, 10**9):
            monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", worth)
            out = tmp_path / f"{number}-{worth}"
            answer = desk("settle", trial, "--data", data, "--out", out, *words, "--json")
            document = {key: value for key, value in answer.json().items() if key != "out"}
            tables_ = {name: _as_dicts(rows) for name, rows in results(out).items()}
            found.append((answer.code, document, tables_, state_of(out), open_states(out / "states").covered))
        assert found[0] == found[1]


def _as_dicts(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {name: dict(cell) if name == "paid" and isinstance(cell, list) else cell for name, cell in row.items()}
        for row in rows
    ]
