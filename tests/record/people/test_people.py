"""Persons: certificates, duplicates, households, categories, and who may see what."""

import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from hypothesis import given
from hypothesis import strategies as st

from tests.record.base.test_lock import both_at_once
from tests.record.orgs.people import acting_as, add_user, everything, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.fields import finder
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import Organisation
from tongchou.record.people import commands, dying, merging, queries
from tongchou.record.people.identity import certificate, check_digit
from tongchou.record.people.models import Household, Identity, Membership, Merge, Person


def card(born: date = date(1990, 3, 7), number: int = 1) -> str:
    """A resident card's number that holds; even numbers are women's."""
    first = f"110101{born:%Y%m%d}{number:03d}"
    return first + check_digit(first)


def register(agency: Organisation, serial: int = 1, **changes: object) -> Person:
    born = changes.pop("born", date(1990, 3, 7))
    given_: dict = {
        "agency": agency.id,
        "kind": "01",
        "number": card(born, serial),
        "name": "王小明",
        "born": born,
        "sex": "男" if serial % 2 else "女",
        **changes,
    }
    return commands.register(**given_)


@pytest.fixture
def city(record: None) -> Organisation:
    return organisation("agency", organisation("agency"))


@pytest.fixture
def clerk(city: Organisation):
    with acting_as(add_user("clerk", city)) as actor:
        yield actor


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)), st.integers(0, 999), st.integers(0, 17))
def test_one_wrong_character_of_a_card_is_noticed(born: date, number: int, at: int) -> None:
    good = card(born, number)
    assert certificate("01", good).born == born
    for digit in "0123456789X":
        if digit != good[at]:
            with pytest.raises(ProblemError, match="P102"):
                certificate("01", good[:at] + digit + good[at + 1 :])


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("77", card(), "P101"),
        ("01", card()[:-1], "P102"),
        ("01", "", "P102"),
        ("01", "110101199002300017", "P102"),
        ("01", card(date(2999, 1, 1)), "P102"),
        ("08", "E1;DROP", "P102"),
        ("08", "护照一二三四", "P102"),
    ],
)
def test_what_cannot_be_a_certificate(kind: str, number: str, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        certificate(kind, number)


def test_only_a_resident_card_is_held_to_its_check_digit() -> None:
    assert certificate("08", " e1234567８ ").number == "E12345678"
    assert certificate("17", "810000199408230021").born is None


def test_a_mask_hides_all_but_the_ends() -> None:
    assert certificate("01", card()).masked == "110101" + "*" * 11 + card()[-1]
    assert certificate("08", "E1234567").masked == "E*******"


def test_somebody_registered_is_found_and_shown_masked(clerk, city: Organisation) -> None:
    found = register(city, phone="13800001234")
    (seen,) = queries.find(kind="01", number=card())
    assert seen.id == found.id
    assert (seen.name, seen.phone) == ("王小明", "*******1234")
    assert seen.certificates == (("01", certificate("01", card()).masked),)
    assert [one.id for one in queries.find(name="王小明", born=date(1990, 3, 7))] == [found.id]
    assert queries.find(name="王小明", born=date(1990, 3, 8)) == []
    with pytest.raises(ProblemError, match="P103"):
        queries.find()


def test_to_see_in_full_takes_a_permission_and_a_reason(city: Organisation) -> None:
    with acting(system_actor("stage", "people.write")):
        found = register(city)
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A101"):
        queries.look_at(number=found.id, reason="核对", in_full=True)
    with acting_as(add_user("reviewer", city)):
        with pytest.raises(ProblemError, match="A102"):
            queries.look_at(number=found.id, in_full=True)
        assert queries.look_at(number=found.id, reason="核对", in_full=True).certificates == (("01", card()),)
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.kind, entry.persons, entry.reason) == ("read", [found.id], "核对")


