"""`tongchou settle --numbers`: what is stored says what the canonical tables say, by row number."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from tests.faces.cli.desk import Desk, write_tables
from tests.faces.cli.test_settle import mixed
from tests.faces.cli.test_shares import drawn, write
from tongchou.engines.lake import open_states, pour
from tongchou.faces.cli.settle import settle_folder
from tongchou.faces.cli.stored import explain_stored
from tongchou.ground.region.load import load_region

WORDS = ("settlement_id", "claim_id", "paid")


@pytest.fixture(autouse=True)
def _not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")


def said(out: Path, ids: dict[str, list[str]], numbers: bool) -> dict[str, dict[str, Any]]:
    """Claim and line → what was paid of it, from either form of results."""
    if numbers:
        amounts, lines = (pq.read_table(out / name).to_pylist() for name in ("amounts", "lines"))
        for row, name in [*((row, "claims") for row in amounts), *((row, "lines") for row in lines)]:
            row["id"] = ids[name][row.pop("_row") - 1]
            row["paid"] = {key[5:]: fen for key, fen in row.items() if key.startswith("paid.") and fen}
    else:
        amounts, lines = (pq.read_table(out / f"{n}.parquet").to_pylist() for n in ("settlements", "line_results"))
        for row, name in [*((row, "claim_id") for row in amounts), *((row, "line_id") for row in lines)]:
            row["id"], row["paid"] = row[name], {layer: fen for layer, fen in row["paid"] or () if fen}
    claim = ("status", "reason", "inscp_scp_amt", "act_pay_dedc", "psn_cash_pay", "paid")
    line = ("inscp_scp_amt", "cash", "hospital", "paid")
    found = {row["id"]: {name: row[name] or 0 for name in claim} for row in amounts}
    return found | {row["id"]: {name: row[name] or 0 for name in line} for row in lines}


def ids_of(data: Path) -> dict[str, list[str]]:
    keys = {"claims": "claim_id", "lines": "line_id"}
    return {name: pq.read_table(data / f"{name}.parquet")[key].to_pylist() for name, key in keys.items()}


@pytest.mark.parametrize("jobs", [1, 2])
def test_numbers_are_those_of_the_tables(trial: Path, tmp_path: Path, jobs: int) -> None:
    """From files and from a lake, in any number of shares; what was used up is the same too."""
    pack, data = load_region(trial), write(tmp_path / "data", drawn(3))
    whole = tmp_path / "whole"
    whole.mkdir()
    _, summary = settle_folder(pack, data, whole, "parquet", None, 1)
    wanted, ids = said(whole, ids_of(data), numbers=False), ids_of(data)
    pour(data, tmp_path / "lake", "discharge", 3)
    for number, (source, share) in enumerate(((data, 10**6), (data, 7), (tmp_path / "lake", 10**6))):
        out = tmp_path / f"out-{number}"
        out.mkdir()
        done, told = settle_folder(pack, source, out, "parquet", None, jobs, share=share, trace=True, numbers=True)
        assert done.holds
        assert said(out, ids, numbers=True) == wanted
        assert told["written"]["amounts"] == summary["written"]["settlements"]
        assert {name: told[name] for name in ("claims", "fees", "payers", "layers", "refusals")} == {
            name: summary[name] for name in ("claims", "fees", "payers", "layers", "refusals")
        }
        assert pq.read_table(out / "rejects.parquet") == pq.read_table(whole / "rejects.parquet")
        assert _used(out) == _used(whole)
        assert open_states(out / "states").covered.last == open_states(whole / "states").covered.last
        assert len(list((out / "traces").iterdir())) == len(list((out / "amounts").iterdir()))
        for claim in ids["claims"][::9]:
            if claim in wanted:
                assert explain_stored(pack, out, claim, source).claim_id == claim
    with pytest.raises(typer.Exit):
        explain_stored(pack, out, "nobody's", source)


def _used(out: Path) -> list[dict[str, Any]]:
    snapshot = open_states(out / "states")
    state = pa.concat_tables([snapshot.tables(bucket)["state"] for bucket in snapshot])
    return state.sort_by([(name, "ascending") for name in state.column_names]).to_pylist()


def test_from_the_command_line(desk: Desk, trial: Path, tmp_path: Path) -> None:
    data, out = write_tables(tmp_path / "data", mixed(), "parquet"), tmp_path / "out"
    command = ("settle", trial, "--data", data, "--out", out, "--numbers")
    answer = desk(*command)
    assert answer.code == 0
    for text in ("对账相符", "拒付 resident.claim.guard.工伤：1", "claims row 3 column discharged_on: C002"):
        assert text in answer.out
    assert sorted(p.name for p in out.iterdir()) == ["amounts", "rejects.parquet", "states", "summary.json"]
    assert json.loads((out / "summary.json").read_text("utf-8"))["numbers"] is True
    amounts = {row["_row"]: row for row in pq.read_table(out / "amounts").to_pylist()}
    assert {row: one["paid.pool"] for row, one in amounts.items()} == {
        1: 88_000, 2: 0, 4: 50_000, 5: 80_000, 6: 80_000, 7: 80_000
    }  # fmt: skip
    assert (amounts[2]["status"], amounts[4]["paid.card"]) == ("refused", 20_000)
    assert desk(*command).code == 2
    assert desk(*command, "--lines", "--trace", "--force").code == 0
    assert sorted(p.name for p in out.iterdir())[:3] == ["amounts", "lines", "rejects.parquet"]


def test_a_second_half_goes_on_after_numbers(desk: Desk, trial: Path, tmp_path: Path) -> None:
    tables = mixed()
    tables["claims"][2]["admitted_on"] = "2024-03-03"
    first = {**tables, "claims": tables["claims"][-1:], "lines": tables["lines"][-1:]}
    rest = {**tables, "claims": tables["claims"][:-1], "lines": tables["lines"][:-1]}
    command = ("settle", trial, "--numbers", "--data")
    assert desk(*command, write_tables(tmp_path / "1", first, "parquet"), "--out", tmp_path / "one").code == 0
    data = write_tables(tmp_path / "2", rest, "parquet")
    assert desk(*command, data, "--out", tmp_path / "two", "--after", tmp_path / "one").code == 0
    amounts = {row["_row"]: row["paid.pool"] for row in pq.read_table(tmp_path / "two" / "amounts").to_pylist()}
    assert amounts[1] == 88_000
    told = desk("explain", trial, "--settlements", tmp_path / "two", "--id", "C1", "--data", data)
    assert (told.code, told.err, "880.00" in told.out) == (0, "", True)


def test_what_is_stored_in_numbers_is_explained_and_a_changed_fen_is_found(
    desk: Desk, trial: Path, tmp_path: Path
) -> None:
    data, out = write_tables(tmp_path / "data", mixed(), "parquet"), tmp_path / "out"
    assert desk("settle", trial, "--data", data, "--out", out, "--numbers", "--lines", "--trace").code == 0
    explain = ("explain", trial, "--settlements", out, "--data", data, "--id")
    assert (desk(*explain, "C1").code, desk(*explain, "C2").code) == (0, 1)
    assert "工伤不报" in desk(*explain, "C2").out
    assert "C002" in desk(*explain, "C3").err
    assert "C8" in desk(*explain, "C8").err
    for name, column, said_ in (
        ("amounts", "psn_cash_pay", "amounts psn_cash_pay: 22001 ≠ 22000"),
        ("lines", "cash", "lines cash: 22001 ≠ 22000"),
        ("traces", "paid", "traces paid: 88001 ≠ 88000"),
    ):
        (path,) = (out / name).iterdir()
        kept = pq.read_table(path)
        pq.write_table(_changed(kept, column), path)
        answer = desk(*explain, "C1")
        assert (answer.code, said_ in answer.err) == (1, True)
        pq.write_table(kept.slice(0, 0), path)
        assert f"{name} rows: 0 ≠" in desk(*explain, "C1").err
        pq.write_table(kept, path)
    path.write_bytes(b"?")
    assert "T102" in desk(*explain, "C1").err


def _changed(table: pa.Table, column: str) -> pa.Table:
    """One fen more in the row of the first claim or line, in its first row that pays."""
    rows = table.to_pylist()
    next(row for row in rows if row["_row"] == 1 and row[column]).update(
        {column: next(row for row in rows if row["_row"] == 1 and row[column])[column] + 1}
    )
    return pa.Table.from_pylist(rows, table.schema)


def test_numbers_cannot_be_had_of_everything(desk: Desk, trial: Path, tmp_path: Path) -> None:
    csv, data = write_tables(tmp_path / "csv", mixed()), write_tables(tmp_path / "data", mixed(), "parquet")
    command = ("settle", trial, "--out", tmp_path / "out", "--data")
    for words in ((csv, "--numbers"), (data, "--lines"), (data, "--numbers", "--year-end")):
        assert desk(*command, *words).code == 2
    assert desk(*command, data, "--numbers", "--format", "csv").code == 2
    assert not (tmp_path / "out").exists()
