"""The tables of the algorithm pages, computed row by row with the code they describe."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.docs.pages import DOCS, PRACTICE, folders, practice, tables, write_folder
from tests.engines.contributions.test_cover import build
from tests.engines.grouping.stage import ninghe
from tests.engines.lake.small import claim, person, write
from tongchou.engines.benefits.bulk.visits import Visits
from tongchou.engines.benefits.case_claims import build_claim, opening_state
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.history import History
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.parts import Part
from tongchou.engines.benefits.plan import Cells, Plan
from tongchou.engines.benefits.replay import Replay
from tongchou.engines.benefits.supplement import supplement
from tongchou.engines.contributions import Order, Payment, Receipt, Spell, entitlement, late_fee
from tongchou.engines.contributions.split import split, whole_of
from tongchou.engines.contributions.terms import LevyTerms, PartTerms
from tongchou.engines.filings import deadline
from tongchou.engines.fund.cover import CoverTerms, months_of_cover
from tongchou.engines.grouping.record import Record
from tongchou.engines.lake import pour
from tongchou.engines.lake.names import names
from tongchou.engines.payment.budget import budget_terms, fund_total
from tongchou.engines.payment.budget_points import Institution, share_by_points
from tongchou.engines.supervision.cards import CardRule, standing
from tongchou.engines.supervision.reward import RewardTerms, reward
from tongchou.ground.dates import InsuranceYear, add_months, age_on
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import UNITS, allocate, round_fraction, yuan, yuan_grouped
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.filing_kinds import DecidedWithin
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import shipped_regions
from tongchou.ground.tables import schema

PAGES = DOCS / "algorithms"


def rows(page: str, name: str) -> list[list[str]]:
    return tables(PAGES / f"{page}.md")[name]


def ints(text: str) -> list[int]:
    return [int(word) for word in text.split()]


def history_of(tmp_path: Path, page: str, name: str) -> History:
    """The events of the one case of an example, the case's own claim included."""
    write_folder(tmp_path, PRACTICE, practice())
    pack = load_region(write_folder(tmp_path, name, folders(PAGES / f"{page}.md")[name]))
    case = pack.cases[0].case
    history = History(Engine(pack), opening_state(pack, case))
    for earlier in case.history:
        if earlier.reverses is not None:
            history.reverse(earlier.reverses)
        else:
            history.settle(build_claim(pack, case, earlier))
    history.settle(build_claim(pack, case, None))
    return history


def test_allocate() -> None:
    for total, weights, caps, shares, _ in rows("largest-remainder", "allocate"):
        assert allocate(int(total), ints(weights), ints(caps)) == ints(shares)


def test_drg_grouping() -> None:
    for dx, px, age, los, drg, _ in rows("drg-grouping", "groups"):
        record = Record(1, int(age), tuple(dx.split()), tuple(px.split()), int(age) * 365 + 20, los=int(los))
        assert ninghe().group(record).drg == drg


def test_rounding() -> None:
    for value, unit, mode, result in rows("rounding", "round"):
        assert round_fraction(Fraction(value), UNITS[unit], mode) == int(result)


def test_insurance_year() -> None:
    for starts, day, label, first, last in rows("insurance-year", "year"):
        month, start_day = starts.split("-")
        year = InsuranceYear(int(month), int(start_day))
        assert year.label_of(date.fromisoformat(day)) == int(label)
        assert [d.isoformat() for d in year.span(int(label))] == [first, last]


def test_months_and_ages() -> None:
    for day, months, end_of_month, result in rows("waiting", "months"):
        found = add_months(date.fromisoformat(day), int(months), end_of_month)  # type: ignore[arg-type]  # a word of the page
        assert found.isoformat() == result
    for born, day, age in rows("waiting", "ages"):
        assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == int(age)


