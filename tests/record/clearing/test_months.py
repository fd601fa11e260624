"""A month is not opened or reopened behind the back of a confirmed clearing."""

from datetime import date

import pytest

from tests.record.clearing.stage import LATER, Town, cleared, told
from tests.record.ledger.stage import user
from tests.record.payment.stage import JUNE, declared, deducted, final, opened, reviewed
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.confirming import reopen as reopen_year
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.payment.models import Statement
from tongchou.record.payment.opening import open_statement, reopen
from tongchou.record.payment.prepaying import prepay

APPEALED = date(2026, 5, 20)
"""The term for appeals against what is told on `LATER` is over."""


def may(place: Town) -> Statement:
    return Statement.objects.filter(institution=place.hospitals[0]).order_by("round").last()


def confirmed(year: ClearingYear, number: int) -> None:
    with acting(user(7)):
        confirm(year_id=year.pk, number=number, reason="确认")


def deducted_of(number: int) -> list[int]:
    rows = ClearedLine.objects.filter(cleared__number=number).order_by("institution")
    return list(rows.values_list("deducted", flat=True))


def test_a_month_waits_until_its_confirmed_year_is_opened_again(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        cleared(year)
        confirmed(year, 1)
        with pytest.raises(ProblemError, match=r"M514 .* 2025 .* open the year's clearing again first"):
            reopen(statement_id=may(place).pk, reason="漏扣")
        with pytest.raises(ProblemError, match="M514"):
            opened(place.hospitals[0], JUNE)
        with pytest.raises(ProblemError, match="M402"):  # of the next year, whose books are open
            opened(place.hospitals[0], date(2026, 5, 1))
        other = open_statement(institution_id=place.hospitals[0].pk, month=JUNE, scheme="resident")
        assert other.round == 1
        reopen_year(year_id=year.pk, reason="漏扣")
        again = reopen(statement_id=may(place).pk, reason="漏扣")
        declared(again)
        deducted(place.stays[0][1], 250_00)
        reviewed(again)
        with pytest.raises(ProblemError, match="M507"):  # still under review
            cleared(year)
    with clock.at(APPEALED):
        final(again, APPEALED)
        prepay(statement_id=again.pk)
        clear_year(year_id=year.pk, reason="清算")
        confirmed(year, 2)
        assert (deducted_of(1), deducted_of(2)) == ([100_00, 0], [250_00, 0])
        with pytest.raises(ProblemError, match="M514"):
            reopen(statement_id=again.pk, reason="再改")


def test_before_a_year_is_confirmed_its_months_may_change(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        cleared(year)
        again = reopen(statement_id=may(place).pk, reason="漏扣")
        with pytest.raises(ProblemError, match="M507"):
            confirmed(year, 1)
        declared(again)
        reviewed(again)
        final(again, LATER)
        prepay(statement_id=again.pk)
        with pytest.raises(ProblemError, match="M513"):  # what was deducted is not deducted any more
            confirmed(year, 1)
        clear_year(year_id=year.pk, reason="清算")
        confirmed(year, 2)
        assert deducted_of(2) == [0, 0]