def test_nothing_about_a_person_can_be_read_in_the_database(clerk, city: Organisation) -> None:
    register(city, phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT person::text FROM person")
        people = cursor.fetchall()
        cursor.execute("SELECT identity::text FROM identity")
        text = str(people + cursor.fetchall())
    for secret in ("王小明", card(), "13800001234", "王小明".encode().hex(), card().encode().hex()):
        assert secret not in text


def test_a_certificate_belongs_to_one_person_in_the_whole_region(clerk, city: Organisation) -> None:
    register(city)
    elsewhere = organisation("agency", organisation("agency"))
    with acting_as(add_user("clerk", elsewhere)), pytest.raises(ProblemError, match="P104"):
        register(elsewhere)


@pytest.mark.parametrize(
    "changes", [{"sex": "女"}, {"born": date(1991, 3, 7), "number": card()}, {"name": " "}, {"sex": "?"}]
)
def test_what_contradicts_the_card_is_refused(clerk, city: Organisation, changes: dict) -> None:
    with pytest.raises(ProblemError, match=r"P10[256]"):
        register(city, **changes)
    assert not Person.objects.exists()


def test_a_newborn_keeps_their_number_when_the_card_comes(clerk, city: Organisation) -> None:
    mother = register(city, 2)
    born = date(2026, 1, 1)
    home = mother.memberships.get().household_id
    baby = register(city, 4, kind="99", number="C450100001", born=born, household=home)
    assert baby.provisional
    commands.add_certificate(person_id=baby.id, kind="01", number=card(born, 4), reason="落户")
    seen = queries.look_at(number=baby.id)
    assert (seen.provisional, seen.household) == (False, home)
    assert [kind for kind, _ in seen.certificates] == ["01"]
    assert [one.id for one in queries.find(kind="99", number="C450100001")] == [baby.id]


@pytest.mark.parametrize("kept", [0, 1])
def test_a_newborn_registered_again_with_a_card_is_provisional_no_more(city: Organisation, kept: int) -> None:
    born = date(2026, 1, 1)
    with acting_as(add_user("clerk", city)):
        rows = [register(city, 4, kind="99", number="C450100001", born=born), register(city, 4, born=born)]
        case = merging.open_merge(keep=rows[kept].pk, drop=rows[1 - kept].pk, reason="出生证明")
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.pk, same=True, reason="核对")
        seen = queries.look_at(number=rows[0].pk)
        assert (seen.id, seen.provisional) == (rows[kept].pk, False)
        assert [kind for kind, _ in seen.certificates] == ["01"]
        assert [one.id for one in queries.find(kind="99", number="C450100001")] == [rows[kept].pk]


def test_a_neighbouring_city_sees_nobody(clerk, city: Organisation) -> None:
    found = register(city)
    other = organisation("agency", organisation("agency"))
    with acting_as(add_user("clerk", other)):
        assert queries.find(kind="01", number=card()) == []
        with pytest.raises(ProblemError, match="A114"):
            queries.look_at(number=found.id)
        with pytest.raises(ProblemError, match="A114"):
            commands.correct(person_id=found.id, name="别人", reason="x")


@pytest.mark.parametrize("model", [Person, Household, Identity, Membership])
def test_without_a_scope_nothing_is_read(record: None, model: type) -> None:
    with pytest.raises(RuntimeError, match="no scope"):
        list(model.objects.all())
    with scoped(system("look")):
        assert list(model.objects.all()) == []


def test_moving_ends_one_membership_and_begins_another(clerk, city: Organisation) -> None:
    one, two = register(city, 1), register(city, 3)
    home = two.memberships.get().household_id
    commands.move(person_id=one.id, household=home, since=date(2026, 7, 1), reason="结婚")
    periods = [(str(m.during.lower), str(m.during.upper)) for m in one.memberships.order_by("during")]
    assert periods == [("1990-03-07", "2026-07-01"), ("2026-07-01", "None")]
    with pytest.raises(ProblemError, match="P108"):
        commands.move(person_id=one.id, since=date(2026, 6, 1), reason="更早")


