"""A household is enrolled together and pays its bill at once, by the rules of Suyu (ENR-04, CON-02)."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.models import Entry
from tongchou.record.base import clock
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.households import bill, receive_for_household
from tongchou.record.contributions.models import Receipt
from tongchou.record.contributions.queries import payments_of
from tongchou.record.enrolment import commands
from tongchou.record.enrolment.households import enrol_household
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.commands import move
from tongchou.record.people.dying import record_death
from tongchou.record.people.models import Person

TODAY, SINCE = date(2026, 6, 15), date(2008, 2, 1)
TOWN = {"户籍": "城区城镇", "新生儿": "否", "低保": "否", "残疾等级": "无", "resumed": "否"}
HOUSE = {"insurance_name": "resident", "since": SINCE, "facts": TOWN, "own": {}}


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force("suyu-2007")
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def family(city: Organisation) -> list[Person]:
    """A grandmother of 60, a mother of 35, and a daughter of 8."""
    older = register(city, 12, born=date(1948, 1, 1), name="甲")
    home = older.memberships.get().household_id
    mother = register(city, 14, born=date(1973, 1, 1), name="乙", household=home)
    return [older, mother, register(city, 16, born=date(2000, 1, 1), name="丙", household=home)]


def home_of(family: list[Person]) -> int:
    return family[0].memberships.get().household_id


def test_a_household_is_enrolled_and_pays_once(family: list[Person]) -> None:
    home = home_of(family)
    done = enrol_household(household=home, **HOUSE)
    assert (done.persons, done.left_out) == (tuple(one.pk for one in family), ())
    assess_month(insurance="resident", month=SINCE)
    found = bill(household=home, insurance="resident", on=SINCE)
    assert [(one.person, one.left) for one in found.lines] == list(
        zip([one.pk for one in family], [6000, 12000, 3000], strict=True)
    )
    assert {one.due_on for one in found.lines} == {date(2008, 3, 31)}
    assert not Entry.objects.exists()  # who has not paid is not insured, and has no account yet
    paying = {"household": home, "insurance": "resident", "day": date(2008, 3, 20)}
    with pytest.raises(ProblemError, match=r"J123.*210\.00"):
        receive_for_household(**paying, number="H1", fen=9000)
    assert not Receipt.objects.exists()
    receive_for_household(**paying, number="H1", fen=21000)
    assert [one.number for one in Receipt.objects.order_by("id")] == ["H1-1", "H1-2", "H1-3"]
    assert {one.paid_on for one in payments_of([one.pk for one in family], TODAY)} == {date(2008, 3, 20)}
    credited = {(one.person, one.account, one.fen, one.day) for one in Entry.objects.all()}
    assert credited == {(one, "门诊账户", 5000, date(2008, 3, 20)) for one in family}
    with pytest.raises(ProblemError, match=r"J123.*0\.00"):
        receive_for_household(**paying, number="H2", fen=21000)


def test_who_is_elsewhere_is_left_out_and_nobody_is_forced(family: list[Person]) -> None:
    older, mother, _ = family
    common = {"person_id": mother.pk, "since": date(2008, 1, 1), "facts": TOWN}
    commands.enrol(insurance_name="employee", **common)
    done = enrol_household(household=home_of(family), **HOUSE)
    assert [(one.person, one.code) for one in done.left_out] == [(mother.pk, "E116")]
    commands.end(person_id=mother.pk, insurance_name="employee", last=date(2008, 4, 30), reason="离职")
    later = enrol_household(household=home_of(family), **{**HOUSE, "since": date(2008, 5, 1)})
    assert (later.persons, [one.code for one in later.left_out]) == ((mother.pk,), ["E102", "E102"])
    with pytest.raises(ProblemError, match="E117"):
        enrol_household(household=home_of(family), **{**HOUSE, "since": date(2008, 6, 1)})
    assert older.spells.count() == 1


def test_what_is_wrong_with_one_refuses_all(family: list[Person]) -> None:
    wrong = {**HOUSE, "own": {family[1].pk: {"户籍": "别处"}}}
    with pytest.raises(ProblemError, match="C004"):
        enrol_household(household=home_of(family), **wrong)
    assert not Spell.objects.exists()
    own = {family[1].pk: {"户籍": "其他乡镇城镇"}}
    assert [one.code for one in enrol_household(household=home_of(family), **{**HOUSE, "own": own}).left_out] == [
        "E115"
    ]


def test_the_dead_and_those_who_moved_out_are_not_of_it(family: list[Person]) -> None:
    record_death(person_id=family[0].pk, on=date(2008, 1, 15), reason="证明")
    move(person_id=family[1].pk, since=date(2008, 1, 20), reason="迁出")
    assert enrol_household(household=home_of(family), **HOUSE).persons == (family[2].pk,)


def test_another_agency_sees_no_such_household(city: Organisation, family: list[Person]) -> None:
    elsewhere, home = organisation("agency", organisation("agency")), home_of(family)
    with acting_as(add_user("clerk", elsewhere)), pytest.raises(ProblemError, match="A114"):
        enrol_household(household=home, **HOUSE)
    with acting_as(add_user("assessor", elsewhere)), pytest.raises(ProblemError, match="A114"):
        bill(household=home, insurance="resident", on=SINCE)
