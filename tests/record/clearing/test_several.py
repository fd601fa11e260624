"""Every method at once within one budget, from settlements and lists to the books: each line against a count of its own
from the settlements and what was declared."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest

from tests.record.clearing.several import NAMES, Several, catalogue, drg, town
from tests.record.clearing.stage import LATER, SPRING
from tests.record.contributions.stage import doing_everything
from tests.record.ledger.stage import user
from tongchou.engines.payment.folder import read
from tongchou.engines.payment.verify import verify as count_again
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing import publishing, queries
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.grouping import group, publish_groups
from tongchou.record.clearing.models import ClearedBalance, ClearedLine
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.schemes import keep_scheme
from tongchou.record.ledger.queries import balance_of
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.verify import verify

BUDGET = 160_000_00 + 77
Key = tuple[str, str]
"""Hospital, by its name in the town, and method."""


@pytest.fixture
def place(record: None, tmp_path: Path) -> Iterator[Several]:
    with clock.at(date(2025, 6, 3)), doing_everything():
        yield town(tmp_path / "ninghe")
        assert verify() == []


def half_up(of: Fraction) -> int:
    return floor(of + Fraction(1, 2))


def largest(fen: int, weights: list[int]) -> list[int]:
    """Whole fen in proportion, the odd ones by largest remainder, of equal ones the first."""
    whole = sum(weights)
    given = [fen * one // whole for one in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(fen * weights[at] % whole), at))
    for at in order[: fen - sum(given)]:
        given[at] += 1
    return given


def fund(event: Any) -> int:
    """What the pooled fund of Ninghe pays of a settlement that it alone shares with the person."""
    return sum(event.paid.get(layer, 0) for layer in ("pool", "outpatient"))


def standards(place: Several, files: dict[str, str]) -> dict[Key, int]:
    """What each line is to come to by the declaration, counted with fractions case by case."""
    weights = {row["drg"]: Fraction(row["weight"]) for row in rows(drg()["drg_weight.csv"]) if not row["level"]}
    points = {row["group"]: Fraction(row["rw"]) for row in rows(files["catalogue.csv"])}
    found: defaultdict[Key, int] = defaultdict(int)
    pooled: defaultdict[Key, int] = defaultdict(int)
    """Points, in ten-thousandths."""
    at_cost = 0
    for name, method, event in place.cases:
        charged, total = fund(event), event.total
        if method == "dip":
            if event == place.poor:
                at_cost = charged  # it left its group
            else:
                pooled[name, method] += int(points["J18.9:" if total == 6_000_07 else "K80.1:51.2300"] * 10_000)
        elif method == "drg_points":
            pooled[name, method] += int(weights["ES15" if total == 7_000_09 else "GS15"] * 10_000)
        elif method == "per_diem":
            found[name, method] += 30 * 200_00 + 5 * 180_00
        elif method == "per_disease":
            own = total - charged
            found[name, method] += charged if total > 2 * 7_200_00 else max(7_200_00 - own, 0)
        elif method == "drg_rate":
            standard = half_up(weights["ES15" if total == 7_000_09 else "GS15"] * 3_600_00)
            said = event.fields
            own = said["fulamt_ownpay_amt"] + said["preselfpay_amt"] + said["act_pay_dedc"]
            share = Fraction(half_up(Fraction(charged, total - own) * 10_000), 10_000)
            found[name, method] += half_up(max(standard - own, 0) * share)
        elif method == "service":
            found[name, method] += charged
    found["clinic", "capitation"] = (100 + 130) * 15_00
    found["idle", "capitation"] = 40 * 15_00
    found["quota", "quota"] = 4_900_00
    whole = (9 + 7 + 3) * 900_00 - 2_000_01
    members = ("member", "partner", "absent")
    charges = [sum(fund(e) for n, m, e in place.cases if n == one) for one in members]
    for one, fen in zip(members, largest(whole, charges), strict=True):
        found[one, "lump"] = fen
    inpatient = largest(BUDGET, [8, 2])[0]
    money = inpatient - inpatient * 5 // 100
    by_points = money * 30 // 100
    first = sum(found[key] for key in found if key[1] in ("lump", "quota", "drg_rate", "per_diem", "per_disease"))
    for method, fen in (("drg_points", by_points), ("dip", money - by_points - first - at_cost)):
        mine = [key for key in pooled if key[1] == method]
        found |= dict(zip(mine, largest(fen, [pooled[key] for key in mine]), strict=True))
    found["big", "dip"] += at_cost
    return dict(found)


def shared(method: str, standard: int, charged: int) -> tuple[int, int]:
    """Surplus kept and overrun that the fund shares, by the declared bands."""
    surplus, overrun = max(standard - charged, 0), max(charged - standard, 0)
    if method in ("dip", "drg_points"):
        tenth = Fraction(standard, 10)
        kept = min(surplus, tenth) + max(surplus - tenth, 0) / Fraction(2)
        return half_up(kept), half_up(min(overrun, tenth) * Fraction(7, 10))
    if method == "quota":
        kept = min(surplus * Fraction(3, 10), standard * Fraction(3, 100))
        return half_up(kept), half_up(min(overrun, Fraction(standard, 5)) / 2)
    if method == "lump":
        return surplus, half_up(min(overrun, Fraction(standard, 20)) / 2)
    return surplus, 0


def every_settlement_once(place: Several, cases: dict[int, dict[str, Any]]) -> None:
    """Whoever was settled anew is cleared once, with what the hospital had charged; who claimed back, not at all."""
    anew = Event.objects.get(because=place.poor, kind="settle")
    standing = {anew.pk if event == place.poor else event.pk: (method, event) for _, method, event in place.cases}
    for number, (method, event) in standing.items():
        row = cases.pop(number)
        assert (row["reason"], row["method"], row["fund"]) == ("", method, fund(event)), number
    assert {number: (row["reason"], row["fund"]) for number, row in cases.items()} == {
        place.poor.pk: ("reversed", fund(place.poor)), place.by_hand.pk: ("other_method", 0),
    }  # fmt: skip
    assert place.by_hand.paid["pool"] > 0


def every_line_follows(
    place: Several, lines: dict[Key, ClearedLine], standard: dict[Key, int], held: dict[str, dict[str, int]]
) -> None:
    assert set(lines) == set(standard)
    for name in NAMES:
        mine = sorted((key for key in lines if key[0] == name), key=lambda key: (lines[key].setting, key[1]))
        events = {key: [event for n, m, event in place.cases if (n, m) == key] for key in mine}
        charged = {key: sum(map(fund, events[key])) for key in mine}
        minus = {key: sum(place.deducted.get(event.pk, 0) for event in events[key]) for key in mine}
        net = {key: charged[key] - minus[key] for key in mine}
        deposits = spread(held[name]["deposit"], net)
        deferrals = spread(held[name]["deferred"], {key: net[key] - deposits[key] for key in mine})
        returned = {"big": Fraction(9, 10), "clinic": Fraction(0)}.get(name, Fraction(1))
        for key in mine:
            kept, overrun = shared(key[1], standard[key], charged[key])
            payable = charged[key] + kept if standard[key] >= charged[key] else standard[key] + overrun
            back = half_up(deposits[key] * returned)
            said = lines[key]
            assert (said.cases, said.charged, said.standard) == (len(events[key]), charged[key], standard[key]), key
            assert (said.kept, said.shared, said.deducted) == (kept, overrun, minus[key]), key
            assert (said.payable, said.deposit, said.returned) == (payable - minus[key], deposits[key], back), key
            assert said.lost == deposits[key] - back, key
            assert said.prepaid == net[key] - deposits[key] - deferrals[key], key
            assert said.due == payable - minus[key] - net[key] + deferrals[key] + back, key


def spread(fen: int, over: dict[Key, int]) -> dict[Key, int]:
    return dict(zip(over, largest(fen, list(over.values())), strict=True)) if fen else dict.fromkeys(over, 0)


def every_fen_is_somewhere(lines: dict[Key, ClearedLine], balances: dict[str, ClearedBalance]) -> None:
    """What is paid, what is kept of deposits, the reserve and what the fund retains make the budget."""
    assert sum(one.budget for one in balances.values()) == BUDGET
    for setting, one in balances.items():
        mine = [line for line in lines.values() if line.setting == setting]
        reserve = one.budget * 5 // 100 if setting == "inpatient" else 0
        used = min(reserve, sum(line.shared + line.compensated for line in mine))
        paid = sum(line.prepaid + line.due for line in mine)
        lost = sum(line.lost for line in mine)
        assert (one.paid, one.deposits_kept, one.reserve, one.reserve_used) == (paid, lost, reserve, used), setting
        assert paid + lost + reserve - used + one.retained == one.budget


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_every_method_within_one_budget(place: Several, tmp_path: Path) -> None:
    at, files = place.hospitals, catalogue(tmp_path / "dip")
    with clock.at(SPRING):
        year = open_year(agency=place.where.pk, scheme="employee", year=2025, reason="年终清算")
        schemes = {
            "dip": keep_scheme(kind="dip", files=files, reason="目录").hash,
            "drg": keep_scheme(kind="drg", files=drg(), reason="分组方案").hash,
        }
        tables = {
            "budget": [{"amount": BUDGET}],
            "assessments": [{"institution": at[name].code, "score": score} for name, score in
                            (("big", 85), ("clinic", 70))],
            "signed": [
                {"institution": at[name].code, "package": "家庭医生", "month": month, "persons": persons}
                for name, month, persons in
                (("clinic", "2025-05", 100), ("clinic", "2025-06", 130), ("idle", "2025-06", 40))
            ],
            "quotas": [{"institution": at["quota"].code, "method": "quota", "amount": 4_900_00}],
            "communities": [
                {"institution": at[name].code, "community": "丰乡", "persons": persons, "paid_elsewhere": elsewhere}
                for name, persons, elsewhere in (("member", 9, 2_000_01), ("partner", 7, 0), ("absent", 3, 0))
            ],
        }  # fmt: skip
        for name, given in tables.items():
            give(year_id=year.pk, name=name, rows=given, reason=name)
        group(year_id=year.pk, schemes=schemes, reason="预分组")
        publish_groups(year_id=year.pk, reason="下发")
    held = {name: {one: -balance_of(f"provider_{one}", LATER, organisation=at[name].organisation_id)
                   for one in ("payable", "deposit", "deferred")} for name in at}  # fmt: skip
    with clock.at(LATER):
        finalise(year_id=year.pk, reason="终分组")
        made = clear_year(year_id=year.pk, reason="清算")
        with acting(user(7)):
            confirm(year_id=year.pk, number=1, reason="确认")

    came = sorted({name for name, _, _ in place.cases})
    cases = [row for name in came for row in queries.cases(year_id=year.pk, institution_id=at[name].pk)]
    every_settlement_once(place, {int(row["settlement_id"]): row for row in cases})
    names = {one.pk: name for name, one in at.items()}
    lines = {(names[one.institution_id], one.method): one for one in ClearedLine.objects.filter(cleared=made)}
    every_line_follows(place, lines, standards(place, files), held)
    every_fen_is_somewhere(lines, {one.setting: one for one in ClearedBalance.objects.filter(cleared=made)})
    for name, one in at.items():
        due = sum(line.due for key, line in lines.items() if key[0] == name)
        assert -balance_of("provider_payable", LATER, organisation=one.organisation_id) == held[name]["payable"] + due
    assert balance_of("provider_deposit", LATER) == balance_of("provider_deferred", LATER) == 0

    publishing.write(year_id=year.pk, number=1, out=tmp_path / "out")
    for name in ("big", "points", "partner", "idle"):
        mine = read(tmp_path / "out" / at[name].code)
        assert (mine.institution, count_again(mine).equal) == (at[name].code, True)
