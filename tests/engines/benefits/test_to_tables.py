"""From results to canonical tables: what is written of settled, refused and rejected claims, and the sums beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.benefits.few_words import claim, line, person, read, region
from tongchou.engines.benefits import Engine, Refusal, Settlement, to_tables
from tongchou.engines.benefits.from_tables import Intake
from tongchou.engines.benefits.to_tables import Outcome, ResultWriter, Totals, reason_of, settle_rows
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables, read_tables

CLAIMS = [
    claim("C1", "2024-03-01", settled_at="2024-03-02 08:00:00", provider_id="H1", given={"gift": 1_000}),
    claim("C2", "2024-03-03", third_party="工伤", fee=7_000),
    claim("C3", "2024-03-04", kind="门诊", fee=900),
    claim("C4", "2024-03-05", fee=50_000, person_id="P2"),
    claim("C5", "2024-03-06", place="省外", fee=60_000),
]
LINES = [
    line("C1", 60_000),
    line("C1", 40_000, line_id="C1/2", item="乙类", first_pay_rate="0.1", **{"class": "乙"}),
    line("C2", 7_000),
    line("C3", 900),
    line("C4", 50_000),
    line("C5", 60_000),
]
SPELLS = [{"spell_id": "S1", "person_id": "P1", "scheme": "resident", "from_date": "2024-01-01"}]
ACCOUNTS = [{"account_id": "A", "person_id": "P1", "kind": "个人账户", "balance": 5_000, "as_of": "2023-12-31"}]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return region()


def tables() -> Tables:
    people = [person(), person("P2")]
    return read(persons=people, claims=CLAIMS, lines=LINES, spells=SPELLS, accounts=ACCOUNTS)


def outcomes(pack: Pack) -> list[Outcome]:
    intake = Intake(tables(), pack)
    return list(settle_rows(Engine(pack), intake, enumerate(intake.rows, 1)))


def written(pack: Pack, folder: Path, format: str = "parquet") -> tuple[dict[str, list[dict[str, Any]]], Totals]:  # noqa: A002 (as the writer)
    with ResultWriter(folder, pack.hash, format) as writer:
        for outcome in outcomes(pack):
            writer.add(outcome)
    return dict(read_tables(folder, ()).rows), writer.totals


def test_every_claim_has_one_outcome(pack: Pack) -> None:
    found = outcomes(pack)
    assert [outcome.number for outcome in found] == [1, 2, 3, 4, 5]
    kinds = [type(outcome.result).__name__ for outcome in found]
    assert kinds == ["Settlement", "Refusal", "NoneType", "Refusal", "NoneType"]
    assert [(p.code, str(p.place)) for p in found[2].problems] == [("C001", "claims row 3 column kind")]
    assert [(p.code, str(p.place)) for p in found[4].problems] == [("C004", "claims row 5 column place")]
    assert [outcome.balance for outcome in found] == [0, 0, None, 0, None]


@pytest.mark.parametrize("format", ["parquet", "csv", "jsonl"])
def test_what_is_written_reads_back(pack: Pack, tmp_path: Path, format: str) -> None:  # noqa: A002 (as the writer)
    rows, _ = written(pack, tmp_path, format)
    first, second, third = rows["settlements"]
    assert (first["claim_id"], first["status"], first["year"], first["provider_id"]) == ("C1", "settled", 2024, "H1")
    assert (first["medfee_sumamt"], first["preselfpay_amt"], first["inscp_scp_amt"]) == (100_000, 4_000, 96_000)
    assert (first["hifp_pay"], first["act_pay_dedc"]) == (68_800, 10_000)
    assert first["paid"] == {"pool": 68_800, "gift": 1_000, "card": 5_000}
    assert (first["acct_pay"], first["psn_cash_pay"], first["balc"]) == (5_000, 25_200, 0)
    assert (second["status"], second["medfee_sumamt"], second["hifp_pay"]) == ("refused", 7_000, None)
    assert second["reason"] == "工伤不报 [办法 第1条 resident.claim.guard.工伤]"
    assert third["reason"].startswith("C040 ")
    assert [row["event_no"] for row in rows["events"]] == [1, 2, 4]
    assert [row["reason"] for row in rows["events"]] == [None, second["reason"], third["reason"]]
    assert [str(row["recorded_at"]) for row in rows["events"]] == ["2024-03-02 08:00:00", "None", "None"]
    assert {row["pack_hash"] for row in (*rows["events"], *rows["settlements"])} == {pack.hash}
    assert [row["line_id"] for row in rows["line_results"]] == ["C1/1", "C1/2"]
    assert sum(row["amount"] for row in rows["line_results"]) == 100_000
    assert sum(row["cash"] for row in rows["line_results"]) == 25_200
    assert [(row["table"], row["row"], row["code"]) for row in rows["rejects"]] == [
        ("claims", 3, "C001"),
        ("claims", 5, "C004"),
    ]


def test_the_totals_are_those_of_what_was_written(pack: Pack, tmp_path: Path) -> None:
    _, totals = written(pack, tmp_path)
    assert totals.claims == {"settled": 1, "refused": 2, "rejected": 2}
    assert totals.fees == {"settled": 100_000, "refused": 57_000, "rejected": 60_900}
    assert totals.payers == {
        "fund_pay_sumamt": 69_800, "acct_pay": 5_000, "psn_cash_pay": 25_200, "hosp_part_amt": 0
    }  # fmt: skip
    assert totals.layers == {"resident.pool": 68_800, "resident.gift": 1_000, "resident.card": 5_000}
    assert totals.refusals == {"resident.claim.guard.工伤": 1, "C040": 1}
    both = Totals()
    both.merge(vars(totals))
    both.merge(vars(totals))
    assert both.fees["refused"] == 114_000
    assert both.layers["resident.pool"] == 137_600


def test_a_refusal_gives_its_reason_and_a_settlement_has_none(pack: Pack) -> None:
    settled, refused, *_ = outcomes(pack)
    assert reason_of(settled) is None
    assert isinstance(refused.result, Refusal)
    late = Refusal(refused.result.claim, None, (Problem("C008", details={"day": "D", "fund": "F"}),), "欠费")
    assert reason_of(Outcome(refused.row, 9, late)) == "欠费; C008 没有一段待遇享受期覆盖 D(F)"
    bare = Refusal(refused.result.claim, "a.guard")
    assert reason_of(Outcome(refused.row, 9, bare)) == "[ a.guard]"


def test_batches_are_written_as_they_fill(pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(to_tables, "_BATCH", 1)
    rows, _ = written(pack, tmp_path)
    assert len(rows["settlements"]) == 3


def test_a_sum_that_is_wrong_is_never_written(pack: Pack, tmp_path: Path) -> None:
    (settled, *_) = outcomes(pack)
    assert isinstance(settled.result, Settlement)
    object.__setattr__(settled.result, "cash", settled.result.cash + 1)
    with pytest.raises(ProblemError, match="T160"), ResultWriter(tmp_path, pack.hash) as writer:
        writer.add(settled)
    assert list(tmp_path.iterdir()) == []


def test_rows_from_elsewhere_can_be_rejected_too(pack: Pack, tmp_path: Path) -> None:
    from tongchou.ground.errors import Place

    with ResultWriter(tmp_path, pack.hash) as writer:
        writer.reject([Problem("T155", Place(table="claims", row=3), {"value": "C3"})])
    assert [row["code"] for row in read_tables(tmp_path, ()).rows["rejects"]] == ["T155"]
