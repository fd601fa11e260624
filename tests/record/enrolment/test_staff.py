"""An employer's own people join, are suspended and leave; nobody else's are seen or touched."""

from datetime import date

import pytest

from tests.record.contributions.stage import put_in_force
from tests.record.enrolment.test_commands import BABY, enrol, held
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.contributions import months
from tongchou.record.enrolment import commands, queries, staff
from tongchou.record.enrolment.models import Spell
from tongchou.record.entitlement import queries as entitlement
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import queries as people
from tongchou.record.people.models import Employment, Identity, Person

TODAY, JUNE = date(2026, 6, 15), date(2026, 6, 1)


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def firm(city: Organisation) -> Organisation:
    return organisation("employer", city)


@pytest.fixture
def office(firm: Organisation):
    """Somebody of the firm acts."""
    with acting_as(add_user("employer", firm)) as actor:
        yield actor


def join(firm: Organisation, serial: int = 1, **changes: object) -> staff.Staffed:
    given: dict = {
        "kind": "01",
        "number": card(number=serial),
        "name": "王小明",
        "since": JUNE,
        "insurances": ["employee"],
        "facts": BABY,
        "reason": "录用",
    }
    return staff.join(employer=firm.pk, **{**given, **changes})


def known(city: Organisation, serial: int = 1, **more: object) -> Person:
    with acting_as(add_user("clerk", city)):
        return register(city, serial, phone="13800001234", **more)


def test_a_newcomer_is_registered_enrolled_and_seen_masked(office, city: Organisation, firm: Organisation) -> None:
    done = join(firm, phone="13800001234")
    assert [(s.insurance, s.employer_id, s.during.lower) for s in done.spells] == [("employee", firm.pk, JUNE)]
    (seen,) = people.employees(employer=firm.pk)
    assert people.look_at(number=done.person) == seen == people.find(kind="01", number=card())[0]
    assert (seen.name, seen.phone, seen.household, seen.categories) == ("王小明", None, None, ())
    assert "*" in seen.certificates[0][1]
    with scoped(system("look")):
        assert Person.objects.get(pk=done.person).agency == city
        (entry,) = Entry.objects.filter(name="enrolment.join")
        assert (entry.persons, entry.reason) == ([done.person], "录用")


def test_whoever_is_known_elsewhere_joins_with_the_same_answer(firm: Organisation, city: Organisation) -> None:
    other = organisation("agency", organisation("agency"))
    one = known(other)
    with acting_as(add_user("employer", firm)):
        with pytest.raises(ProblemError, match="A114"):
            people.look_at(number=one.pk)
        assert people.find(kind="01", number=card()) == []
        stranger, newcomer = join(firm), join(firm, 3)
        assert stranger.person == one.pk
        looks = [people.look_at(number=done.person) for done in (stranger, newcomer)]
        assert vars(looks[0]).keys() == vars(looks[1]).keys()
        assert [(one.phone, one.household, one.categories) for one in looks] == [(None, None, ())] * 2


