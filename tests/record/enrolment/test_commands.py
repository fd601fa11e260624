"""Enrolling, suspending, resuming, ending, transferring, and putting the past right."""

import json
from datetime import date
from typing import Any

import pytest
from psycopg.types.range import DateRange

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.enrolment import commands, insurances, timeline
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

TODAY = date(2026, 6, 15)
BABY = {"新生儿": "否", "status": "在职"}


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def one(city: Organisation):
    with acting_as(add_user("clerk", city)):
        yield register(city)


def held(person: Person, name: str = "employee") -> list[tuple]:
    with scoped(system("look")):
        rows = Spell.objects.filter(person=person, insurance=name).order_by("during")
        return [(str(s.during.lower), str(s.during.upper or ""), s.suspended, s.employer_id) for s in rows]


def enrol(person: Person, name: str = "employee", since: date = date(2026, 6, 1), **more: object) -> commands.Changed:
    return commands.enrol(person_id=person.pk, insurance_name=name, since=since, **{"facts": BABY, **more})


def test_a_life_at_work(one: Person, city: Organisation) -> None:
    firm, other = organisation("employer", city), organisation("employer", city)
    enrol(one, employer=firm.pk)
    common = {"person_id": one.pk, "insurance_name": "employee", "reason": "申请"}
    commands.suspend(**common, since=date(2026, 7, 1))
    commands.resume(**common, since=date(2026, 8, 1))
    commands.transfer(**common, since=date(2026, 9, 1), employer=other.pk)
    changed = commands.end(**common, last=date(2026, 12, 31))
    assert held(one) == [
        ("2026-06-01", "2026-07-01", False, firm.pk),
        ("2026-07-01", "2026-08-01", True, firm.pk),
        ("2026-08-01", "2026-09-01", False, firm.pk),
        ("2026-09-01", "2027-01-01", False, other.pk),
    ]
    assert len(changed.spells) == 4
    told = Entry.objects.filter(name__startswith="enrolment.").order_by("id").values_list("name", "reason", "persons")
    assert list(told)[:2] == [("enrolment.enrol", "", [one.pk]), ("enrolment.suspend before", "申请", [one.pk])]


def test_the_end_takes_what_was_arranged_for_later_with_it(one: Person) -> None:
    enrol(one)
    common = {"person_id": one.pk, "insurance_name": "employee", "reason": "申请"}
    commands.suspend(**common, since=date(2026, 9, 1))
    commands.end(**common, last=date(2026, 7, 31))
    assert held(one) == [("2026-06-01", "2026-08-01", False, None)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "pension"}, "E101"),
        ({"since": date(2026, 7, 1)}, "E102"),
        ({"since": date(2026, 6, 1), "through": date(2026, 5, 1)}, "E103"),
        ({"name": "maternity", "since": date(1990, 1, 1)}, "E103"),
        ({"name": "maternity", "since": date(2026, 5, 31)}, "E104"),
        ({"name": "resident", "since": date(2025, 12, 31)}, "E104"),
        ({"name": "resident", "facts": {}}, "C003"),
        ({"name": "resident", "facts": {"新生儿": "也许"}}, "C004"),
        ({"name": "maternity", "facts": {"没有的": "是"}}, "C033"),
        ({"name": "maternity", "facts": {"缴费基数": "many"}}, "C032"),
        ({"name": "maternity", "employer": 10**15}, "A114"),
    ],
)
def test_what_is_refused(one: Person, changes: dict, code: str) -> None:
    enrol(one)
    with pytest.raises(ProblemError, match=code):
        enrol(one, **{"since": date(2026, 6, 1), **changes})
    assert held(one) == [("2026-06-01", "", False, None)]
    assert held(one, "resident") == held(one, "maternity") == []


def test_an_agency_employs_nobody(one: Person, city: Organisation) -> None:
    with pytest.raises(ProblemError, match="P111"):
        enrol(one, employer=city.pk)


def test_nobody_is_enrolled_after_death(one: Person) -> None:
    one.died = date(2026, 6, 10)
    one.save()
    with pytest.raises(ProblemError, match="E103"):
        enrol(one)
    enrol(one, through=date(2026, 6, 10))


def test_there_must_be_something_to_suspend_resume_end_or_transfer(one: Person) -> None:
    common = {"person_id": one.pk, "insurance_name": "employee", "reason": "申请"}
    enrol(one, since=date(2026, 7, 1))
    for act in (
        lambda: commands.suspend(**common, since=date(2026, 6, 30)),
        lambda: commands.resume(**common, since=date(2026, 7, 1)),
        lambda: commands.end(**common, last=date(2026, 6, 30)),
        lambda: commands.transfer(**common, since=date(2026, 6, 30), employer=None),
    ):
        with pytest.raises(ProblemError, match="E105"):
            act()
    assert held(one) == [("2026-07-01", "", False, None)]


def test_a_yearly_insurance_is_the_present_from_the_first_day_of_its_year(one: Person) -> None:
    enrol(one, "resident", since=date(2026, 1, 1))
    assert held(one, "resident") == [("2026-01-01", "", False, None)]