def test_the_database_keeps_households_apart(clerk, city: Organisation) -> None:
    one = register(city)
    with pytest.raises(DatabaseError, match="one_household_at_a_time"):
        Membership.objects.create(
            person=one, household=Household.objects.create(agency=city), during=(date(2020, 1, 1), None)
        )


def test_a_category_has_evidence_and_an_end(clerk, city: Organisation) -> None:
    one = register(city)
    given_ = {
        "issuer": "市民政局",
        "evidence": "低保证 2026-17",
        "since": date(2026, 1, 1),
        "through": date(2026, 12, 31),
    }
    poor = commands.categorise(person_id=one.id, name="低保", reason="导入", **given_)
    commands.categorise(person_id=one.id, name="重度残疾", reason="导入", **given_)
    with pytest.raises(ProblemError, match="P110"):
        commands.categorise(person_id=one.id, name="低保", reason="导入", **given_)
    with pytest.raises(ProblemError, match="P109"):
        commands.categorise(person_id=one.id, name="特困", reason="导入", **{**given_, "evidence": " "})
    commands.end_category(category_id=poor.id, last=date(2026, 6, 30), reason="退出")
    with clock.at(date(2026, 6, 30)):
        assert queries.look_at(number=one.id).categories == ("低保", "重度残疾")
    with clock.at(date(2026, 7, 1)):
        assert queries.look_at(number=one.id).categories == ("重度残疾",)


def test_employment(clerk, city: Organisation) -> None:
    one, firm = register(city), organisation("employer", city)
    commands.employ(person_id=one.id, employer=firm.id, since=date(2026, 1, 1))
    with pytest.raises(ProblemError, match="P111"):
        commands.employ(person_id=one.id, employer=firm.id, since=date(2026, 2, 1))
    with pytest.raises(ProblemError, match="P111"):
        commands.employ(person_id=one.id, employer=city.id, since=date(2026, 2, 1))
    assert commands.dismiss(person_id=one.id, employer=firm.id, last=date(2026, 3, 31)).during.upper == date(2026, 4, 1)
    with pytest.raises(ProblemError, match="A114"):
        commands.dismiss(person_id=one.id, employer=firm.id, last=date(2026, 4, 1))


def test_death_is_recorded_once(clerk, city: Organisation) -> None:
    one = register(city)
    for day in (date(1980, 1, 1), clock.today() + timedelta(days=1)):
        with pytest.raises(ProblemError, match="P107"):
            dying.record_death(person_id=one.id, on=day, reason="证明")
    dying.record_death(person_id=one.id, on=date(2026, 1, 1), reason="证明")
    with pytest.raises(ProblemError, match="P107"):
        dying.record_death(person_id=one.id, on=date(2026, 1, 2), reason="证明")


def test_one_person_twice_is_merged_by_two_people(city: Organisation) -> None:
    with acting_as(add_user("clerk", city)):
        one = register(city)
        two = register(city, 3, kind="08", number="E12345678")
        commands.categorise(
            person_id=two.id,
            name="低保",
            issuer="民政局",
            evidence="x",
            since=date(2026, 1, 1),
            through=None,
            reason="x",
        )
        assert queries.alike() == [(one.id, two.id)]
        case = merging.open_merge(keep=one.id, drop=two.id, reason="同名同日")
        with pytest.raises(ProblemError, match="P112"):
            merging.open_merge(keep=one.id, drop=two.id, reason="又一次")
        with pytest.raises(ProblemError, match="A101"):
            merging.decide_merge(case_id=case.id, same=True, reason="自己审")
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.id, same=True, reason="核对护照")
        with pytest.raises(ProblemError, match="P113"):
            merging.decide_merge(case_id=case.id, same=False, reason="再审")
        seen = queries.look_at(number=two.id)
        assert seen.id == one.id
        assert [kind for kind, _ in seen.certificates] == ["01", "08"]
        assert queries.alike() == []
        assert Person.objects.get(id=one.id).categories.count() == 1


