"""`tongchou settle --after`: results that go on after earlier ones, and what they refuse to go on after."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.lake.small import write
from tests.faces.cli.desk import FILES, Desk, claim, line, person, sound, write_region, write_tables
from tests.faces.cli.test_shares import drawn
from tongchou.engines.benefits.state_tables import KEYS
from tongchou.engines.benefits.traces import trace_schema
from tongchou.engines.lake import open_states
from tongchou.faces.cli import settle as settle_module
from tongchou.faces.cli.settle import settle_folder
from tongchou.ground.region.load import load_region
from tongchou.ground.tables import read_tables

Tables = dict[str, list[dict[str, Any]]]


def year() -> Tables:
    """Two claims of each of three people: the deductible of the year is charged once. P3 draws on an account."""
    tables = sound(3)
    for n in (1, 2, 3):
        later = {"person_id": f"P{n}", "admitted_on": f"2024-07-0{n}"}
        tables["claims"].append(claim(n + 3, **later))
        tables["lines"].append(line(n + 3))
    account = {"account_id": "A", "person_id": "P3", "kind": "个人账户", "balance": 40_000, "as_of": "2023-12-31"}
    return {**tables, "accounts": [account]}


def of(tables: Tables, *claims: str) -> Tables:
    some = {name: [row for row in tables[name] if row["claim_id"] in claims] for name in ("claims", "lines")}
    return {**tables, **some}


def paid(folder: Path) -> dict[str, tuple[int, int]]:
    rows = read_tables(folder, ()).rows["settlements"]
    return {row["claim_id"]: (row["hifp_pay"], row["acct_pay"]) for row in rows}


def states(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Any]:
    snapshot = open_states(folder / "states")
    state, lines = (
        pa.concat_tables([snapshot.tables(bucket)[name] for bucket in snapshot]) for name in ("state", "settled_lines")
    )
    in_order = state.sort_by([(name, "ascending") for name in KEYS])
    return in_order.to_pylist(), lines.to_pylist(), snapshot.covered.last


@pytest.mark.parametrize("bulk", [True, False])
def test_half_a_year_and_then_the_other_is_the_year(
    desk: Desk, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bulk: bool
) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1 if bulk else 10**9)
    both = year()
    halves = (of(both, "C1", "C2", "C3"), of(both, "C4", "C5"), of(both, "C6"))
    out = [tmp_path / name for name in ("whole", "first", "second", "third")]
    command = ("settle", trial, "--data")
    assert desk(*command, write_tables(tmp_path / "0", both, "parquet"), "--out", out[0]).code == 0
    assert desk(*command, write_tables(tmp_path / "1", halves[0], "parquet"), "--out", out[1]).code == 0
    for i in (1, 2):
        data = write_tables(tmp_path / f"{i + 1}", halves[i], "parquet")
        assert desk(*command, data, "--out", out[i + 1], "--after", out[i]).code == 0
    assert paid(out[0]) == {**paid(out[1]), **paid(out[2]), **paid(out[3])}
    assert paid(out[3]) == {"C6": (88_000, 10_000)}
    assert states(out[3]) == states(out[0])
    assert json.loads((out[3] / "summary.json").read_text("utf-8"))["after"] == "../second"
    told = desk("explain", trial, "--settlements", out[3], "--id", "C6", "--data", tmp_path / "3")
    assert (told.code, "880.00" in told.out) == (0, True)


@pytest.mark.parametrize("jobs", [1, 2])
def test_shares_go_on_from_what_other_shares_left(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """Into how many shares either run falls is nothing to the states and the traces; who is gone is not forgotten."""
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1)
    pack, rows = load_region(trial), drawn(6, careless=0)
    claims = {row["claim_id"]: row["admitted_on"] for row in rows["claims"]}
    middle = sorted(claims.values())[len(claims) // 2]
    early, late = (
        of(rows, *(name for name, day in claims.items() if (day < middle) == wanted)) for wanted in (True, False)
    )
    treated = {row["person_id"] for row in late["claims"]} | {row.get("account_person_id") for row in late["claims"]}
    homes = {row["household_id"] for row in late["persons"] if row["person_id"] in treated}
    late["persons"] = [
        row for row in late["persons"] if row["person_id"] in treated or row["household_id"] in homes - {None}
    ]
    known = {row["person_id"] for row in late["persons"]}
    assert len(known) < len(rows["persons"])
    for name in ("spells", "accounts", "households"):
        late[name] = [row for row in late[name] if row["person_id"] in known]
    for name, tables, share, after in (
        ("whole", rows, 10**6, None),
        ("early", early, 10, None),
        ("late", late, 7, tmp_path / "early"),
    ):
        (tmp_path / name).mkdir()
        data = write(tmp_path / f"data-{name}", tables)
        processes = jobs if after is not None else 1
        settle_folder(pack, data, tmp_path / name, "parquet", None, processes, share=share, after=after, trace=True)
    assert len(list(open_states(tmp_path / "late" / "states"))) > 2
    found = {name: states(tmp_path / name) for name in ("whole", "late")}
    assert [_used(state) for state, _, _ in found.values()] == [_used(found["whole"][0])] * 2
    assert found["whole"][2] == found["late"][2]
    whole, *halves = (
        [
            row
            for table in (
                f"{name}/settlements.parquet",
                f"{name}/traces/00000.parquet",
                f"{name}/changes/00000.parquet",
            )
            for row in pq.read_table(tmp_path / table).to_pylist()
            if row.pop("event_no", 0) is not None
        ]
        for name in ("whole", "early", "late")
    )
    assert sorted(map(str, whole)) == sorted(map(str, halves[0] + halves[1]))


def _used(state: list[dict[str, Any]]) -> dict[tuple[str, ...], int]:
    """Amounts by key; a household may be called otherwise when one of its people is gone."""
    used: dict[tuple[str, ...], int] = {}
    for row in state:
        key = (row["name"], row["subject"], row["period"], row["each"])
        used[key] = used.get(key, 0) + row["amount"]
    return used


@pytest.fixture
def first(desk: Desk, trial: Path, data: Path, tmp_path: Path) -> Path:
    """The results of four claims in March."""
    assert desk("settle", trial, "--data", data, "--out", tmp_path / "first").code == 0
    return tmp_path / "first"


def later(folder: Path, *lines: dict[str, Any]) -> Path:
    """A claim of P1 in August with these lines."""
    tables = sound()
    tables["claims"] = [claim(9, person_id="P1", admitted_on="2024-08-01", total_fee=sum(x["amount"] for x in lines))]
    return write_tables(folder, {**tables, "lines": list(lines)})


def test_what_cannot_be_gone_on_after(desk: Desk, trial: Path, first: Path, data: Path, tmp_path: Path) -> None:
    some, out = later(tmp_path / "later", line(9)), tmp_path / "out"
    other = write_region(
        tmp_path / "other",
        benefits=FILES["benefits/all.yaml"].replace("市外: 50%", "市外: 60%").replace("50%;", "60%;"),
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    for region, claims, after, code in (
        (other, some, first, "K108"),
        (trial, data, first, "K109"),
        (trial, some, empty, "K107"),
    ):
        answer = desk("settle", region, "--data", claims, "--out", out, "--after", after, "--lang", "en")
        assert (answer.code, code in answer.err) == (3, True), code
    damaged = tmp_path / "damaged"
    shutil.copytree(first, damaged)
    (damaged / "states" / "state" / "00000.parquet").unlink()
    assert "K104" in desk("settle", trial, "--data", some, "--out", out, "--after", damaged).err
    assert desk("settle", trial, "--data", some, "--out", out, "--after", first, "--year-end").code == 2
    assert desk("settle", trial, "--data", some, "--out", first, "--after", first, "--force").code == 2
    assert not out.exists()


@pytest.mark.parametrize("bulk", [True, False])
def test_a_claim_that_falls_is_no_claim_before(
    desk: Desk, trial: Path, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bulk: bool
) -> None:
    """One of January with a word that nobody knows settles nothing; the other goes on, and can be explained."""
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1 if bulk else 10**9)
    tables = sound()
    tables["claims"] = [
        claim(8, person_id="P1", admitted_on="2024-01-05", total_fee=line(8)["amount"], place="没有的地方"),
        claim(9, person_id="P1", admitted_on="2024-08-01", total_fee=line(9)["amount"]),
    ]
    data = write_tables(tmp_path / "some", {**tables, "lines": [line(8), line(9)]}, "parquet")
    answer = desk("settle", trial, "--data", data, "--out", tmp_path / "out", "--after", first)
    assert answer.code in (0, 1), answer.err
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert {row["code"] for row in rejects} == {"C004"}
    told = desk("explain", trial, "--settlements", tmp_path / "out", "--data", data, "--id", "C9")
    assert told.code == 0, told.err


@pytest.mark.parametrize("bulk", [True, False])
def test_stored_traces_are_those_of_settling_again_or_nothing_is_explained(
    desk: Desk, trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bulk: bool
) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    monkeypatch.setattr(settle_module, "_WORTH_A_BULK_RUN", 1 if bulk else 10**9)
    data, out = write_tables(tmp_path / "data", year(), "parquet"), tmp_path / "out"
    assert desk("settle", trial, "--data", data, "--out", out, "--trace", "--jobs", 2).code == 0
    path = out / "traces" / "00000.parquet"
    rows = pq.read_table(path).to_pylist()
    assert [(row["claim_id"], row["layer"]) for row in rows[:4]] == [
        ("C1", "pool"), ("C1", "card"), ("C2", "pool"), ("C2", "card")
    ]  # fmt: skip
    assert {name: rows[0][name] for name in ("kind", "base", "deductible", "covered", "paid", "room")} == {
        "kind": "住院", "base": 110_000, "deductible": 10_000, "covered": 100_000, "paid": 80_000, "room": None
    }  # fmt: skip
    explain = ("explain", trial, "--settlements", out, "--id", "C2", "--data", data)
    assert desk(*explain).code == 0
    for changed, told in (([*rows[:2], {**rows[2], "covered": 1}, *rows[3:]], "traces pool covered: 1 ≠ 100000"),
                          (rows[:3], "traces rows: 1 ≠ 2")):  # fmt: skip
        pq.write_table(pa.Table.from_pylist(changed, trace_schema()), path)
        answer = desk(*explain)
        assert (answer.code, told in answer.err) == (1, True)
    path.write_bytes(b"no")
    assert "T102" in desk(*explain).err
    assert desk("settle", trial, "--data", data, "--out", out, "--force").code == 0
    assert not path.exists()


def test_nobody_was_treated(desk: Desk, trial: Path, first: Path, tmp_path: Path) -> None:
    nothing = write_tables(tmp_path / "nothing", {"persons": [person("P1")], "claims": [], "lines": []}, "parquet")
    out = tmp_path / "out"
    assert desk("settle", trial, "--data", nothing, "--out", out, "--after", first).code == 0
    assert states(out) == states(first)
    alone = tmp_path / "alone"
    assert desk("settle", trial, "--data", nothing, "--out", alone).code == 0
    assert states(alone) == ([], [], None)
    assert desk("settle", trial, "--data", later(tmp_path / "later", line(9)), "--out", alone, "--force").code == 0
