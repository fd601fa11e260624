"""Settling in shares: into how many, from what, and by how many processes is nothing to the result."""

import json
import random
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.lake.small import write
from tests.faces.cli.desk import Desk, claim, line, person, write_tables
from tests.faces.cli.test_settle import mixed
from tongchou.engines.benefits.bulk.machine import SWITCH
from tongchou.engines.lake import pour
from tongchou.faces.cli import merging, reconcile
from tongchou.faces.cli import settle as settle_module
from tongchou.faces.cli.settle import settle_folder
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

Rows = dict[str, list[dict[str, Any]]]
RESULTS = ("settlements", "line_results", "events", "rejects")


@pytest.fixture
def pack(trial: Path, monkeypatch: pytest.MonkeyPatch) -> Pack:
    monkeypatch.setenv(SWITCH, "0")
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1)
    return load_region(trial)


def drawn(seed: int, people: int = 16, careless: float = 0.06) -> Rows:
    """Some months of people who move, share accounts and return goods; a `careless` part of the rows is faulty."""
    rng = random.Random(seed)

    def slip() -> bool:
        return rng.random() < careless

    day = date(2024, 1, 1)
    rows: Rows = {name: [] for name in ("persons", "households", "spells", "accounts", "claims", "lines", "postings")}
    for n in range(people):
        home = rng.choice([None, f"H{rng.randrange(people // 2)}"])
        born = {"birth_date": date(1980, 1, 1), "household_id": home}
        rows["persons"].append(person(f"P{n}", **born))
        if slip():
            rows["persons"].append(person(f"P{n}", **born))
        if rng.random() < 0.1:
            moved = f"H{rng.randrange(people // 2)}"
            rows["households"].append({"person_id": f"P{n}", "household_id": moved, "from_date": day})
        rows["spells"].append({"spell_id": f"S{n}", "person_id": f"P{n}", "scheme": "resident", "from_date": day})
        if rng.random() < 0.3:
            account = {"account_id": f"A{n}", "person_id": f"P{n}", "kind": "个人账户", "balance": 20_000}
            rows["accounts"].append({**account, "as_of": day if slip() else date(2023, 12, 31)})
    for n in range(people * 3):
        who, fee = rng.randrange(people + 1 if slip() else people), rng.randrange(1, 200_000)
        more: dict[str, Any] = {"admitted_on": day + timedelta(days=rng.randrange(60)), "total_fee": fee}
        if rng.random() < 0.5:
            more["settled_at"] = datetime.combine(more["admitted_on"], datetime.min.time()) + timedelta(
                hours=rng.randrange(3)
            )
        if rng.random() < 0.2:
            more |= {"account_use": "relative", "account_person_id": f"P{rng.randrange(people)}"}
        elif rng.random() < 0.5:
            more["account_use"] = "own"
        else:
            more["account_use"] = "none"
        more["place"] = rng.choice(["市内", "市外", *(["省外"] if slip() else [])])
        if slip():
            more["third_party"] = "工伤"
        rows["claims"].append(claim(n, person_id=f"P{who}", **more))
        rest = fee + slip()
        while rest:
            part = rng.randrange(1, rest + 1) if rng.random() < 0.5 else rest
            number = 0 if slip() else len(rows["lines"])
            rows["lines"].append(line(n, number, amount=part, item=rng.choice(["甲类", "乙类"])))
            rest -= part
    for n in range(3):
        rows["postings"].append({"entry_id": f"E{n}", "amount": 1})
    for table in rows.values():
        rng.shuffle(table)
    return rows


def settled(pack: Pack, data: Path, out: Path, share: int = 10**6, jobs: int = 1) -> dict[str, Any]:
    out.mkdir()
    done, summary = settle_folder(pack, data, out, "parquet", None, jobs, share=share)
    assert done.holds
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    return {"summary": summary, **{name: pq.read_table(out / f"{name}.parquet") for name in RESULTS}}


