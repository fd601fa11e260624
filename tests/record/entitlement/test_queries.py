"""What the record's people are entitled to, one by one and all at once."""

from datetime import date
from pathlib import Path

import pytest

from tests.engines.contributions.test_cover import build
from tests.record.contributions.stage import put_in_force, put_pack_in_force
from tests.record.entitlement.stage import pay
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.enrolment import commands
from tongchou.record.entitlement import queries
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

TODAY = date(2026, 6, 15)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def city(record: None) -> Organisation:
    with clock.at(TODAY):
        put_in_force()
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def clerk(city: Organisation):
    with acting_as(add_user("clerk", city)) as actor:
        yield actor


def enrol(person: Person, name: str, since: date, **facts: str) -> None:
    commands.enrol(
        person_id=person.pk, insurance_name=name, since=since, facts={"新生儿": "否", "status": "在职", **facts}
    )


def on(person: Person, day: date = TODAY, fund: str = "pool") -> dict[str, tuple[str, str]]:
    found = queries.entitlement_of(person_id=person.pk, on=day)
    return {p.scheme: (p.level, p.reason) for p in found if p.fund == fund}


def test_who_pays_in_time_is_entitled_and_the_article_is_named(clerk, city: Organisation) -> None:
    one = register(city)
    enrol(one, "resident", YEAR[0])
    assert on(one) == {"resident": ("none", "欠费")}
    pay(one, "resident", "居民医保费", *YEAR, date(2026, 2, 1))
    assert on(one) == {"resident": ("full", "已缴费")}
    (pool,) = (p for p in queries.periods_of(person_id=one.pk) if p.fund == "pool" and p.level == "full")
    assert (pool.from_date, pool.through_date, pool.cite) == (*YEAR, "ninghe-2024-31 第十八条")
    assert on(one, date(2025, 12, 31)) == {}


def test_a_payment_given_back_counts_no_more(clerk, city: Organisation) -> None:
    one = register(city)
    enrol(one, "resident", YEAR[0])
    for paid_on, level in ((date(2026, 2, 1), "full"), (None, "none")):
        pay(one, "resident", "居民医保费", *YEAR, paid_on)
        assert on(one)["resident"][0] == level
        assert levels(one) == {level}


def levels(person: Person) -> set[str]:
    rows = queries.entitled(on=TODAY).periods.to_pylist()
    return {row["level"] for row in rows if row["person_id"] == person.pk}


def test_of_two_insurances_the_one_that_comes_first_counts(clerk, city: Organisation) -> None:
    one = register(city)
    for name, levy, first, through in (
        ("resident", "居民医保费", *YEAR),
        ("employee", "基本医疗", date(2026, 6, 1), date(2026, 6, 30)),
    ):
        enrol(one, name, first)
        pay(one, name, levy, first, through, first)
    assert on(one, date(2026, 6, 30)) == {"employee": ("full", "已缴费"), "resident": ("none", "重复参保")}
    assert on(one, date(2026, 5, 31)) == {"resident": ("full", "已缴费")}


def test_death_is_the_last_day(clerk, city: Organisation) -> None:
    one = register(city)
    enrol(one, "resident", YEAR[0])
    pay(one, "resident", "居民医保费", *YEAR, YEAR[0])
    one.died = date(2026, 6, 14)
    one.save()
    assert on(one) == {}
    assert levels(one) == set()
    assert on(one, date(2026, 6, 14)) == {"resident": ("full", "已缴费")}


def test_what_was_paid_under_a_number_that_was_merged_counts(clerk, city: Organisation) -> None:
    kept, dropped = register(city), register(city, 3)
    enrol(kept, "resident", YEAR[0])
    pay(dropped, "resident", "居民医保费", *YEAR, YEAR[0])
    assert on(kept)["resident"][0] == "none"
    dropped.merged_into = kept
    dropped.save()
    assert on(kept)["resident"][0] == "full"
    assert on(dropped) == on(kept)
    assert levels(kept) == {"full"}


def test_all_at_once_as_one_by_one(clerk, city: Organisation) -> None:
    people = [register(city, 2 * serial + 1, born=date(1980, 1, serial + 1)) for serial in range(6)]
    for number, one in enumerate(people):
        enrol(one, "resident", YEAR[0])
        if number % 3:
            pay(one, "resident", "居民医保费", *YEAR, date(2026, number, 1))
        if number == 4:
            commands.suspend(person_id=one.pk, insurance_name="resident", since=TODAY, reason="迁出")
    found = queries.entitled(on=TODAY)
    rows = {
        (r["person_id"], r["scheme"], r["fund"], r["level"], r["reason"], r["cite"]) for r in found.periods.to_pylist()
    }
    assert rows == {
        (one.pk, p.scheme, p.fund, p.level, p.reason, p.cite)
        for one in people
        for p in queries.entitlement_of(person_id=one.pk, on=TODAY)
    }
    assert {reason for *_, reason, _ in rows} >= {"欠费", "已缴费", "暂停参保"}
    assert found.refused == {}


def test_another_county_sees_nobody_and_looking_is_written_down(clerk, city: Organisation) -> None:
    one = register(city)
    enrol(one, "resident", YEAR[0])
    on(one)
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.kind, entry.name, entry.persons) == ("read", "entitlement.of", [one.pk])
    with acting_as(add_user("clerk", organisation("agency", organisation("agency")))):
        with pytest.raises(ProblemError, match="A114"):
            on(one)
        assert queries.entitled(on=TODAY).periods.num_rows == 0
    with acting_as(add_user("auditor", city)):
        for look in (lambda: on(one), lambda: queries.entitled(on=TODAY)):
            with pytest.raises(ProblemError, match="A101"):
                look()


AGE_AND_SEX = ", when: 到龄 is 是"
BY_AGE = """lists: {resumed: [是, 否], sex: [男, 女, 未知]}
classes:
  到龄:
    values:
      是: sex is 男 and age >= 60 or sex is 女 and age >= 55
      否: sex is 男 and age < 60 or sex is 女 and age < 55
"""


def test_a_rule_may_ask_for_sex_and_age(record: None, tmp_path: Path) -> None:
    """Men from 60 and women from 55 on; what nobody asks for keeps people with one history together."""
    pack = build(tmp_path, AGE_AND_SEX, "", vocabulary=BY_AGE)
    with clock.at(TODAY):
        put_pack_in_force(pack)
        city = organisation("agency", organisation("agency"))
        with acting_as(add_user("clerk", city)):
            born = [date(1966, 6, 1), date(1966, 6, 2), date(1971, 6, 1), date(1971, 6, 2)]
            people = [register(city, 1 + number // 2, born=day) for number, day in enumerate(born)]
            for one in people:
                commands.enrol(person_id=one.pk, insurance_name="resident", since=date(2026, 6, 1))
                pay(one, "resident", "费", date(2026, 6, 1), date(2026, 6, 30), date(2026, 6, 1))
            with_rule = [queries.entitlement_of(person_id=one.pk, on=TODAY) != [] for one in people]
            bulk = {row["person_id"] for row in queries.entitled(on=TODAY).periods.to_pylist()}
    assert with_rule == [one.pk in bulk for one in people]
    assert with_rule == [True, False, True, False]
