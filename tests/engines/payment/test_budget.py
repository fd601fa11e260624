"""The year's total: each step, each bound, each reading of what the decree leaves open; and that it adds up."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.payment.budget import Bound, BudgetTerms, budget_terms, fund_total
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.model import Budget

SHAOGUAN = Path(__file__).parents[3] / "regions" / "shaoguan-dip-draft"
YEAR_END = date(2018, 12, 31)
RATE = Fraction(105, 100)


def terms(**more: Any) -> BudgetTerms:
    """收入 less 一次性 and 支出, 3 % of all income set aside, a floor on 上年, a ceiling on 记账."""
    said: dict[str, Any] = {
        "from": "收入",
        "without": ["一次性"],
        "less": ["支出"],
        "reserve": {"name": "风险金", "rate": "3%", "of": "收入"},
    }
    return BudgetTerms(
        Budget.model_validate(said | more),
        "一",
        Fraction(3, 100),
        Bound(RATE, "上年", "二"),
        ("当年", "历年"),
        False,
        Bound(RATE, "记账", "二"),
    )


def figures(**more: int) -> dict[str, int]:
    return {"收入": 1_000, "一次性": 100, "支出": 270, "上年": 0, "当年": 0, "历年": 0, "记账": 10**9} | more


def steps(found: BudgetTerms, given: dict[str, int]) -> dict[str, int]:
    return {f"{s.kind}.{s.name}" if s.name else s.kind: s.fen for s in fund_total(found, given).steps}


def test_every_step_is_named() -> None:
    assert steps(terms(), figures(上年=500)) == {
        "from.收入": 1_000,
        "without.一次性": 100,
        "less.支出": 270,
        "reserve.风险金": 30,
        "available": 600,
        "floor.上年": 525,
        "ceiling.记账": 1_050_000_000,
        "total": 600,
    }
    reserve = next(s for s in fund_total(terms(), figures()).steps if s.kind == "reserve")
    assert (reserve.times, reserve.of, reserve.cite) == (Fraction(3, 100), 1_000, "一")


def test_the_base_of_the_reserve_is_as_declared() -> None:
    one = {"name": "风险金", "rate": "3%", "of": "收入", "without": ["一次性"]}
    assert steps(terms(reserve=one), figures())["reserve.风险金"] == 27
    whole_yuan = one | {"rounding": {"unit": "元", "mode": "down"}}
    assert steps(terms(reserve=whole_yuan), figures(收入=10_000))["reserve.风险金"] == 200


def test_what_is_added_counts() -> None:
    assert steps(terms(plus=["调整"]), figures(调整=7))["available"] == 607


def test_the_floor_draws_on_surpluses_in_their_order() -> None:
    found = steps(terms(), figures(上年=600, 当年=20, 历年=50))
    assert {k: v for k, v in found.items() if k.startswith("drawn")} == {"drawn.当年": 20, "drawn.历年": 10}
    assert found["total"] == 630
    assert "short" not in found


def test_a_deficit_is_no_surplus() -> None:
    found = steps(terms(), figures(上年=600, 当年=-20, 历年=50))
    assert "drawn.当年" not in found
    assert found["drawn.历年"] == 30


@pytest.mark.parametrize(("stands", "total"), [(False, 611), (True, 630)])
def test_both_surpluses_are_used_up(stands: bool, total: int) -> None:
    found = steps(replace(terms(), floor_stands=stands), figures(上年=600, 当年=5, 历年=6))
    assert (found["short"], found["total"]) == (19, total)


@pytest.mark.parametrize(("prevails", "drawn", "total"), [(True, 8, 608), (False, 30, 630)])
def test_the_ceiling_against_the_floor(prevails: bool, drawn: int, total: int) -> None:
    found = steps(replace(terms(), ceiling_prevails=prevails), figures(上年=600, 当年=100, 记账=580))
    assert (found["floor.上年"], found["ceiling.记账"]) == (630, 609)
    assert (found["drawn.当年"], found["total"]) == (drawn + (1 if prevails else 0), total + (1 if prevails else 0))
    assert "excess" not in found


def test_a_ceiling_that_yields_still_holds_above_the_floor() -> None:
    assert steps(replace(terms(), ceiling_prevails=False), figures(上年=540, 记账=500))["total"] == 567
    assert steps(replace(terms(), ceiling_prevails=False), figures(上年=400, 记账=500))["total"] == 525


def test_above_the_ceiling_is_the_years_surplus() -> None:
    found = steps(terms(), figures(记账=500))
    assert (found["ceiling.记账"], found["excess"], found["total"]) == (525, 75, 525)


def test_bounds_are_whole_fen_on_their_side() -> None:
    found = steps(terms(), figures(上年=101, 记账=101, 收入=400))
    assert (found["floor.上年"], found["ceiling.记账"]) == (107, 106)


def test_without_bounds_what_is_left_is_the_total() -> None:
    bare = replace(terms(reserve=None), floor=None, ceiling=None, drawn_from=())
    assert fund_total(bare, {"收入": 10, "一次性": 1, "支出": 2}).total == 7


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({k: v for k, v in figures().items() if k != "支出"}, "I101"),
        ({k: v for k, v in figures().items() if k != "记账"}, "I101"),
        (figures(别的=1), "I103"),
        (figures(支出=5_000), "I104"),
        (figures(支出=-1), "I102"),
    ],
)
def test_nothing_is_silent(given: dict[str, int], code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        fund_total(terms(), given)
    assert caught.value.problems[0].code == code


FEN = st.integers(0, 10**13)


@given(FEN, FEN, FEN, FEN, st.integers(-(10**12), 10**12), FEN, FEN, st.booleans(), st.booleans())
def test_it_always_adds_up(
    income: int, once: int, paid: int, last: int, surplus: int, old: int, charged: int, stands: bool, prevails: bool
) -> None:
    """Available + drawn + what is owed − excess = total; within the bounds as far as the money goes."""
    own = replace(terms(), floor_stands=stands, ceiling_prevails=prevails)
    given = figures(收入=income, 一次性=once, 支出=paid, 上年=last, 当年=surplus, 历年=old, 记账=charged)
    try:
        found = steps(own, given)
    except ProblemError:  # less than nothing is left, even with both surpluses
        available = income - once - paid - (3 * income + 50) // 100
        assert available + max(surplus, 0) + old < 0
        return
    drawn = found.get("drawn.当年", 0) + found.get("drawn.历年", 0)
    short, excess = found.get("short", 0), found.get("excess", 0)
    assert found["total"] == found["available"] + drawn + (short if stands else 0) - excess
    assert 0 <= drawn <= max(surplus, 0) + old
    assert not (drawn and excess)
    low, high = RATE * last, RATE * charged
    assert not prevails or found["total"] <= high
    assert short or found["total"] >= (min(low, found["ceiling.记账"]) if prevails else low)
    assert found["total"] <= max(low + 1, high)


def test_the_draft_is_read_from_its_folder() -> None:
    pack = load_region(SHAOGUAN)
    employee, resident = (budget_terms(pack, scheme, YEAR_END) for scheme in ("employee", "resident"))
    assert (employee.reserve_rate, employee.floor, employee.ceiling_prevails, employee.floor_stands) == (
        Fraction(3, 100),
        Bound(RATE, "上年度付费总额", "shaoguan-dip-draft 第七条"),
        True,
        False,
    )
    assert employee.budget.without == ("一次性缴费收入",)
    assert resident.budget.without == ()
    assert set(employee.names()) - set(resident.names()) == {
        "一次性缴费收入",
        "个人账户划拨支出",
        "特殊病种门诊补贴支出",
    }
    with pytest.raises(ProblemError, match="I107"):
        budget_terms(pack, "employee", date(2017, 12, 31))
