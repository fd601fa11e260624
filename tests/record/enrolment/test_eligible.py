"""Whom an insurance is for, by the rules of Suyu: one by one, in a file, in the past (ENR-01, ENR-02)."""

from datetime import date
from pathlib import Path

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.enrolment import commands, queries, reports
from tongchou.record.enrolment.files.importing import import_file, preview
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person
from tongchou.record.sheets.streamed import Upload, upload

TODAY, SINCE = date(2026, 6, 15), date(2008, 2, 15)
TOWN = {"户籍": "城区城镇", "新生儿": "否"}
HEAD = "证件号码,姓名,险种,开始日期,户籍,新生儿"


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force("suyu-2007")
        yield organisation("agency", organisation("agency"))


def enrol(person: Person, name: str = "resident", since: date = SINCE, **facts: str) -> commands.Changed:
    return commands.enrol(person_id=person.pk, insurance_name=name, since=since, facts={**TOWN, **facts})


def test_town_people_are_taken_and_others_told_where_they_belong(city: Organisation) -> None:
    one, two, three = (register(city, serial) for serial in (11, 12, 13))
    assert len(enrol(one).spells) == 1
    with pytest.raises(ProblemError, match=r"E115.*新型农村合作医疗.*suyu-2007 二"):
        enrol(two, 户籍="其他乡镇城镇")
    with pytest.raises(ProblemError, match=r"E115") as told:
        enrol(two, 户籍="其他")
    assert "应参加" not in told.value.problems[0].message()
    assert enrol(two, "nrcms", 户籍="其他乡镇城镇").insurance == "nrcms"
    stands = queries.eligibility_of(person_id=three.pk, insurance_name="resident", since=SINCE, facts=TOWN)
    assert (stands.eligible, stands.group) == (True, "城区居民")


def test_who_is_in_another_insurance_is_refused_until_it_ends(city: Organisation) -> None:
    one = register(city)
    enrol(one, "employee")
    with pytest.raises(ProblemError, match=r"E116.*城镇职工"):
        enrol(one)
    with pytest.raises(ProblemError, match=r"E116"):
        commands.change_past(
            person_id=one.pk, insurance_name="resident", since=date(2007, 9, 1), through=None, held="enrolled",
            facts=TOWN, reason="补登",
        )  # fmt: skip
    commands.end(person_id=one.pk, insurance_name="employee", last=date(2008, 2, 29), reason="离职")
    with pytest.raises(ProblemError, match=r"E116"):
        enrol(one)
    assert len(enrol(one, since=date(2008, 3, 1)).spells) == 1


def test_what_was_suspended_is_not_in_the_way(city: Organisation) -> None:
    one = register(city)
    enrol(one, "employee")
    commands.suspend(person_id=one.pk, insurance_name="employee", since=SINCE, reason="停薪")
    assert len(enrol(one).spells) == 1


def test_who_took_up_the_other_later_is_reported(city: Organisation) -> None:
    one = register(city)
    enrol(one)
    enrol(one, "employee", since=date(2008, 3, 1))
    (found,) = reports.duplicates(first=date(2008, 1, 1), last=date(2008, 12, 31))
    assert (found.person, found.counts, found.other, found.first) == (one.pk, "employee", "resident", date(2008, 3, 1))


def test_a_file_is_held_to_the_same(city: Organisation, tmp_path: Path) -> None:
    def handed(*rows: str) -> Upload:
        (tmp_path / "a.csv").write_text("\n".join([HEAD, *rows]), "utf-8")
        return upload(tmp_path / "a.csv", "a.csv")

    known = register(city, 21, name="王五")
    enrol(known, "employee")
    new, both = card(number=22), card(number=23)
    rows = [
        f"{card(number=21)},王五,城镇居民,2008-02-15,城区城镇,否",
        f"{new},赵六,城镇居民,2008-02-15,其他乡镇城镇,否",
        f"{both},钱七,城镇居民,2008-02-15,城区城镇,否",
        f"{both},钱七,新型农村合作医疗,2008-03-01,城区城镇,否",
    ]
    found = preview(upload=handed(*rows), agency=city.pk)
    assert [(one.code, one.place.row) for one in found.problems] == [("E116", 2), ("E115", 3), ("E116", 4)]
    with pytest.raises(ProblemError, match=r"E111"):
        import_file(upload=handed(*rows), agency=city.pk)
    assert import_file(upload=handed(rows[2]), agency=city.pk).rows == 1
