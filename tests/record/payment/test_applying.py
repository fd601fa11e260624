"""What an institution applies for over the interface is its declaration of the month."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import doing_everything, put_in_force, resident
from tests.record.ledger.stage import user
from tests.record.payment.stage import (
    JUNE,
    MAY,
    TODAY,
    at_hospital,
    city,
    closed,
    declared,
    deducted,
    final,
    hospital,
    opened,
    reviewed,
    stay,
)
from tests.record.settlement.stage import ACCOUNT, retired, treated
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.models import Sharing
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.base.periods import days
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.models import Part
from tongchou.record.contributions.receiving import receive
from tongchou.record.ledger.months import reopen_month
from tongchou.record.orgs.models import Organisation
from tongchou.record.payment import queries
from tongchou.record.payment.applying import apply_for_clearing, withdraw_application
from tongchou.record.payment.models import Application, Statement, StatementStep
from tongchou.record.payment.opening import open_statement, reopen
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.verify import verify
from tongchou.record.visits.describing import describe

STAY, BIRTH = "21", "52"
PAID, CASH = 6_825_00, 1_175_00
"""Of a stay of 8,000 yuan."""


@pytest.fixture
def where(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield city()
        assert verify() == []


def classed(event: Event, clearing: str = STAY) -> Event:
    describe(visit_id=event.visit_id, stage="admission", said={"clr_type": clearing})
    return event


def figures(stays: int = 1) -> Mapping[str, int]:
    return {"count": stays, "total": stays * 8_000_00, "fund": stays * PAID, "account": 0, "cash": stays * CASH}


def applied(at: Institution, clearing: str = STAY, stays: int = 1, **said: int | None) -> Application:
    """As the institution's software asks."""
    there = {**figures(stays), **said}
    with acting(at_hospital(at)):
        return apply_for_clearing(institution_id=at.pk, clearing=clearing, month=MAY, there=there)


def withdrawn(at: Institution, found: Application) -> Application:
    with acting(at_hospital(at)):
        return withdraw_application(institution_id=at.pk, application=found.pk)


def state(found: Statement) -> str:
    return queries.look_at(statement_id=found.pk).state


def acts(found: Statement) -> list[str]:
    return [one.act for one in queries.steps(statement_id=found.pk)]


@pytest.mark.parametrize("first", ["opened", "applied for"])
def test_a_month_is_declared_when_all_of_it_is_applied_for(where: Organisation, first: str) -> None:
    at = hospital(where, 12 * 20_000_00)
    one = classed(stay(at, where))
    classed(stay(at, where), BIRTH)
    closed()
    if first == "opened":
        found = opened(at)
        applied(at)
        assert state(found) == "opened"
        applied(at, BIRTH)
    else:
        applied(at)
        applied(at, BIRTH)
        with acting(user(7)):
            found = opened(at)
    assert state(found) == "declared"
    step = StatementStep.objects.get(statement=found, act="declared")
    assert step.by is None  # neither whoever opened it nor a user of the hospital
    deducted(one, 100_00)
    assert state(final(reviewed(found))) == "final"


