"""Months of cover under each declared meaning of a month."""

from datetime import date
from fractions import Fraction

import pytest

from tongchou.engines.fund.cover import CoverTerms, months_counted, months_of_cover
from tongchou.ground.errors import ProblemError

DAY = date(2013, 3, 15)
LAST_12, YEAR, ONE = "average of the last 12 months", "average of the year", "last month"
SPENDING = {f"{2012 + m // 12}-{m % 12 + 1:02d}": 100 * (m + 1) for m in range(24)}  # 100 in 2012-01, 2400 in 2013-12


def terms(month: str) -> CoverTerms:
    return CoverTerms("结余", "支出", month, Fraction(9), "一")


@pytest.mark.parametrize(
    ("month", "first", "last", "count", "a_month"),
    [
        (LAST_12, "2012-04", "2013-03", 12, 950),
        (YEAR, "2013-01", "2013-12", 12, 1850),
        (ONE, "2013-03", "2013-03", 1, 1500),
    ],
)
def test_what_a_month_is(month: str, first: str, last: str, count: int, a_month: int) -> None:
    counted = months_counted(terms(month), DAY)
    assert (counted[0], counted[-1], len(counted)) == (first, last, count)
    found = months_of_cover(terms(month), DAY, 9 * a_month, SPENDING)
    assert (found.months, found.a_month, found.warns) == (9, a_month, False)
    assert months_of_cover(terms(month), DAY, 9 * a_month - 1, SPENDING).warns


@pytest.mark.parametrize(
    ("year", "balance", "spent", "months"),
    [
        (2018, 4692, 7116, "7.9"),
        (2019, 5143, 8191, "7.5"),
        (2020, 6077, 8165, "8.9"),
        (2022, "7534.13", "9353.44", "9.7"),
    ],
)
def test_of_the_year_its_total_will_do(year: int, balance: str, spent: str, months: str) -> None:
    """The residents' funds of the country, in 亿元, as the bulletins print them (`fund-series/national.csv`)."""
    fen = 100 * 10**8
    found = months_of_cover(
        terms(YEAR), date(year, 12, 31), int(Fraction(balance) * fen), {str(year): int(Fraction(spent) * fen)}
    )
    assert found.months == Fraction(balance) / Fraction(spent) * 12
    assert f"{float(found.months):.1f}" == months
    assert found.warns == (Fraction(months) < 9)


def test_a_total_counts_for_its_own_year_and_not_beside_its_months() -> None:
    with pytest.raises(ProblemError, match=r"I106.*2013-01"):
        months_of_cover(terms(YEAR), DAY, 1, {"2012": 1200})
    with pytest.raises(ProblemError, match=r"I106.*2012-04"):
        months_of_cover(terms(LAST_12), DAY, 1, {"2013": 1200})
    with pytest.raises(ProblemError, match=r"I103.*2013-02"):
        months_of_cover(terms(YEAR), DAY, 1, {"2013": 1200, "2013-02": 100})


def test_a_deficit_warns() -> None:
    found = months_of_cover(terms(ONE), DAY, -750, SPENDING)
    assert (found.months, found.warns) == (Fraction(-1, 2), True)


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(ProblemError, match=r"I106.*2013-12"):
        months_of_cover(terms(YEAR), DAY, 1, {k: v for k, v in SPENDING.items() if k != "2013-12"})
    for nothing in (0, -5):
        with pytest.raises(ProblemError, match="I105"):
            months_of_cover(terms(ONE), DAY, 1, {"2013-03": nothing})
