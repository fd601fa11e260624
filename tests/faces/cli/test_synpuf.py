"""DE-SynPUF from its public files to settlements under a shipped region: nothing is lost on the way."""

import gzip
import json
import os
import time
from collections import Counter
from pathlib import Path

import pyarrow.compute as pc
import pytest

from tests.faces.cli.desk import Desk
from tongchou.ground.tables import load_arrow, read_some, read_tables, sift

STAYS, NOT_POSITIVE = 102_933, 108
AMOUNTS = (
    "CLM_PMT_AMT",
    "NCH_BENE_IP_DDCTBL_AMT",
    "NCH_BENE_PTA_COINSRNC_LBLTY_AM",
    "NCH_BENE_BLOOD_DDCTBL_LBLTY_AM",
    "NCH_PRMRY_PYR_CLM_PD_AMT",
)
ASSUMED = ("third_party=无", "登记手续=事前登记", "resumed=否", "paid_on=2007-07-01")
"""What Suyu asks of every claim and DE-SynPUF does not say."""
BUDGET, CORES = 90, 2
"""Seconds for settling on two cores that have nothing else to do."""


def work() -> float:
    """Seconds of work by this process and its children; a busy machine lengthens the wait, not the work."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


@pytest.fixture(scope="module")
def discharges(shared: Path) -> Path:
    return shared / "data" / "discharges"


def test_every_stay_is_imported_settles_and_reconciles(desk: Desk, discharges: Path, tmp_path: Path) -> None:
    """The files are imported once and held against themselves: to import them takes most of a minute."""
    data, out = tmp_path / "data", tmp_path / "out"
    stays = discharges / "desynpuf_inpatient.csv.gz"
    read = desk(
        "import", "synpuf", "--inpatient", stays,
        "--beneficiaries", discharges / "desynpuf_beneficiaries_2008_sample1.csv.gz",
        "--place", "区内", "--item", "甲类", "--out", data, "--json",
    ).json()["counts"]  # fmt: skip
    assert (read["rows"], read["claims"], read["rejected"]) == (STAYS, STAYS - NOT_POSITIVE, NOT_POSITIVE)
    assert read["deductible_blank"] == 3_096
    account_for_every_cent(stays, data, read["total_fee"])
    began, worked = time.monotonic(), work()
    options = [word for fact in ASSUMED for word in ("--assume", fact)]
    answer = desk("settle", "suyu-2007", "--data", data, "--out", out, *options, "--json")
    took = min(time.monotonic() - began, (work() - worked) / CORES)
    summary = answer.json()
    assert answer.code == 0
    assert summary == {"ok": True, "exit_code": 0, "out": str(out)} | json.loads(
        (out / "summary.json").read_text("utf-8")
    )
    assert summary["claims"] == {"settled": STAYS - NOT_POSITIVE, "refused": 0, "rejected": 0}
    assert summary["fee_in"] == read["total_fee"] == sum(summary["payers"].values())
    assert summary["payers"]["fund_pay_sumamt"] > 0
    assert took < BUDGET


def account_for_every_cent(stays: Path, data: Path, fee: int) -> None:
    """Claims and rejects account for each cent of the file, and no table has a row that its reader would reject."""
    contents = load_arrow(data)
    assert contents is not None
    assert read_some(contents, sift(contents).chosen).problems == []
    assert pc.sum(contents["claims"]["total_fee"]).as_py() == fee == 114_064_141_800
    assert Counter(contents["rejects"]["code"].to_pylist()) == {"T171": NOT_POSITIVE}
    with gzip.open(stays, "rt", encoding="ascii") as file:
        header = next(file).rstrip("\n").split(",")
        amounts = [header.index(name) for name in header if name in AMOUNTS]
        cents = sum(
            int(cell.replace(".", ""))
            for line in file
            for cell in (line.split(",")[place] for place in amounts)
            if cell.strip()
        )
    assert cents == fee + sum(map(int, contents["rejects"]["value"].to_pylist()))


def test_a_small_file_goes_all_the_way(desk: Desk, tmp_path: Path) -> None:
    """The same on three stays, without the shared files; one is not positive and is told."""
    stays = tmp_path / "stays.csv"
    stays.write_text(
        "DESYNPUF_ID,CLM_ID,SEGMENT,PRVDR_NUM,CLM_ADMSN_DT,NCH_BENE_DSCHRG_DT,CLM_PMT_AMT,NCH_BENE_IP_DDCTBL_AMT,"
        "NCH_BENE_PTA_COINSRNC_LBLTY_AM,NCH_BENE_BLOOD_DDCTBL_LBLTY_AM,NCH_PRMRY_PYR_CLM_PD_AMT,ICD9_DGNS_CD_1\n"
        "A,1,1,H1,20080101,20080105,4000.00,1000.00,0.00,0.00,0.00,25000\n"
        "A,2,1,H1,20080301,20080305,4000.00,,0.00,0.00,0.00,25000\n"
        "B,3,1,H2,20080301,20080305,0.00,0.00,0.00,0.00,0.00,25000\n",
        "utf-8",
    )
    people = tmp_path / "people.csv"
    people.write_text(
        "DESYNPUF_ID,BENE_BIRTH_DT,BENE_DEATH_DT,BENE_SEX_IDENT_CD\nA,19400101,,1\nB,19400101,,2\n", "utf-8"
    )
    command = ("import", "synpuf", "--inpatient", stays, "--beneficiaries", people, "--out", tmp_path / "data")
    words = ("--place", "区内", "--item", "甲类", "--fund", "pool", "--enrolled-from", "2007-07-01")
    answer = desk(*command, *words, "--lang", "en")
    assert "3 rows = 2 stays + 1 rejected" in answer.out
    tables = read_tables(tmp_path / "data")
    assert [row["fund"] for row in tables.rows["entitlements"]] == ["pool", "pool"]
    options = [word for fact in ASSUMED for word in ("--assume", fact)]
    done = desk(
        "settle", "suyu-2007", "--data", tmp_path / "data", "--out", tmp_path / "out", *options, "--json"
    ).json()
    assert done["claims"] == {"settled": 2, "refused": 0, "rejected": 0}
    assert desk(*command, "--levels", "一级").code == 2
    assert desk("import", "synpuf", "--inpatient", "no", "--beneficiaries", people, "--out", tmp_path / "x").code == 3