def test_line_results(tmp_path: Path) -> None:
    (event,) = history_of(tmp_path, "line-results", "a-lines").events
    found = [
        [str(i), yuan(line.amount), yuan(line.paid["pool"]), yuan(line.cash)]
        for i, line in enumerate(line_results(event.settlement), 1)
    ]
    assert found == rows("line-results", "lines")


def test_events(tmp_path: Path) -> None:
    found = [
        [
            str(event.number),
            event.kind,
            event.claim.id,
            yuan(event.settlement.layers[0].deductible),
            yuan(event.settlement.paid["pool"]),
        ]
        for event in history_of(tmp_path, "events", "a-events").events
    ]
    assert found == rows("events", "events")


def test_supplement(tmp_path: Path) -> None:
    history = history_of(tmp_path, "supplement", "a-supplement")

    def correct(claim: Claim) -> Claim:
        return replace(claim, facts={**claim.facts, "category": "低保"})

    found = [
        [d.claim_id, d.payer, yuan(d.old), yuan(d.new), yuan(d.amount)]
        for d in supplement(history, history.engine, correct).differences
    ]
    assert found == rows("supplement", "supplement")


def test_content_hash(tmp_path: Path) -> None:
    files = practice()
    changes = {
        "add a comment to `region.yaml`": {"region.yaml": "# 注\n" + files["region.yaml"]},
        "rename `benefits/takes.yaml` to `benefits/pots.yaml`": {"benefits/pots.yaml": files["benefits/takes.yaml"]},
        "add `cases/new.yaml`": {
            "cases/new.yaml": "cases:\n  - {id: 甲, title: 例, scheme: resident, claim: {kind: 住院}, refused: C003}\n"
        },
        "change a figure": {"region.yaml": files["region.yaml"].replace("2029-12-31", "2028-12-31")},
        "change `says`": {"benefits/takes.yaml": files["benefits/takes.yaml"].replace("分别由", "各由")},
        "change `review_by` of the source": {"sources.yaml": files["sources.yaml"].replace("2030-12-31", "2031-12-31")},
    }
    documented = rows("content-hash", "hash")
    assert [row[0] for row in documented] == list(changes)
    first = load_region(write_folder(tmp_path, PRACTICE, files)).hash
    for number, (change, expected) in enumerate(documented):
        changed = {**files, **changes[change]}
        if "rename" in change:
            del changed["benefits/takes.yaml"]
        other = load_region(write_folder(tmp_path, f"changed-{number}", changed)).hash
        assert (other == first) == (expected == "same"), change


def test_lake(tmp_path: Path) -> None:
    people = rows("lake", "people")
    tables = {
        "persons": [person(name, home or None) for name, home, _ in people],
        "households": [
            {"household_id": home, "person_id": name, "from_date": date(2024, 1, 1)} for name, _, home in people if home
        ],
        "claims": [
            claim(
                name,
                of,
                admitted_on=date.fromisoformat(admitted),
                discharged_on=date.fromisoformat(discharged) if discharged else None,
                settled_at=datetime.fromisoformat(settled) if settled else None,
            )
            for name, of, admitted, discharged, settled in rows("lake", "claims")
        ],
        "lines": [],
    }
    lake = pour(write(tmp_path / "data", tables), tmp_path / "lake", "discharge", 16)
    found = [
        [str(bucket), row["claim_id"], str(row["_row"])]
        for bucket in lake
        for row in lake.tables(bucket)["claims"].to_pylist()
    ]
    assert found == rows("lake", "poured")
    for name, number in rows("lake", "numbers"):
        assert format(int(names(pa.array([name]), "persons")[0]), "016x") == number


