"""重算补差 as a case: what became known later is settled again by another's leave, and who owes whom is posted."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.record.contributions.stage import put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.race import wrong
from tests.record.settlement.stage import ACCOUNT, charge, hospital, retired, treated, visit
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts import queries as accounts
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.periods import days
from tongchou.record.base.scope import Scope, scoped, system
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.people.models import Category, Person
from tongchou.record.settlement.models import Difference, Event, Supplement
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.supplementing import approve_supplement, open_supplement, refuse_supplement

TODAY, MAY, YEAR = date(2025, 6, 1), date(2025, 5, 10), date(2025, 1, 1)


def by_user(number: int) -> Actor:
    return Actor(f"user {number}", system("a test"), frozenset(PERMISSIONS), user=number)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), acting(by_user(1)):
        put_in_force()
        yield organisation("agency", organisation("agency"))


def made_poor(person: Person) -> None:
    """低保 since the beginning of the year, known only now."""
    Category.objects.create(person=person, name="低保", during=days(YEAR, None))


def case_of(person: Person) -> Supplement:
    return open_supplement(person_id=person.pk, why="facts", since=YEAR, reason="低保身份追认")


def payable(account: str, **only: object) -> int:
    return balance_of(account, TODAY, **only)


def test_a_category_that_became_known_later(city: Organisation) -> None:
    """What the funds pay more goes to the person, who had paid it in cash; the hospital has what it had."""
    person, at = retired(city), hospital(city)
    events = [settle(visit_id=treated(at, person, MAY, 20_000_00).pk) for _ in range(2)]
    cash, owed = sum(one.cash for one in events), payable("provider_payable")
    made_poor(person)
    case = case_of(person)
    for event in events:
        rows = Difference.objects.filter(event=event)
        assert sum(one.new - one.old for one in rows) == 0
    assert Event.objects.count() == 2
    with acting(by_user(2)):
        made = approve_supplement(supplement_id=case.pk, reason="属实")
    assert [(one.kind, one.because) for one in made] == [
        ("reverse", events[1]),
        ("reverse", events[0]),
        ("settle", events[0]),
        ("settle", events[1]),
    ]
    back = cash - sum(one.cash for one in made[2:])
    assert back > 0
    assert payable("provider_payable") == owed
    assert payable("person_payable", person=person.pk) == -back
    assert made[3].paid["assistance"] > 0
    assert wrong() == set()
    case.refresh_from_db()
    assert (case.state, case.decided_by) == ("approved", 2)


def test_what_was_paid_too_much_is_to_be_recovered(city: Organisation) -> None:
    person, at = retired(city, 100_00), hospital(city)
    made_poor(person)
    event = settle(visit_id=treated(at, person, MAY, 20_000_00).pk)
    Category.objects.all().delete()
    case = open_supplement(person_id=person.pk, why="error", since=YEAR, reason="低保认定撤销")
    with acting(by_user(2)):
        made = approve_supplement(supplement_id=case.pk, reason="属实")
    assert payable("recovery_due", person=person.pk) == made[-1].cash - event.cash > 0
    assert payable("provider_payable") == -(event.total - event.cash)
    assert wrong() == set()


def test_only_from_the_first_that_differs(city: Organisation) -> None:
    person, at = retired(city, 300_00), hospital(city)
    settle(visit_id=treated(at, person, MAY, 300_00, "普通门诊").pk)
    bought = visit(at, person, MAY, "普通门诊")
    line = charge(bought, 900_00)
    settle(visit_id=bought.pk)
    charge(bought, 500_00)
    charge(bought, -400_00, returns=line)
    stay = settle(visit_id=treated(at, person, MAY, 20_000_00).pk)
    last = settle(visit_id=bought.pk)
    made_poor(person)
    with acting(by_user(2)):
        made = approve_supplement(supplement_id=_by(1, person).pk, reason="属实")
    assert [one.because for one in made] == [last, stay, stay, last]
    assert made[-1].paid == last.paid
    assert [one.fen for one in accounts.standing(person_id=person.pk) if one.account == ACCOUNT] == [0]
    assert wrong() == set()


def _by(user: int, person: Person) -> Supplement:
    with acting(by_user(user)):
        return case_of(person)


def test_two_people_and_once(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    settle(visit_id=treated(at, person, MAY, 20_000_00).pk)
    with pytest.raises(ProblemError, match="V301"):
        case_of(person)
    made_poor(person)
    case = case_of(person)
    for decide in (approve_supplement, refuse_supplement):
        with pytest.raises(ProblemError, match="A112"):
            decide(supplement_id=case.pk, reason="x")
    with acting(by_user(2)):
        assert refuse_supplement(supplement_id=case.pk, reason="证据不足").state == "refused"
        for decide in (approve_supplement, refuse_supplement):
            with pytest.raises(ProblemError, match="V302"):
                decide(supplement_id=case.pk, reason="x")
            with pytest.raises(ProblemError, match="A114"):
                decide(supplement_id=0, reason="x")
    assert Event.objects.count() == 1


def test_what_changed_since_it_was_shown_is_not_posted(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    settle(visit_id=treated(at, person, MAY, 20_000_00).pk)
    made_poor(person)
    case = case_of(person)
    settle(visit_id=treated(at, person, MAY, 5_000_00).pk)
    Category.objects.all().delete()
    with acting(by_user(2)), pytest.raises(ProblemError, match="V303"):
        approve_supplement(supplement_id=case.pk, reason="属实")
    assert Event.objects.count() == 2


def test_who_may_and_who_sees(city: Organisation) -> None:
    person, at = retired(city), hospital(city)
    settle(visit_id=treated(at, person, MAY, 20_000_00).pk)
    made_poor(person)
    case = case_of(person)
    for permission, call in (
        ("settlement.correct", lambda: case_of(person)),
        ("settlement.approve", lambda: approve_supplement(supplement_id=case.pk, reason="x")),
        ("settlement.approve", lambda: refuse_supplement(supplement_id=case.pk, reason="x")),
    ):
        others = frozenset(PERMISSIONS) - {permission}
        with acting(Actor("other", system("a test"), others, user=3)), pytest.raises(ProblemError, match="A101"):
            call()
    other = organisation("agency", organisation("agency"))
    for scope, seen in (
        (Scope("agency", person.agency.path), 1),
        (Scope("agency", other.path), 0),
        (Scope("person", person.pk), 1),
        (Scope("provider", at.organisation_id), 0),
    ):
        with scoped(scope):
            assert Supplement.objects.count() == seen