def test_a_certificate_with_another_name_is_refused_and_nothing_is_left(office, firm: Organisation) -> None:
    with scoped(system("stage")):
        one = known(firm.parent)
    with pytest.raises(ProblemError, match="P115"):
        join(firm, name="别人")
    with scoped(system("look")):
        assert not one.employments.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "08", "number": "E12345678"}, "P106"),
        ({"kind": "08", "number": "E12345678", "sex": "男"}, "P106"),
        ({"number": "123"}, "P102"),
        ({"sex": "女"}, "P105"),
        ({"insurances": ["养老"]}, "E101"),
        ({"insurances": ["employee", "employee"]}, "E102"),
        ({"since": date(2026, 5, 31)}, "E104"),
        ({"facts": {"新生儿": "否"}}, "C003"),
    ],
)
def test_all_or_nothing(office, firm: Organisation, changes: dict, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        join(firm, **changes)
    with scoped(system("look")):
        assert not any(model.objects.exists() for model in (Person, Identity, Employment, Spell))


def test_of_an_enrolment_elsewhere_an_employer_learns_that_there_is_one(firm: Organisation, city: Organisation) -> None:
    one, other = known(city), organisation("employer", city)
    with acting_as(add_user("clerk", city)):
        enrol(one, since=date(2026, 6, 3), employer=other.pk, through=date(2026, 8, 8))
    with acting_as(add_user("employer", firm)):
        with pytest.raises(ProblemError, match="E102") as refused:
            join(firm)
        assert "2026-08" not in str(refused.value)
        assert "2026-06-01" in str(refused.value)


def test_an_employer_suspends_resumes_and_ends_its_own_alone(firm: Organisation, city: Organisation) -> None:
    other = organisation("employer", city)
    with acting_as(add_user("employer", firm)):
        person = join(firm).person
        common = {"person_id": person, "insurance_name": "employee", "reason": "停薪留职"}
        commands.suspend(**common, since=date(2026, 7, 1))
        commands.resume(**common, since=date(2026, 8, 1))
    with acting_as(add_user("clerk", city)):
        commands.transfer(**common, since=date(2026, 9, 1), employer=other.pk)
    with acting_as(add_user("employer", firm)):
        assert {one.employer_id for one in queries.spells(person_id=person)} == {firm.pk}
        with pytest.raises(ProblemError, match="E105"):
            commands.suspend(**common, since=date(2026, 9, 1))
        changed = commands.end(**common, last=date(2026, 6, 30))
        assert {one.employer_id for one in changed.spells} == {firm.pk}
        with pytest.raises(ProblemError, match="E105"):
            commands.end(**common, last=date(2026, 9, 1))
    assert held(Person(pk=person)) == [
        ("2026-06-01", "2026-07-01", False, firm.pk),
        ("2026-09-01", "", False, other.pk),
    ]


def test_whoever_leaves_is_enrolled_through_it_no_more(office, city: Organisation, firm: Organisation) -> None:
    person = join(firm, insurances=["employee", "maternity"]).person
    left = staff.leave(person_id=person, employer=firm.pk, last=date(2026, 6, 30), reason="离职")
    assert {(one.insurance, one.during.upper) for one in left.spells} == {
        ("employee", date(2026, 7, 1)),
        ("maternity", date(2026, 7, 1)),
    }
    with clock.at(date(2026, 7, 2)):
        assert people.employees(employer=firm.pk) == []
        assert people.look_at(number=person).id == person  # a former employee
        with pytest.raises(ProblemError, match="A114"):
            staff.leave(person_id=person, employer=firm.pk, last=date(2026, 7, 2), reason="再次")
        with pytest.raises(ProblemError, match="E114"):
            enrol(Person(pk=person), since=date(2026, 7, 2))
    with clock.at(date(2026, 8, 2)), acting_as(add_user("clerk", city)):
        join(firm, since=date(2026, 8, 1))
    with clock.at(date(2026, 8, 3)):
        assert [one.id for one in people.employees(employer=firm.pk)] == [person]


def test_leaving_takes_nothing_that_another_arranged(firm: Organisation, city: Organisation) -> None:
    other = organisation("employer", city)
    with acting_as(add_user("clerk", city)):
        person = join(firm).person
        join(other, since=date(2026, 7, 1), insurances=["maternity"])
        left = {"person_id": person, "last": date(2026, 6, 20), "reason": "离职"}
        staff.leave(**left, employer=firm.pk)
    assert held(Person(pk=person)) == [("2026-06-01", "2026-06-21", False, firm.pk)]
    assert held(Person(pk=person), "maternity") == [("2026-07-01", "", False, other.pk)]


def test_an_employer_enrols_through_itself_and_nobody_else(office, city: Organisation, firm: Organisation) -> None:
    other = organisation("employer", city)
    person = join(firm, insurances=[]).person
    changed = enrol(Person(pk=person))
    assert [one.employer_id for one in changed.spells] == [firm.pk]
    with pytest.raises(ProblemError, match="A114"):
        enrol(Person(pk=person), "maternity", employer=other.pk)
    with pytest.raises(ProblemError, match="A114"):
        join(other, 3)


def test_what_else_the_record_holds_of_its_people_is_not_an_employers(office, firm: Organisation) -> None:
    person = join(firm).person
    for look in (
        lambda: entitlement.entitlement_of(person_id=person, on=TODAY),
        lambda: entitlement.periods_of(person_id=person),
        lambda: months.look_at(person_id=person, insurance="employee"),
    ):
        with pytest.raises(ProblemError, match="A114"):
            look()


def test_a_hospital_sees_no_person(office, city: Organisation, firm: Organisation) -> None:
    person = join(firm).person
    with acting_as(add_user("hospital", organisation("provider", city))):
        assert people.find(kind="01", number=card()) == []
        with pytest.raises(ProblemError, match="A114"):
            people.look_at(number=person)


def test_two_employments_at_one_employer_are_one_person(office, firm: Organisation) -> None:
    person = join(firm, insurances=[]).person
    staff.leave(person_id=person, employer=firm.pk, last=date(2026, 6, 10), reason="x")
    join(firm, insurances=[], since=date(2026, 6, 12))
    assert [one.id for one in people.find(kind="01", number=card())] == [person]