def test_what_both_rows_have_at_once_is_put_right_first(city: Organisation) -> None:
    with acting_as(add_user("clerk", city)):
        one, two = register(city), register(city, 3, kind="08", number="E12345678")
        for each in (one, two):
            commands.categorise(
                person_id=each.id, name="低保", issuer="民政局", evidence="x", since=one.born, through=None, reason="x"
            )
        case = merging.open_merge(keep=one.id, drop=two.id, reason="同名同日")
    with acting_as(add_user("reviewer", city)), pytest.raises(ProblemError, match="P114"):
        merging.decide_merge(case_id=case.id, same=True, reason="核对")
    with scoped(system("look")):
        case.refresh_from_db()
        assert case.state == "open"
        assert two.memberships.count() == 1


def test_whoever_signs_in_as_the_dropped_row_is_the_kept_one(city: Organisation) -> None:
    user = add_user("insured", organisation("public"))
    with acting_as(add_user("clerk", city)):
        one, two = register(city), register(city, 3, kind="08", number="E12345678")
        home = two.memberships.get().household_id
        case = merging.open_merge(keep=one.id, drop=two.id, reason="同名同日")
    with scoped(system("stage")):
        user.person = two.id
        user.save()
    with acting_as(add_user("reviewer", city)):
        merging.decide_merge(case_id=case.id, same=True, reason="核对")
    with acting_as(user):
        assert queries.look_at(number=one.id).id == one.id
    assert Merge.objects.get(case=case).moved["gave way"] == [[home, "1990-03-07", "None"]]


def test_whoever_opened_a_case_does_not_decide_it(city: Organisation) -> None:
    both = system_actor("x", "people.write", "people.merge", "people.read")
    user = add_user("clerk", city)
    both = type(both)("x", both.scope, both.permissions, user=user.id)
    with acting(both):
        one, two = register(city), register(city, 3)
        case = merging.open_merge(keep=one.id, drop=two.id, reason="x")
        with pytest.raises(ProblemError, match="A112"):
            merging.decide_merge(case_id=case.id, same=True, reason="x")


def test_one_certificate_registered_twice_at_once_is_registered_once(own_database: str) -> None:
    city = organisation("agency", organisation("agency"))

    def work() -> None:
        with acting(system_actor("race", "people.write")):
            register(city)

    found = both_at_once(work)
    assert [type(error).__name__ for error in found] == ["ProblemError"]
    with scoped(system("look")):
        assert Person.objects.count() == Identity.objects.count() == 1


def test_the_same_without_the_lock_is_stopped_by_the_constraint(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "lock", lambda *keys: None)
    test_one_certificate_registered_twice_at_once_is_registered_once(own_database)


def test_a_person_sees_themselves_alone(city: Organisation) -> None:
    with acting(system_actor("stage", "people.write")):
        me, other = register(city), register(city, 3)
    with everything():
        public = organisation("public")
    user = add_user("insured", public)
    user.person = me.id
    with scoped(system("stage")):
        user.save()
    with acting_as(user):
        assert queries.look_at(number=me.id).id == me.id
        with pytest.raises(ProblemError, match="A114"):
            queries.look_at(number=other.id)


def test_names_are_found_by_all_of_them(clerk, city: Organisation) -> None:
    one = register(city)
    commands.correct(person_id=one.id, name="王晓明", reason="写错")
    before, after = Entry.objects.filter(name__startswith="people.correct").order_by("id")
    assert json.loads(before.details)["name"] == "王小明"
    assert json.loads(after.details)["name"] == "王晓明"
    assert queries.find(name="王小明", born=one.born) == []
    assert [seen.name for seen in queries.find(name="王晓明", born=one.born)] == ["王晓明"]
    assert finder("王晓明", "name") != finder("王小明", "name")
