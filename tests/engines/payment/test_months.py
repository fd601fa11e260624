"""A quota over months; a month paid, kept back and deferred; what a point is likely to be worth."""

from pathlib import Path

from tests.engines.payment.declared import rules_of
from tests.engines.payment.stage import drawn, ninghe, year
from tongchou.engines.payment.months import Month, estimate, month_limits, prepay, revolving

SAID = "prepayment: {share: 90%, deposit: 5%, clearing_reserve: 10%, revolving: 1/12, over_limit: deferred}"


def test_twelve_months_are_the_quota(tmp_path: Path) -> None:
    kept, months = month_limits(rules_of(tmp_path, SAID), 1_000_007)
    assert kept == 100_000
    assert (len(months), sum(months)) == (12, 900_007)
    assert max(months) - min(months) <= 1


def test_what_is_above_the_limit_waits(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, SAID)
    assert prepay(rules, 80_000, 100_000) == Month(80_000, 0, 8_000, 3_600, 68_400)
    over = prepay(rules, 120_000, 100_000)
    assert over == Month(120_000, 20_000, 10_000, 4_500, 85_500)
    assert over.paid + over.deposit + over.withheld + over.deferred == over.earned


def test_or_is_paid_where_that_is_declared(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, SAID.replace("deferred", "paid"))
    assert prepay(rules, 120_000, 100_000).deferred == 0


def test_an_advance_at_the_beginning(tmp_path: Path) -> None:
    assert revolving(rules_of(tmp_path, SAID), 1_200_011) == 100_000


def test_the_price_so_far_is_that_of_the_months_so_far() -> None:
    tables = drawn(2, 800)
    for row in tables["budget"]:
        row["amount"] *= 3
    months = {month: {p.scheme: p for p in estimate(ninghe(), year(tables), month)} for month in (6, 12)}
    assert {p.points > 0 and p.price is not None for pools in months.values() for p in pools.values()} == {True}
    assert all(months[6][scheme].points < months[12][scheme].points for scheme in months[6])
    assert all(months[6][scheme].budget < months[12][scheme].budget for scheme in months[6])