def test_what_is_applied_for_again_is_the_same(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    closed()
    made = applied(at)
    assert applied(at, account=None).pk == made.pk
    with pytest.raises(ProblemError, match="M305"):
        applied(at, total=1)
    found = opened(at)
    assert applied(at).pk == made.pk
    with pytest.raises(ProblemError, match="M307"):
        applied(at, total=1)
    assert acts(found) == ["opened", "declared"]


def test_each_figure_that_differs_is_told(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    with pytest.raises(ProblemError) as refused:
        applied(at, count=2, fund=PAID + 1, cash=None)
    assert [(one.code, one.details["here"], one.details["there"]) for one in refused.value.problems] == [
        ("M304", "1", "2"), ("M304", "6825.00", "6825.01"),
    ]  # fmt: skip
    assert not Application.objects.exists()
    with pytest.raises(ProblemError, match="M301"):
        apply_for_clearing(institution_id=at.pk, clearing=STAY, month=date(2025, 7, 1), there={})


def test_it_is_withdrawn_and_applied_for_anew(where: Organisation) -> None:
    at = hospital(where)
    event = classed(stay(at, where))
    closed()
    found = opened(at)
    first = applied(at)
    for _ in range(2):
        assert withdrawn(at, first).state == "withdrawn"
    assert acts(found) == ["opened", "declared", "opened"]
    second = applied(at)
    assert (second.pk != first.pk, state(found)) == (True, "declared")
    deducted(event, 100_00)
    with pytest.raises(ProblemError, match="M306"):
        withdrawn(at, second)
    reviewed(found)
    with pytest.raises(ProblemError, match="M306"):
        withdrawn(at, second)
    assert (state(found), Application.objects.get(state="declared").pk) == ("reviewed", second.pk)


def test_who_has_not_applied_withdraws_nothing(where: Organisation) -> None:
    at, other = hospital(where), hospital(where)
    made = applied(at, "11", 0)
    with pytest.raises(ProblemError, match="A114"):
        withdrawn(other, made)
    with acting(at_hospital(at)), pytest.raises(ProblemError, match="A114"):
        apply_for_clearing(institution_id=other.pk, clearing=STAY, month=MAY, there={})


def test_a_month_of_which_something_has_no_class_is_declared_by_its_totals(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    stay(at, where)
    closed()
    found = opened(at)
    applied(at)
    assert state(found) == "opened"
    assert state(declared(found)) == "declared"


def test_what_was_declared_by_its_totals_is_not_applied_for_too(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    closed()
    found = declared(opened(at))
    with pytest.raises(ProblemError, match="M307"):
        applied(at)
    assert state(found) == "declared"


def test_what_was_settled_since_is_applied_for_anew(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    with clock.at(date(2025, 5, 25)):
        first = applied(at)
    classed(stay(at, where, day=date(2025, 5, 28)))
    closed()
    found = opened(at)
    assert state(found) == "opened"
    withdrawn(at, first)
    applied(at, stays=2)
    assert state(found) == "declared"


def test_a_statement_that_the_books_have_left_behind_is_not_declared(where: Organisation) -> None:
    at = hospital(where)
    classed(stay(at, where))
    closed()
    found = opened(at)
    with acting(user(7)):
        reopen_month(book="business", month=MAY, reason="补记")
    classed(stay(at, where))
    closed()
    applied(at, stays=2)
    assert state(found) == "opened"
    again = reopen(statement_id=found.pk, reason="补记")
    assert (again.round, state(again)) == (2, "declared")


def test_a_relatives_account_pays_in_the_month_of_its_own_insurance(where: Organisation) -> None:
    """A resident's stay of which the account of a relative, an employee, pays 500: both months are of its class."""
    at, owner = hospital(where), retired(where, 500_00)
    with clock.at(date(2025, 2, 10)):
        child = resident(where, 连续参保年数="4", 零报销年数="0")
        assess_month(insurance="resident", month=date(2025, 1, 1))
        own = Part.objects.get(order__person=child, share__payer="个人")
        receive(number="T1", part=own.pk, day=clock.today(), fen=own.fen)
    Sharing.objects.create(
        owner=owner, relative=child, relation="子女", insurance="employee", account=ACCOUNT, evidence="x",
        during=days(date(2025, 1, 1), None),
    )  # fmt: skip
    with clock.at(date(2025, 5, 20)):
        seen = treated(at, child, MAY, 8_000_00, stays=3, scheme="resident")
        event = classed(settle(visit_id=seen.pk, choice=Choice("relative", owner.pk)))
    for month in (date(2025, 1, 1), date(2025, 2, 1), MAY):  # the account was credited, the contribution paid
        closed(month)
    months = [open_statement(institution_id=at.pk, month=MAY, scheme=one) for one in ("employee", "resident")]
    assert [(one.fund + one.others, one.account) for one in months] == [
        (0, 500_00),
        (sum(event.paid.values()) - 500_00, 0),
    ]
    applied(at, fund=event.fields["fund_pay_sumamt"], account=500_00, cash=event.cash)
    assert [state(one) for one in months] == ["declared", "declared"]


def test_another_month_and_another_institution_are_others(where: Organisation) -> None:
    at, other = hospital(where), hospital(where)
    classed(stay(at, where))
    classed(stay(other, where))
    with clock.at(date(2025, 6, 30)):
        closed()
        found = opened(at)
        apply_for_clearing(institution_id=at.pk, clearing=STAY, month=JUNE, there=figures(0))
    applied(other)
    assert state(found) == "opened"


def test_the_database_itself_takes_no_declaration_back_that_is_under_review(where: Organisation) -> None:
    at = hospital(where)
    event = classed(stay(at, where))
    closed()
    applied(at)
    found = opened(at)
    deducted(event, 100_00)
    with pytest.raises(IntegrityError, match="under review"), transaction.atomic():
        StatementStep.objects.create(statement=found, number=3, act="opened", at=clock.now())
