"""Comparing in shares: into how many, from what, and by how many processes is nothing to the report."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.engines.lake.small import write
from tests.faces.cli.desk import Desk, write_tables
from tests.faces.cli.test_compare import PATCH
from tests.faces.cli.test_shares import drawn
from tongchou.engines.benefits.bulk.machine import SWITCH
from tongchou.engines.benefits.compare import load_patch
from tongchou.engines.lake import pour
from tongchou.faces.cli import comparing
from tongchou.faces.cli.compare import limits_of, report_of
from tongchou.faces.report import write_report
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

Packs = tuple[Pack, Pack]


@pytest.fixture
def packs(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Packs:
    monkeypatch.setenv(SWITCH, "0")
    patch = tmp_path / "reform.yaml"
    patch.write_text(PATCH, "utf-8")
    return load_region(trial), load_patch(trial, patch)


def compared(packs: Packs, data: Path, out: Path, share: int = 10**6, jobs: int = 1, **facts: str) -> dict[str, Any]:
    """Every file of the report by name: tables as such, all others as their bytes."""
    out.mkdir()
    limits = limits_of(packs[0], [100], None)
    report = report_of(*packs, ("a", "b"), data, out, facts, False, limits, jobs, share)
    assert report.reconciled
    write_report(report, out, "zh")
    files = [path for path in out.rglob("*") if path.is_file()]
    return {path.name: pq.read_table(path) if path.suffix == ".parquet" else path.read_bytes() for path in files}


@pytest.mark.parametrize("seed", range(2))
def test_any_number_of_shares_gives_the_same_report(
    packs: Packs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    rows = drawn(seed, 24)
    for account in rows["accounts"]:
        account["as_of"] = date(2024, 12, 31)
    data = write(tmp_path / "data", rows)
    whole = compared(packs, data, tmp_path / "whole")
    summary = json.loads(whole["summary.json"])
    assert min(summary[name] for name in ("compared", "not_comparable", "unread")) > 0
    assert len(summary["tables"]["largest"]) > 3
    assert "T157" in str(summary["tables"]["reasons"])  # which tells the row of the file
    for share, at_once in ((40, 10**6), (5, 7)):
        monkeypatch.setattr(comparing, "AT_ONCE", at_once)
        assert compared(packs, data, tmp_path / f"{share}", share) == whole
    pour(data, tmp_path / "lake", "discharge", 3)
    assert compared(packs, tmp_path / "lake", tmp_path / "from-lake") == whole


def test_two_processes_report_what_one_does(packs: Packs, tmp_path: Path) -> None:
    data = write(tmp_path / "data", drawn(4))
    assert compared(packs, data, tmp_path / "two", 20, 2) == compared(packs, data, tmp_path / "one", 20, 1)


def test_text_row_by_row_gives_the_same_report(packs: Packs, tmp_path: Path) -> None:
    rows = drawn(5, careless=0)
    del rows["postings"]
    text, columns = (write_tables(tmp_path / kind, rows, kind) for kind in ("csv", "parquet"))
    assert compared(packs, text, tmp_path / "text") == compared(packs, columns, tmp_path / "columns", 10)


def test_what_is_assumed_is_assumed_in_every_share(packs: Packs, tmp_path: Path) -> None:
    rows = drawn(6, careless=0)
    for visit in rows["claims"][::2]:
        del visit["place"]
    data = write(tmp_path / "data", rows)
    whole = compared(packs, data, tmp_path / "whole", place="市外")
    assert compared(packs, data, tmp_path / "shares", 10, place="市外") == whole
    reasons = [row["reason"] for row in json.loads(whole["summary.json"])["tables"]["reasons"]]
    assert all(reason.startswith("C041 ") for reason in reasons)  # an account of somebody who lives elsewhere


def test_claims_and_people_come_by_person(packs: Packs, tmp_path: Path) -> None:
    data = write(tmp_path / "data", drawn(7))
    found = compared(packs, data, tmp_path / "out", 10)
    claims, people = found["each_claim.parquet"], found["each_person.parquet"]
    assert claims["person_id"].to_pylist() == sorted(claims["person_id"].to_pylist())
    keys = list(zip(people["person_id"].to_pylist(), people["year"].to_pylist(), strict=True))
    assert keys == sorted(set(keys))
    visits = {row["claim_id"]: row for row in pq.read_table(data / "claims.parquet").to_pylist()}
    order = [(claim["person_id"], visits[claim["claim_id"]]["admitted_on"]) for claim in claims.to_pylist()]
    assert order == sorted(order)


def test_the_command_says_how_many_processes(
    desk: Desk, packs: Packs, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(comparing, "each_share", lambda begin, shares, jobs: asked.append(jobs) or [(0, begin()(0))])
    data = write(tmp_path / "data", drawn(8))
    command = ("compare", trial, tmp_path / "reform.yaml", "--data", data, "--out", tmp_path / "out")
    assert desk(*command, "--jobs", 2).code == 0
    assert asked == [2]
    assert desk(*command, "--force", "--jobs", 0).code == 2