def test_bulk_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kinds are those looked at, the loop's figures those of the replay; the order of the file says nothing."""
    write_folder(tmp_path, PRACTICE, practice())
    pack = load_region(write_folder(tmp_path, "a-bulk", folders(PAGES / "bulk-replay.md")["a-bulk"]))
    looked: list[str] = []
    look = Visits.layer

    def seen(visits: Visits, plan: Plan, at: int, part: Part, cells: Cells) -> int | None:
        looked.append(str(part.claim.facts["place"]))
        return look(visits, plan, at, part, cells)

    monkeypatch.setattr(Visits, "layer", seen)
    claims = rows("bulk-replay", "claims")
    visits: list[dict[str, Any]] = [
        {
            "claim_id": name, "person_id": of, "scheme": "resident", "kind": "住院", "account_use": "none",
            "admitted_on": date.fromisoformat(day), "discharged_on": date.fromisoformat(day),
            "place": place, "level": level, "total_fee": int(fee) * 100,
        }
        for name, of, place, level, day, fee in claims
    ]  # fmt: skip
    given = {
        "persons": [person("Zhao"), person("Qian")],
        "claims": visits,
        "lines": [{"line_id": v["claim_id"], "claim_id": v["claim_id"], "amount": v["total_fee"]} for v in visits],
    }
    sound = {name: pa.Table.from_pylist(some, schema(name)) for name, some in given.items()}
    settled = Replay(pack, compiled=False).settle(sound).settlements
    kinds = rows("bulk-replay", "kinds")
    assert looked == [place for _, place, _, _ in kinds]
    of_kind = {name: (place, Fraction(ratio)) for _, place, ratio, names in kinds for name in names.split()}
    assert {name: place for name, (place, _) in of_kind.items()} == {c[0]: c[2] for c in claims}
    found = {row["claim_id"]: row for row in settled.to_pylist()}
    sofar: dict[str, list[int]] = {}
    for of, name, *shown in rows("bulk-replay", "loop"):
        row, before = found[name], sofar.setdefault(of, [0, 0])
        deductible, paid = row["act_pay_dedc"], row["fund_pay_sumamt"]
        formula = of_kind[name][1] * (row["medfee_sumamt"] - deductible)
        figures = [*before, deductible, round_fraction(formula), paid, row["psn_cash_pay"]]
        assert [yuan_grouped(figure) for figure in figures] == shown
        sofar[of] = [before[0] + deductible, before[1] + paid]


def test_contribution_split() -> None:
    parts = tuple(
        PartTerms(payer, "person", "", rate, None, None, mode)
        for payer, rate, mode in (
            ("person", Fraction(2, 100), "up"),
            ("township", Fraction(55, 1000), "down"),
            ("village", None, "half_up"),
        )
    )
    levy = LevyTerms("x", "x", "", "month", None, Fraction(13, 100), None, 1, "half_up", parts, "village", (), None, ())
    for base, whole, *shares in (list(map(int, row)) for row in rows("contribution-split", "split")):
        column = np.array([base])
        assert whole_of(levy, column) == [whole]
        assert [int(b.fen[0]) for b in split(levy, column, whole_of(levy, column))] == shares


def test_late_fee() -> None:
    (ninghe,) = [folder for folder in shipped_regions() if folder.name == "ninghe"]
    pack = load_region(ninghe)
    for owed, paid, on, asked_on, fee in rows("late-fee", "late"):
        first = date(2025, 3, 1)
        order = Order("o", "P1", "employee", "基本医疗", "个人", first, date(2025, 3, 31), int(owed), date(2025, 4, 15))
        receipts = [Receipt("r", "o", date.fromisoformat(on), int(paid))]
        assert late_fee(pack, order, receipts, date.fromisoformat(asked_on))[0] == int(fee)


def test_entitlement(tmp_path: Path) -> None:
    pack = build(tmp_path, ", keeps: 1, repair: 3", "")
    for paid, day, level, reason in rows("entitlement", "entitlement"):
        payments = [
            Payment("P1", "resident", "费", first, add_months(first, 1, "clamp") - timedelta(1), date.fromisoformat(on))
            for month, on in (word.split(":") for word in paid.split())
            for first in (date.fromisoformat(f"{month}-01"),)
        ]
        found = entitlement(pack, [Spell("P1", "resident", date(2022, 1, 1))], payments)
        at = date.fromisoformat(day)
        (here,) = [p for p in found if p.from_date <= at and (p.through_date is None or at <= p.through_date)]
        assert (here.level, here.reason) == (level, reason), (paid, day)