def test_insurances_of_which_one_counts_are_held_at_once(one: Person) -> None:
    for name in ("employee", "resident", "maternity", "work_injury", "retired_cadres"):
        enrol(one, name)
    with scoped(system("look")):
        assert one.spells.count() == 5


def test_the_past_is_put_right_by_whoever_may_and_what_was_there_is_kept(one: Person, city: Organisation) -> None:
    enrol(one, since=date(2026, 6, 1))
    change = {"person_id": one.pk, "insurance_name": "employee", "reason": "漏报", "facts": {"status": "在职"}}
    with pytest.raises(ProblemError, match="A101"):
        commands.change_past(**change, since=date(2025, 1, 1), through=date(2025, 12, 31), held="enrolled")
    with acting_as(add_user("reviewer", city)):
        commands.change_past(**change, since=date(2025, 1, 1), through=date(2025, 12, 31), held="enrolled")
        commands.change_past(**change, since=date(2025, 3, 1), through=date(2025, 3, 31), held="none")
        commands.change_past(**change, since=date(2025, 12, 1), through=date(2026, 6, 30), held="suspended")
        with pytest.raises(ProblemError, match="A102"):
            commands.change_past(**{**change, "reason": " "}, since=date(2025, 3, 1), through=None, held="none")
    assert held(one) == [
        ("2025-01-01", "2025-03-01", False, None),
        ("2025-04-01", "2025-12-01", False, None),
        ("2025-12-01", "2026-07-01", True, None),
        ("2026-07-01", "", False, None),
    ]
    before = Entry.objects.filter(name="enrolment.change_past before").order_by("id").last()
    assert [row["during"] for row in json.loads(before.details)["employee"]] == [
        "2025-01-01 – 2025-03-01", "2025-04-01 – 2026-01-01", "2026-06-01 – ",
    ]  # fmt: skip


def test_another_county_sees_nobody(one: Person) -> None:
    enrol(one)
    other = organisation("agency", organisation("agency"))
    with acting_as(add_user("clerk", other)):
        for act in (
            lambda: enrol(one, "resident"),
            lambda: commands.end(person_id=one.pk, insurance_name="employee", last=date(2026, 12, 31), reason="x"),
        ):
            with pytest.raises(ProblemError, match="A114"):
                act()
        assert list(Spell.objects.all()) == []
    with acting_as(add_user("auditor", other)), pytest.raises(ProblemError, match="A101"):
        enrol(one)


def test_the_region_says_which_insurances_there_are_and_which_count() -> None:
    from tests.record.contributions.stage import region

    pack = region()
    assert insurances.insurances(pack)["work_injury"] == "工伤保险"
    assert insurances.doubles(pack) == [
        ("employee", "resident"), ("retired_cadres", "employee"), ("retired_cadres", "resident"),
    ]  # fmt: skip
    assert insurances.present_from(pack, "resident", TODAY) == date(2026, 1, 1)
    assert insurances.present_from(pack, "maternity", TODAY) == date(2026, 6, 1)


def stage() -> Person:
    with doing_everything():
        put_in_force()
        return register(organisation("agency", organisation("agency")))


def test_enrolled_twice_at_once_is_enrolled_once(own_database: str) -> None:
    person = stage()

    def work() -> None:
        with acting(system_actor("race", "enrolment.write", "enrolment.change_past")):
            enrol(person)

    found = both_at_once(work)
    assert [type(error).__name__ for error in found] == ["ProblemError"]
    assert len(held(person)) == 1


def test_the_same_without_the_lock_is_stopped_by_the_constraint(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "lock", lambda *keys: None)
    meet_before_writing(monkeypatch)
    test_enrolled_twice_at_once_is_enrolled_once(own_database)


def test_without_lock_and_constraint_there_would_be_two(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE enrolment_spell DROP CONSTRAINT one_spell_of_an_insurance_at_a_time")
    monkeypatch.setattr(commands, "lock", lambda *keys: None)
    meet_before_writing(monkeypatch)
    person = stage()

    def work() -> None:
        with acting(system_actor("race", "enrolment.write", "enrolment.change_past")):
            enrol(person)

    assert both_at_once(work) == []
    assert len(held(person)) == 2


def meet_before_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked before either writes."""
    import threading

    meet, looked = threading.Barrier(2), timeline._overlapping

    def look(*arguments: Any) -> list[Spell]:
        found = looked(*arguments)
        meet.wait(10)
        return found

    monkeypatch.setattr(timeline, "_overlapping", look)


def test_of_two_rows_of_one_person_that_are_enrolled_at_once_one_is_ended_first(city: Organisation) -> None:
    from tongchou.record.people import merging

    with acting_as(add_user("clerk", city)):
        kept, dropped = register(city), register(city, 3, kind="08", number="E12345678")
        enrol(kept)
        enrol(dropped)
        case = merging.open_merge(keep=kept.pk, drop=dropped.pk, reason="同名同日")
    with acting_as(add_user("reviewer", city)), pytest.raises(ProblemError, match="P114"):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    with scoped(system("stage")):
        dropped.spells.update(during=DateRange(date(2025, 1, 1), date(2026, 6, 1)))
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
    assert [since for since, *_ in held(kept)] == ["2025-01-01", "2026-06-01"]
