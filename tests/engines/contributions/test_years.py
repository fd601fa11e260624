"""Months of contribution, conversion, retirement with its choice and make-up, transfer."""

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.engines.contributions.small import region
from tongchou.engines.contributions import (
    Months,
    Payment,
    Retirement,
    actual_months,
    convert,
    make_up,
    retire,
    transfer_in,
    transfer_out,
)
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions

DAY = date(2025, 3, 14)


@cache
def ninghe() -> Pack:
    (folder,) = [f for f in shipped_regions() if f.name == "ninghe"]
    return load_region(folder)


def retired(months: Months, *, pensioned: bool = True, willing: bool = True, **facts: Any) -> Retirement:
    given = {"sex": "男", "缴费基数": Fraction(8000), **facts}
    return retire(ninghe(), "employee", "退休待遇", months, DAY, pensioned=pensioned, willing=willing, facts=given)


def test_who_has_the_months_may_choose() -> None:
    found = retired(Months(actual=120, deemed=150, converted=30))
    assert (found.offers, found.missing, found.make_up, found.ends_on) == (("基本医疗", "住院医疗"), 0, None, None)
    assert retired(Months(actual=240), sex="女").offers == ("基本医疗", "住院医疗")


def test_missing_months_may_be_made_up_when_the_actual_ones_are_enough() -> None:
    found = retired(Months(actual=200, deemed=64))
    assert (found.missing, found.make_up, found.offers) == (36, 36 * 72_700, ("基本医疗", "住院医疗"))
    assert found.cites == ("ninghe-2024-31 第十一条", "ninghe-2024-31 第十一条")
    low = retired(Months(actual=299), 缴费基数=Fraction(3000))
    assert low.make_up == 37_800 + 700  # the floor of 4200 yuan


def test_otherwise_the_relation_ends_with_the_month() -> None:
    unwilling = retired(Months(actual=200), willing=False)
    assert (unwilling.offers, unwilling.make_up, unwilling.ends_on) == ((), 100 * 72_700, date(2025, 3, 31))
    short = retired(Months(actual=119, deemed=200))
    assert (short.missing_actual, short.missing, short.make_up, short.ends_on) == (1, 0, None, date(2025, 3, 31))
    assert retired(Months(actual=300), pensioned=False).ends_on == date(2025, 3, 31)


def test_a_village_cadre_retires_as_the_township_wrote_it() -> None:
    """三.4 to 三.6 of `village-cadres`, with 360 months in all and 180 actual ones as the city's requirement."""
    (folder,) = [f for f in shipped_regions() if f.name == "village-cadres"]
    facts = {"规定累计月数": Fraction(360), "规定实际月数": Fraction(180), "缴费基数": Fraction("3000.55")}

    def cadre(months: Months, *, pensioned: bool = True, willing: bool = True) -> Retirement:
        return retire(
            load_region(folder), "employee", "退休待遇", months, date(2012, 6, 10), pensioned=pensioned,
            willing=willing, facts=facts,
        )  # fmt: skip

    offers = ("基本医疗保险待遇", "住院医疗保险待遇")
    assert cadre(Months(actual=180, deemed=180)) == Retirement(offers, 0, 0, None, None, ("village-cadres 三.4",))
    found = cadre(Months(actual=200, deemed=124))
    assert (found.offers, found.missing, found.make_up) == (offers, 36, 1_422_257)  # 36 × (3000.55 × 13 % + 5)
    assert cadre(Months(actual=200, deemed=124), willing=False).ends_on == date(2012, 6, 30)
    assert cadre(Months(actual=179, deemed=200)).ends_on == date(2012, 6, 30)
    assert cadre(Months(actual=180, deemed=180), pensioned=False).ends_on == date(2012, 6, 30)


def test_what_is_not_declared(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="P002"):
        retire(ninghe(), "employee", "别的", Months(), DAY, pensioned=True, willing=True)
    pack = region(
        tmp_path / "r",
        "years.退休: {cumulative: 300}",
        "make_up.甲: {of: 退休, plus: 5.55元, when: status is 在职}",
    )
    assert retire(
        pack, "resident", "退休", Months(actual=299), DAY, pensioned=True, willing=True, facts={"status": "退休"}
    ) == Retirement((), 0, 1, None, date(2025, 3, 31), ("decree 第十条",))
    assert make_up(pack, "resident", "退休", 3, DAY, {"status": "在职"}) == (1665, "decree 第十条")
    assert make_up(pack, "resident", "别的", 3, DAY, {"status": "在职"}) == (None, "")


def test_months_of_another_scheme_are_converted_and_cut() -> None:
    months, cite = convert(ninghe(), "employee", Months(actual=27), "resident", DAY)
    assert (months, cite) == (Months(converted=6), "ninghe-2024-31 第十二条")
    with pytest.raises(ProblemError, match="P002"):
        convert(ninghe(), "employee", Months(), "employee", DAY)


def test_a_month_counts_once() -> None:
    def paid(first: date, through: date, levy: str = "费") -> Payment:
        return Payment("P1", "resident", levy, first, through, first)

    payments = [
        paid(date(2024, 11, 1), date(2025, 2, 28)),
        paid(date(2025, 2, 1), date(2025, 2, 28)),
        paid(date(2025, 6, 1), date(2025, 6, 30), "别的"),
    ]
    assert actual_months(payments, "resident", "费") == 4


def test_moving_costs_no_months() -> None:
    certificate = transfer_out("P1", "employee", "999900", Months(24, 12, 6), 123_456, DAY)
    together, account = transfer_in(Months(actual=6), certificate)
    assert (together, together.cumulative, account) == (Months(30, 12, 6), 48, 123_456)
    with pytest.raises(ProblemError, match="C010"):
        transfer_out("P1", "employee", "999900", Months(), -1, DAY)