def test_working_days() -> None:
    (ninghe,) = [folder for folder in shipped_regions() if folder.name == "ninghe"]
    pack = load_region(ninghe)
    for event, days, of, last in rows("working-days", "working-days"):
        after = date.fromisoformat(event)
        clock = DecidedWithin.model_validate({"days": days, "of": of})
        facts = Facts(pack, {}, str(after.year), after)
        if last == "F014":
            with pytest.raises(ProblemError, match=last):
                deadline(pack, clock, after, facts, "x")
        else:
            assert str(deadline(pack, clock, after, facts, "x")) == last, event


def budget_year(base: dict[str, str], changed: dict[str, str]) -> dict[str, int]:
    """The steps of a budget of the draft, in 万元 by kind: what did not happen is 0."""
    (draft,) = [folder for folder in shipped_regions() if folder.name == "shaoguan-dip-draft"]
    terms = budget_terms(load_region(draft), "employee", date(2018, 12, 31))
    found = fund_total(terms, {name: int(wan) * 1_000_000 for name, wan in (base | changed).items()})
    kinds = ("floor", "ceiling", "drawn", "short", "excess", "total")
    return {kind: sum(step.fen for step in found.steps if step.kind == kind) // 1_000_000 for kind in kinds}


def test_budget() -> None:
    (draft,) = [folder for folder in shipped_regions() if folder.name == "shaoguan-dip-draft"]
    names = budget_terms(load_region(draft), "employee", date(2018, 12, 31)).budget
    paid = dict(zip(names.less, ("45000", *("0" for _ in names.less[1:])), strict=True))
    base = {names.from_: "100000", names.without[0]: "5000", **paid}
    for last, surplus, earlier, charged, *shown in rows("budget", "totals"):
        own = {"上年度付费总额": last, "当年结余": surplus, "历年结余": earlier, "医疗机构统筹基金记账总额": charged}
        assert [str(one) for one in budget_year(base, own).values()] == shown


def test_budget_points() -> None:
    table = rows("budget", "points")
    given = [Institution(name, Fraction(points), Fraction(1), fen(paid)) for name, points, paid, _, _ in table]
    for order in (given, given[::-1]):
        shares = {share.institution.name: share for share in share_by_points(fen("470000000.00"), order).shares}
        assert [[name, yuan(shares[name].fen), yuan(shares[name].due)] for name, *_ in table] == [
            [name, share, due] for name, _, _, share, due in table
        ]


def fen(text: str) -> int:
    return int(Fraction(text) * 100)


def test_months_of_cover() -> None:
    spending = {f"2012-{m:02d}": fen("800") for m in range(7, 13)} | {
        f"2013-{m:02d}": fen("1000") for m in range(1, 13)
    }
    for month, surplus, a_month, months, warns in rows("months-of-cover", "months"):
        terms = CoverTerms("", "", month, Fraction(9), "")
        found = months_of_cover(terms, date(2013, 6, 30), fen(surplus), spending)
        assert [str(found.a_month / 100), str(found.months), found.warns] == [a_month, months, warns == "yes"]


def test_rewards() -> None:
    half = (("unit", Fraction(1, 2), "down"), ("reporter", None, "half_up"))
    terms = RewardTerms("", Fraction(2, 100), half, 1, "half_up", "")
    for involved, whole, unit, reporter in rows("supervision", "rewards"):
        found = reward(terms, fen(involved))
        assert [yuan(one) for one in (found.fen, *found.shares.values())] == [whole, unit, reporter]


def test_cards() -> None:
    for yellows, day, stands in rows("supervision", "cards"):
        cards = {date.fromisoformat(shown): "黄牌" for shown in yellows.split()}
        assert standing(CardRule(2, 12, ""), cards, date.fromisoformat(day)) == stands
