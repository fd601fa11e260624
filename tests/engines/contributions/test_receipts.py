"""Orders and receipts: arrears, late fees day by day, refunds, what is paid, and the collection rate."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.contributions.small import region
from tongchou.engines.contributions import (
    Order,
    Payment,
    Receipt,
    balances,
    collection_rate,
    late_fee,
    paid_periods,
)
from tongchou.ground.errors import ProblemError
from tongchou.ground.money import round_fraction
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions

MARCH, DUE = date(2025, 3, 1), date(2025, 4, 15)
ORDER = Order("o", "P1", "employee", "基本医疗", "个人", MARCH, date(2025, 3, 31), 100_000, DUE)


@cache
def ninghe() -> Pack:
    (folder,) = [f for f in shipped_regions() if f.name == "ninghe"]
    return load_region(folder)


def came(day: date, fen: int, refund: bool = False, order: str = "o") -> Receipt:
    return Receipt(f"r{day}{fen}", order, day, fen, refund)


def test_in_time_nothing_is_late() -> None:
    (found,) = balances(ninghe(), [ORDER], [came(DUE, 100_000)], date(2026, 1, 1))
    assert (found.paid, found.open, found.arrears, found.over, found.late_fee, found.cite) == (100_000, 0, 0, 0, 0, "")


def test_before_the_due_date_it_is_open_and_after_it_arrears() -> None:
    days = (DUE, DUE + timedelta(1), DUE + timedelta(3))
    found = [b for day in days for b in balances(ninghe(), [ORDER], [], day)]
    assert [(b.open, b.arrears, b.late_fee) for b in found] == [(100_000, 0, 0), (0, 100_000, 0), (0, 100_000, 100)]


def test_the_late_fee_follows_what_was_unpaid_and_stops_at_its_cap() -> None:
    receipts = [came(date(2025, 4, 26), 60_000), came(date(2025, 5, 6), 50_000), came(date(2025, 5, 7), 10_000, True)]
    (found,) = balances(ninghe(), [ORDER], receipts, date(2025, 6, 1))
    # 10 days of 1000 yuan, 10 of 400; then 10 yuan of it are given back too much? no: 1100 came, 100 went
    assert found.late_fee == round_fraction(Fraction(10 * 100_000 + 10 * 40_000) * Fraction(5, 10_000)) == 700
    assert (found.paid, found.over, found.cite) == (100_000, 0, "ninghe-2024-31 第七条")
    assert late_fee(ninghe(), ORDER, [], date(2040, 1, 1)) == (100_000, "ninghe-2024-31 第七条")


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40_000)), max_size=6),
    st.integers(0, 120),
)
def test_the_late_fee_is_the_sum_of_days(paid: list[tuple[int, int]], on: int) -> None:
    receipts = [came(MARCH + timedelta(45 + n), fen) for n, fen in paid]
    day = MARCH + timedelta(on)
    owed = 0
    at = DUE + timedelta(1)
    while at < day:
        owed += max(0, ORDER.fen - sum(r.fen for r in receipts if r.day <= at))
        at += timedelta(1)
    at_due = max(0, ORDER.fen - sum(r.fen for r in receipts if r.day <= DUE))
    exact = min(Fraction(owed * 5, 10_000), Fraction(at_due))
    assert late_fee(ninghe(), ORDER, [r for r in receipts if r.day <= day], day)[0] == round_fraction(exact)


def test_without_a_rule_there_is_no_late_fee(tmp_path: Path) -> None:
    pack = region(tmp_path / "r", "levy.费: {per: year, amount: 1, shares: 个人}", "due.费: {of: 费, by: 02-28}")
    order = replace(ORDER, scheme="resident", levy="费")
    assert late_fee(pack, order, [], date(2030, 1, 1)) == (0, "")
    assert late_fee(pack, replace(order, levy="税"), [], date(2030, 1, 1)) == (0, "")
    assert late_fee(ninghe(), replace(ORDER, due_on=None), [], date(2030, 1, 1)) == (0, "")


def test_a_fee_that_starts_later_has_no_cap_unless_declared(tmp_path: Path) -> None:
    pack = region(
        tmp_path / "r",
        "levy.费: {per: year, amount: 1, shares: 个人}",
        "due.费: {of: 费, by: 02-28, late_fee: {per_day: 1%}}",
    )
    order = replace(ORDER, scheme="resident", levy="费", due_on=date(2025, 2, 28))
    assert late_fee(pack, order, [], date(2025, 2, 28) + timedelta(201))[0] == 200_000


@pytest.mark.parametrize(
    ("receipts", "code"),
    [
        ([came(DUE, 1, order="x")], "P003"),
        ([came(DUE, 5), came(DUE, 6, refund=True)], "P004"),
        ([came(DUE, -5)], "P010"),
    ],
)
def test_bad_receipts_are_refused(receipts: list[Receipt], code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        balances(ninghe(), [ORDER], receipts, DUE)


def test_a_period_is_paid_when_all_its_payers_have_paid() -> None:
    unit = replace(ORDER, order_id="u", payer="单位", fen=350_000)
    later = replace(unit, order_id="d", state="deferred", due_on=date(2025, 10, 15))
    on = date(2025, 12, 31)
    mine = came(date(2025, 4, 1), 100_000)
    paid = Payment("P1", "employee", "基本医疗", MARCH, date(2025, 3, 31), date(2025, 4, 1))
    assert paid_periods([ORDER, unit], [mine], on) == []
    assert paid_periods([ORDER, later], [mine], on) == [paid]
    theirs = [came(date(2025, 4, 3), 300_000, order="u"), came(date(2025, 4, 9), 50_000, order="u")]
    assert paid_periods([ORDER, unit], [mine, *theirs], on) == [replace(paid, paid_on=date(2025, 4, 9))]
    assert paid_periods([ORDER, unit], [mine, *theirs], date(2025, 4, 8)) == []
    back = [came(date(2025, 5, 1), 1, True), came(date(2025, 6, 1), 1)]
    assert paid_periods([ORDER], [mine, *back], on) == [replace(paid, paid_on=date(2025, 6, 1))]
    assert paid_periods([ORDER], [mine, *back], date(2025, 5, 2)) == []
    assert paid_periods([replace(ORDER, fen=0)], [], on) == [replace(paid, paid_on=MARCH)]


def test_the_collection_rate_names_its_denominator() -> None:
    deferred = replace(ORDER, order_id="d", state="deferred", due_on=date(2025, 10, 15))
    receipts = [came(date(2025, 4, 1), 120_000), came(date(2025, 4, 2), 22_000, True)]
    found = collection_rate([ORDER, deferred], receipts, date(2025, 5, 1), "due")
    assert (found.basis, found.rate) == ("due", Fraction(98, 100))
    assert collection_rate([ORDER, deferred], receipts, date(2025, 5, 1), "assessed").rate == Fraction(49, 100)
    with pytest.raises(ProblemError, match="P009"):
        collection_rate([], [], DUE, "due")


def test_what_a_fiscal_fund_is_claimed_for_holds_nobody_back() -> None:
    mine = replace(ORDER, order_id="mine", fen=400)
    fund = replace(ORDER, order_id="fund", fen=670, state="claimed")
    assert paid_periods([mine, fund], [], ORDER.from_date) == []
    receipts = [Receipt("r", "mine", ORDER.from_date, 400)]
    assert [one.paid_on for one in paid_periods([mine, fund], receipts, ORDER.from_date)] == [ORDER.from_date]
    assert len(paid_periods([fund], [], ORDER.from_date)) == 1
