"""Indicators of agreements: against plain Python over rows, whatever the order; and each rule by itself."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.engines.indicators.oracle import growth, parts, period
from tests.engines.indicators.stage import claim, figures, folder, measured, region
from tongchou.engines.indicators.asked import asked_on
from tongchou.engines.indicators.measuring import judged, value_of_parts
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.indicator_kinds import Indicator
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

GROWN = ("次均费用增长率", "总费用增长率")
Rows = dict[str, list[dict[str, Any]]]


def drawn(year: int, cases: int, seed: int) -> tuple[Rows, Rows, list[dict[str, Any]]]:
    """Tables of a year, their settlements, and the cases as the oracle sees them; some stays have two bills."""
    said = random.Random(seed)
    tables: Rows = {"claims": [], "lines": [], "discharges": []}
    settled: Rows = {"settlements": []}
    seen = []
    for at in range(cases):
        kind = said.choice(["住院", "普通门诊", "普通门诊", "药店购药"])
        first = date(year, 1, 1) + timedelta(days=said.randrange(360))
        stays = said.randrange(1, 6) if kind == "住院" else 0
        last = min(first + timedelta(days=stays), date(year, 12, 31))
        person, institution = f"P{said.randrange(12)}", f"F{said.randrange(4)}"
        way = said.choice(["普通", "急诊", None])
        case = {
            "id": f"{year}-{at:04d}",
            "kind": kind,
            "person": person,
            "institution": institution,
            "first": first,
            "last": last,
            "lines": [],
            "fee": 0,
            "own": 0,
            "way": way,
            "days": max((last - first).days, 1),
            "outcome": None,
            "procedures": [],
            "principal_diagnosis": None,
        }
        split = kind == "住院" and stays > 1 and said.random() < 0.3
        for bill in range(1 + split):
            name = f"C{at:04d}-{bill}"
            fee = 0
            for line in range(said.randrange(1, 5)):
                amount = (
                    said.randrange(50, 90_000)
                    if not line
                    else said.choice([said.randrange(1, 90_000), -said.randrange(1, 15)])
                )
                row = (
                    said.choice(["西药费", "中成药费", "检查费"]),
                    said.choice("甲乙丙"),
                    said.choice(["XJ01DD", "XA02B", "ZC01", None]),
                    amount,
                )
                fee += amount
                case["lines"].append(row)
                tables["lines"].append(
                    {
                        "line_id": f"{name}-{line}",
                        "claim_id": name,
                        "fee_kind": row[0],
                        "class": row[1],
                        "national_code": row[2],
                        "amount": amount,
                    }
                )
            tables["claims"].append(
                claim(
                    0,
                    claim_id=name,
                    person_id=person,
                    kind=kind,
                    provider_id=institution,
                    level=f"{'一二三'[at % 3]}级",
                    admitted_on=first.isoformat(),
                    discharged_on=last.isoformat() if kind == "住院" else None,
                    total_fee=fee,
                    stay_id=f"M{at:04d}" if split else None,
                    facts={"入院方式": way} if way else {},
                )
            )
            own = said.randrange(1, 5000)
            status = said.choice(["settled", "affected"])
            settled["settlements"].append(
                {
                    "settlement_id": name,
                    "event_no": at + 1,
                    "claim_id": name,
                    "person_id": person,
                    "scheme": "resident",
                    "kind": kind,
                    "status": status,
                    "psn_part_amt": own,
                    "fund_pay_sumamt": fee - own,
                }
            )
            case["fee"] += fee
            case["own"] += own
        if kind == "住院":
            case["outcome"] = said.choice(["1", "2", "3", "5"])
            case["procedures"] = said.choice([[], ["47.0100"], ["96.7100"], ["88.7200"], ["00.6600", "39.6500"]])
            case["principal_diagnosis"] = said.choice(["J18.900", "A41.900", "R57.900", "J96.000"])
            if said.random() < 0.7:
                case["days"] = said.randrange(1, 30)
            tables["discharges"].append(
                {
                    "discharge_id": f"D{at}",
                    "claim_id": name,
                    "provider_id": institution,
                    "discharged_on": last.isoformat(),
                    "outcome": case["outcome"],
                    "procedures": case["procedures"],
                    "total_fee": case["fee"],
                    "principal_diagnosis": case["principal_diagnosis"],
                    "days": case["days"],
                }
            )
        seen.append(case)
    refused = claim(
        0,
        claim_id="refused",
        provider_id="F0",
        total_fee=77,
        admitted_on=f"{year}-05-01",
        discharged_on=f"{year}-05-02",
    )
    tables["claims"].append(refused)
    settled["settlements"].append(
        {
            "settlement_id": "refused",
            "event_no": 9999,
            "claim_id": "refused",
            "person_id": "P1",
            "scheme": "resident",
            "kind": "住院",
            "status": "refused",
            "psn_part_amt": 77,
            "fund_pay_sumamt": 0,
        }
    )
    return tables, settled, seen


@pytest.mark.parametrize(("by", "months"), [("year", 12), ("quarter", 3), ("month", 1)])
def test_every_indicator_is_what_the_rows_come_to(by: Any, months: int, tmp_path: Path) -> None:
    pack = load_region(regions_dir() / "ninghe")
    pairs, seen = [], []
    for year in (2025, 2026):
        tables, settled, cases = drawn(year, 260, year)
        shuffled = {name: random.Random(7).sample(rows, len(rows)) for name, rows in tables.items()}
        pairs.append((folder(tmp_path / f"{year}", **shuffled), folder(tmp_path / f"{year}-r", **settled)))
        seen += cases
    found = measured(pack, *pairs, scheme="employee", by=by)
    assert not found.without
    assert len({one.name for one in found.figures}) == 16
    for institution in ("F0", "F1", "F2", "F3", ""):
        own = [row for row in seen if institution in ("", row["institution"])]
        periods = sorted({period(row["last"], months) for row in own if row["last"].year == 2026})
        for label in periods:
            now = parts([row for row in own if period(row["last"], months) == label], own)
            then = parts([row for row in own if period(row["last"], months) == label.replace("2026", "2025")], own)
            for one in found.figures:
                if (one.institution, one.period) != (institution, label):
                    continue
                assert (one.above, one.below) == now[one.name], one
                if one.name in GROWN:
                    assert one.before == then[one.name], one
                    assert one.value == growth(now[one.name], then[one.name])
                elif one.below:
                    assert one.value == Fraction(*now[one.name]) / (100 if one.unit == "yuan" else 1)
                else:
                    assert one.value is None


def test_the_order_and_the_form_of_the_files_are_of_no_consequence(tmp_path: Path) -> None:
    pack = load_region(regions_dir() / "ninghe")
    tables, settled, _ = drawn(2026, 80, 3)
    results = folder(tmp_path / "r", **settled)
    whole = measured(pack, (folder(tmp_path / "a", **tables), results), scheme="employee")
    turned = {name: rows[::-1] for name, rows in tables.items()}
    assert measured(pack, (folder(tmp_path / "b", **turned), results), scheme="employee") == whole
    csv = (folder(tmp_path / "c", "csv", claims=tables["claims"]), results)
    lean = (folder(tmp_path / "d", claims=tables["claims"]), results)
    assert measured(pack, csv, scheme="employee").figures == measured(pack, lean, scheme="employee").figures


def test_bills_of_one_stay_are_one_case(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "indicator.次均: {unit: yuan, of: {kind: [住院]}, above: {take: total_fee}, below: {take: cases}}",
        "indicator.床日: {unit: days, above: {take: days}, below: {take: cases}}",
    )
    bills = [
        claim(1, stay_id="M", admitted_on="2026-03-01", discharged_on="2026-03-10"),
        claim(2, stay_id="M", admitted_on="2026-03-11", discharged_on="2026-03-16", total_fee=50_001),
    ]
    found = measured(pack, (folder(tmp_path / "d", claims=bills), None))
    assert figures(found, "次均")["F1", "2026"] == (150_001, 1)
    assert figures(found, "床日")["F1", "2026"] == (15, 1)
    assert found.figures[0].value == Fraction(150_001, 100)


def test_who_comes_again_within_the_days(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "indicator.再来: {unit: share, above: {take: cases, repeats_within: 14}, below: {take: cases}}",
    )
    days = ("2025-12-31", "2026-01-14", "2026-01-29", "2026-01-29")
    visits = [claim(at, admitted_on=day, discharged_on=None, kind="门诊") for at, day in enumerate(days)]
    visits.append(claim(9, admitted_on="2026-01-15", discharged_on=None, provider_id="F2"))
    visits.append(claim(10, admitted_on="2026-01-16", discharged_on=None, person_id="P2"))
    found = figures(measured(pack, (folder(tmp_path / "d", claims=visits), None)), "再来")
    assert found == {("F1", "2026"): (2, 4), ("F2", "2026"): (0, 1), ("", "2026"): (2, 5)}


def test_discharges_alone(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        'indicator.手术率: {unit: share, of: {kind: [住院]}, above: {take: cases, where: {procedures: ["47"]}}, '
        "below: {take: cases}}",
        "indicator.基金: {unit: share, above: {take: fund}, below: {take: total_fee}}",
        "indicator.药占比: {unit: share, above: {take: line_amount}, below: {take: total_fee}}",
    )
    stays = [
        {
            "discharge_id": f"D{at}",
            "provider_id": "F1",
            "discharged_on": f"2026-0{at + 1}-09",
            "procedures": codes,
            "total_fee": 1_000,
            "paid": 600,
            "days": 3,
        }
        for at, codes in enumerate((["47.0100"], ["48.0"], ["03.3", "47.01"], []))
    ]
    found = measured(pack, (folder(tmp_path / "d", discharges=stays), None))
    assert figures(found, "手术率") == {("F1", "2026"): (2, 4), ("", "2026"): (2, 4)}
    assert found.without == {"基金": "settlements", "药占比": "lines"}


def test_a_growth_without_a_year_before_is_not_made_up() -> None:
    said = Indicator.model_validate({"unit": "share", "as": "growth", "above": {"take": "total_fee"}})
    assert value_of_parts(said, 110, 1, (100, 1)) == Fraction(1, 10)
    assert value_of_parts(said, 110, 1, (0, 1)) is None
    assert value_of_parts(said, 110, 1, None) is None
    assert value_of_parts(said, 110, 0, (100, 1)) is None


@pytest.mark.parametrize(
    ("value", "goal", "verdict"),
    [
        (Fraction(3, 10), ("at_most", Fraction(3, 10)), "达到"),
        (Fraction(301, 1000), ("at_most", Fraction(3, 10)), "未达到"),
        (Fraction(9, 10), ("at_least", Fraction(9, 10)), "达到"),
        (Fraction(89, 100), ("at_least", Fraction(9, 10)), "未达到"),
        (None, ("at_most", Fraction(1)), "无从判断"),
        (Fraction(1), None, ""),
    ],
)
def test_what_is_agreed(value: Fraction | None, goal: Any, verdict: str) -> None:
    assert judged(value, goal) == verdict


def test_what_is_agreed_of_a_level(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "indicator.次均: {unit: yuan, above: {take: total_fee}, below: {take: cases}}",
        "agreed.次均: {at_most: {by level: {三级: 900, 其他: 1000}}}",
        says="三级 900 其他 1000",
    )
    bills = [claim(1), claim(2, provider_id="F2", level="二级"), claim(3, provider_id="F3", level=None)]
    found = {
        one.institution: one.verdict for one in measured(pack, (folder(tmp_path / "d", claims=bills), None)).figures
    }
    assert found == {"F1": "未达到", "F2": "达到", "F3": "", "": ""}


def test_a_misspelt_word_is_refused(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "indicator.率: {unit: share, above: {take: cases, where: {level: [四级]}}, below: {take: cases}}",
    )
    with pytest.raises(ProblemError) as refused:
        asked_on(pack, "resident", date(2024, 1, 1))
    assert [one.code for one in refused.value.problems] == ["I109"]


def test_no_tables_and_no_indicators_are_refused(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "indicator.率: {unit: share, above: {take: cases}, below: {take: cases}}")
    with pytest.raises(ProblemError) as refused:
        measured(pack, (folder(tmp_path / "d", persons=[]), None))
    assert [one.code for one in refused.value.problems] == ["I110"]
    with pytest.raises(ProblemError) as refused:
        asked_on(load_region(regions_dir() / "suyu-2007"), "resident", date(2008, 1, 1))
    assert [one.code for one in refused.value.problems] == ["I107"]
