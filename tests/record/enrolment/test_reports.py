"""Gaps, doubles, who was never enrolled, and the enrolment rate."""

from datetime import date
from fractions import Fraction

import pytest
from psycopg.types.range import DateRange

from tests.record.contributions.stage import put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.enrolment import reports
from tongchou.record.enrolment.models import Spell
from tongchou.record.enrolment.reports import Double, Gap
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import certificate
from tongchou.record.people.models import Person

YEAR = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
ON = date(2026, 6, 15)


@pytest.fixture
def city(record: None) -> Organisation:
    put_in_force()
    return organisation("agency", organisation("agency"))


@pytest.fixture
def clerk(city: Organisation):
    with acting_as(add_user("clerk", city)) as actor:
        yield actor


def held(person: Person, name: str, first: date, end: date | None = None, suspended: bool = False) -> None:
    Spell.objects.create(person=person, insurance=name, during=DateRange(first, end), suspended=suspended)


def test_gaps_are_days_between_two_spells_and_suspension_is_none(clerk, city: Organisation) -> None:
    one, two = register(city), register(city, 3)
    held(one, "resident", date(2025, 1, 1), date(2026, 1, 1))
    held(one, "resident", date(2026, 1, 1), date(2026, 3, 1), suspended=True)
    held(one, "resident", date(2026, 4, 1), date(2026, 5, 1))
    held(one, "maternity", date(2026, 6, 1))
    held(two, "employee", date(2024, 1, 1), date(2024, 2, 1))
    held(two, "employee", date(2025, 12, 31))
    gap = Gap(one.pk, "resident", date(2026, 3, 1), date(2026, 3, 31))
    assert reports.gaps(**YEAR) == [gap]
    assert reports.gaps(first=date(2026, 3, 31), last=date(2026, 3, 31), insurance_name="resident") == [gap]
    assert (
        reports.gaps(first=date(2026, 4, 1), last=date(2026, 4, 1))
        == reports.gaps(**YEAR, insurance_name="employee")
        == []
    )
    assert len(reports.gaps(first=date(2025, 1, 1), last=date(2026, 12, 31))) == 2
    assert Entry.objects.order_by("-id")[0].persons == [one.pk, two.pk]
    with pytest.raises(ProblemError, match="E101"):
        reports.gaps(**YEAR, insurance_name="pension")


def test_two_insurances_are_a_double_only_where_one_gives_way(clerk, city: Organisation) -> None:
    one = register(city)
    held(one, "resident", date(2026, 1, 1), date(2027, 1, 1))
    held(one, "employee", date(2026, 3, 1), date(2026, 5, 1))
    held(one, "employee", date(2026, 5, 1), suspended=True)
    held(one, "maternity", date(2026, 1, 1))
    found = [Double(one.pk, "employee", "resident", date(2026, 3, 1), date(2026, 4, 30))]
    assert reports.duplicates(**YEAR) == found
    assert reports.duplicates(first=date(2026, 5, 1), last=date(2026, 12, 31)) == []
    held(one, "retired_cadres", date(2026, 12, 1))
    assert reports.duplicates(first=date(2026, 12, 1), last=date(2026, 12, 31))[0].counts == "retired_cadres"


def test_a_population_feed_tells_who_is_missing(clerk, city: Organisation) -> None:
    one, two, dead = register(city), register(city, 3), register(city, 5)
    for person in (one, dead):
        held(person, "resident", date(2026, 1, 1))
    held(two, "maternity", date(2026, 1, 1))
    dead.died = date(2026, 6, 14)
    dead.save()
    feed = [certificate("01", card(number=number)) for number in (1, 3, 7, 5, 1)]
    found = reports.never_enrolled(feed=feed, on=ON)
    assert (found.people, found.unknown, found.not_enrolled) == (4, (3,), (2, 4))
    rate = reports.rate_of_feed(feed=feed, name="公安户籍人口", on=ON)
    assert (rate.basis, rate.enrolled, rate.of, rate.rate) == ("公安户籍人口", 1, 4, Fraction(1, 4))
    other = register(city, 9)
    other.merged_into = one
    other.save()
    assert reports.rate_of_feed(feed=[certificate("01", card(number=9))], name="x", on=ON).rate == 1


def test_a_rate_has_a_denominator_with_a_name(clerk, city: Organisation) -> None:
    held(register(city), "employee", date(2026, 1, 1))
    suspended = register(city, 3)
    held(suspended, "resident", date(2026, 1, 1), suspended=True)
    rate = reports.rate_of_figure(figure=4, name="常住人口", on=ON)
    assert (rate.basis, rate.rate) == ("常住人口", Fraction(1, 4))
    for act in (
        lambda: reports.rate_of_figure(figure=0, name="常住人口", on=ON),
        lambda: reports.rate_of_feed(feed=[], name="x", on=ON),
    ):
        with pytest.raises(ProblemError, match="E112"):
            act()


def test_another_county_is_told_nothing(clerk, city: Organisation) -> None:
    one = register(city)
    held(one, "resident", date(2025, 1, 1), date(2026, 1, 1))
    held(one, "resident", date(2026, 2, 1))
    held(one, "employee", date(2026, 2, 1))
    feed = [certificate("01", card())]
    with acting_as(add_user("clerk", organisation("agency", organisation("agency")))):
        assert reports.gaps(**YEAR) == reports.duplicates(**YEAR) == []
        assert reports.never_enrolled(feed=feed, on=ON).unknown == (1,)
        assert reports.rate_of_figure(figure=1, name="x", on=ON).enrolled == 0
    with acting_as(add_user("auditor", city)):
        for act in (
            lambda: reports.gaps(**YEAR),
            lambda: reports.duplicates(**YEAR),
            lambda: reports.never_enrolled(feed=feed, on=ON),
            lambda: reports.rate_of_feed(feed=feed, name="x", on=ON),
            lambda: reports.rate_of_figure(figure=1, name="x", on=ON),
        ):
            with pytest.raises(ProblemError, match="A101"):
                act()