@pytest.mark.parametrize("seed", range(2))
def test_any_number_of_shares_settles_to_the_same_tables(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    data = write(tmp_path / "data", drawn(seed))
    whole = settled(pack, data, tmp_path / "whole")
    assert len(whole["rejects"]) > 5
    assert min(whole["summary"]["claims"].values()) > 0
    assert whole["settlements"]["event_no"].to_pylist() == list(range(1, len(whole["settlements"]) + 1))
    for share, at_once in ((20, 10**6), (3, 5)):
        monkeypatch.setattr(merging, "AT_ONCE", at_once)
        assert settled(pack, data, tmp_path / f"{share}", share) == whole
    pour(data, tmp_path / "lake", "discharge", 3)
    assert settled(pack, tmp_path / "lake", tmp_path / "from-lake") == whole


@pytest.mark.parametrize("seed", range(2))
def test_a_lake_that_was_judged_settles_as_one_that_is_judged_anew(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """To the same bytes, in every file of the run."""
    data = write(tmp_path / "data", drawn(seed))
    lake = pour(data, tmp_path / "lake", "discharge", 3).path
    with monkeypatch.context() as patch:
        patch.setattr("tongchou.engines.lake.lake.judge", None)
        believed = settled(pack, lake, tmp_path / "believed")
    shutil.copytree(lake, tmp_path / "first")
    manifest = json.loads((tmp_path / "first" / "lake.json").read_text("utf-8"))
    manifest.pop("seals")
    (tmp_path / "first" / "lake.json").write_text(json.dumps({**manifest, "format": 1}), "utf-8")
    assert settled(pack, tmp_path / "first", tmp_path / "anew") == believed
    monkeypatch.setattr("tongchou.engines.lake.verdicts.VERSION", "another")
    assert settled(pack, lake, tmp_path / "otherwise") == believed
    for out in ("anew", "otherwise"):
        assert files(tmp_path / out) == files(tmp_path / "believed")


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_settles_in_shares_settles_one_by_one_to_the_same(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write(tmp_path / "data", drawn(9))
    shares = settled(pack, data, tmp_path / "shares", 20)
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 10**9)
    alone = settled(pack, data, tmp_path / "alone")
    assert {name: alone[name].to_pylist() for name in RESULTS} == {name: shares[name].to_pylist() for name in RESULTS}
    assert alone["summary"] == shares["summary"]


def test_two_processes_settle_what_one_does(pack: Pack, tmp_path: Path) -> None:
    data = write(tmp_path / "data", drawn(4))
    assert settled(pack, data, tmp_path / "two", 30, 2) == settled(pack, data, tmp_path / "one", 30, 1)


def test_a_share_that_cannot_be_used_ends_the_run_in_either_process(pack: Pack, tmp_path: Path) -> None:
    rows = drawn(4)
    data = write(tmp_path / "data", rows)
    claims = pq.read_table(data / "claims.parquet")
    at = claims.column_names.index("settled_at")
    nowhere = pa.array([0] * len(claims), pa.timestamp("us", "Nowhere/At_All"))
    pq.write_table(claims.set_column(at, "settled_at", nowhere), data / "claims.parquet")
    for jobs in (1, 2):
        with pytest.raises(ProblemError) as caught:
            settled(pack, data, tmp_path / f"{jobs}", 60, jobs)
        assert caught.value.problems[0].code == "T102"


@pytest.mark.parametrize("format", ["csv", "jsonl"])
def test_every_format_is_written_piece_by_piece(
    pack: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format: str,  # noqa: A002 (the option)
) -> None:
    data = write(tmp_path / "data", drawn(5))
    written = []
    for share, at_once in ((10**6, 10**6), (20, 30)):
        monkeypatch.setattr(merging, "AT_ONCE", at_once)
        out = tmp_path / f"{share}"
        out.mkdir()
        settle_folder(pack, data, out, format, None, 1, share=share)
        written.append({path.name: path.read_bytes() for path in out.iterdir() if path.is_file()})
    assert written[0] == written[1]


def test_a_year_end_needs_the_tables_themselves(desk: Desk, trial: Path, pack: Pack, tmp_path: Path) -> None:
    data = write_tables(tmp_path / "data", mixed(), "parquet")
    pour(data, tmp_path / "lake", "discharge")
    command = ("settle", trial, "--data", tmp_path / "lake", "--out", tmp_path / "out")
    assert desk(*command, "--year-end").code == 2
    assert desk(*command).code == 0


def test_what_is_assumed_holds_for_a_lake_too(desk: Desk, trial: Path, pack: Pack, tmp_path: Path) -> None:
    rows = mixed()
    for row in rows["claims"]:
        row.pop("third_party")
    data = write_tables(tmp_path / "data", rows, "parquet")
    pour(data, tmp_path / "lake", "discharge", 2)
    found = []
    for source in ("data", "lake"):
        out = tmp_path / f"out-{source}"
        words = ("--data", tmp_path / source, "--out", out, "--assume", "third_party=无", "--json")
        found.append(desk("settle", trial, *words).json())
        found[-1].pop("out")
    assert found[0] == found[1]
    assert found[0]["claims"]["settled"] == 6


def test_fees_are_counted_from_the_file_whatever_its_type(tmp_path: Path) -> None:
    amounts = [1, None, 0, -5, 10**11 + 1, 10**15]
    for kind in (pa.int64(), pa.decimal128(20, 0), pa.string()):
        cells = [None if fee is None else str(fee) for fee in amounts] if kind == pa.string() else amounts
        claims = [claim(n, admitted_on=date(2024, 1, 1), account_use="none") for n in range(len(amounts))]
        folder = write(tmp_path / str(kind), {"claims": claims, "persons": [], "lines": []})
        table = pq.read_table(folder / "claims.parquet")
        at = table.column_names.index("total_fee")
        pq.write_table(table.set_column(at, "total_fee", pa.array(cells, kind)), folder / "claims.parquet")
        pour(folder, tmp_path / f"{kind}-lake", "discharge", 3)
        one_by_one = dict(enumerate([1, None, 0, None, 10**11 + 1, None], 1))
        for data in (folder, tmp_path / f"{kind}-lake"):
            fees = reconcile.fees_of(data)
            assert isinstance(fees, reconcile.Fees)
            assert dict(fees) == one_by_one
            assert fees.get(7) is None
            assert fees.total() == (10**11 + 2, 3)
