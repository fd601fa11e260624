"""Registering a visit: who, where, under which agreement, with which facts; and what becomes of it."""

from datetime import date, timedelta

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.visits.stage import MAY, SEEN, agreed, line, registered
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.filings.models import Filing
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Identity
from tongchou.record.providers.models import Agreement, Suspension
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle
from tongchou.record.visits.charging import charge
from tongchou.record.visits.models import Charge, Visit
from tongchou.record.visits.registering import cancel, change, discharge, register, undo_discharge

TODAY = date(2025, 6, 3)
SYSTEM = system("look")
ADMISSION = {"facts_of_visit": {**SEEN, "入院方式": "普通"}, "stay": True, "filing": "住院登记"}


@pytest.fixture
def city(record: None):
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def test_the_same_registration_is_answered_by_the_same_visit(city: Organisation) -> None:
    at, person = agreed(hospital(city)), retired(city)
    one = registered(at, person, number="8001")
    assert (one.state, one.discharged, one.facts) == ("discharged", MAY, {"place": "市内"})
    assert registered(at, person, number="8001") == one
    with pytest.raises(ProblemError, match="V201"):
        registered(at, person, number="8001", day=MAY + timedelta(days=1))
    with pytest.raises(ProblemError, match="V201"):
        registered(at, retired(city), number="8001")
    assert Visit.objects.count() == 1
    assert registered(agreed(hospital(city)), person, number="8001") != one  # another hospital counts for itself


@pytest.mark.parametrize(
    "fact",
    ["category", "status", "birth_date", "level", "months", "sex", "age", "公务员", "年龄段", "referral", "filing",
     "家庭病床", "diseases", "账户余额", "item", "in_disease_scope", "settled", "用工"],
)  # fmt: skip
def test_an_institution_does_not_say_what_the_record_knows(city: Organisation, fact: str) -> None:
    words = {
        "category": "特困",
        "status": "退休",
        "birth_date": "1990-01-01",
        "level": "一级",
        "sex": "男",
        "item": "甲类",
    }
    words |= {"年龄段": "高龄", "referral": "上转", "filing": "转诊", "settled": "2025-05-10", "用工": "单位职工"}
    value = words.get(fact, "12" if fact in ("months", "age", "账户余额") else "是")
    with pytest.raises(ProblemError, match="V203"):
        registered(agreed(hospital(city)), retired(city), facts_of_visit={**SEEN, fact: value})


def test_words_of_a_fact_are_the_regions(city: Organisation) -> None:
    at, person = agreed(hospital(city)), retired(city)
    for facts, code in (({"place": "火星"}, "C004"), ({"没有的": "x"}, "C033")):
        with pytest.raises(ProblemError, match=code):
            registered(at, person, facts_of_visit=facts)


def test_kind_person_day_and_agreement(city: Organisation) -> None:
    at, person = agreed(hospital(city), "普通门诊"), retired(city)
    for given, code in (
        ({"kind": "散步"}, "V202"),
        ({"kind": "年末倾斜救助"}, "V202"),
        ({"kind": "住院"}, "V204"),
        ({"day": date(2024, 12, 31)}, "V104"),
        ({"day": TODAY + timedelta(days=1)}, "V208"),
    ):
        with pytest.raises(ProblemError, match=code):
            registered(at, person, **given)
    dead = retired(city)
    dead.died = MAY - timedelta(days=1)
    dead.save()
    with pytest.raises(ProblemError, match="V205"):
        registered(at, dead)
    found = Agreement.objects.get(institution=at)
    Suspension.objects.create(agreement=found, during=days(MAY, MAY), why="整改")
    with pytest.raises(ProblemError, match="整改"):
        registered(at, person)
    assert registered(at, person, day=MAY + timedelta(days=1)).state == "discharged"


def test_a_hospital_names_the_person_by_the_certificate(city: Organisation) -> None:
    at, person = agreed(hospital(city)), retired(city)
    office = add_user("hospital", at.organisation)
    card = Identity.objects.get(person=person)
    given = {"institution_id": at.pk, "scheme": "employee", "kind": "普通门诊", "admitted": MAY, "facts_of_visit": SEEN}
    with acting_as(office):
        made = register(number="1", certificate=(card.kind, card.number), **given)
        for whom in ({"person_id": person.pk}, {}):
            with pytest.raises(ProblemError, match="A114"):
                register(number="2", **whom, **given)
    assert made.person == person
    other = add_user("hospital", hospital(city).organisation)
    with acting_as(other), pytest.raises(ProblemError, match="A114"):
        register(number="3", certificate=(card.kind, card.number), **given)
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A101"):
        register(number="3", person_id=person.pk, **given)


def test_an_admission_is_registered_in_time(city: Organisation) -> None:
    """ninghe §10: within three working days from the day after; a late one waits for the agency (BEN-11)."""
    at, person = agreed(hospital(city)), retired(city)
    with acting_as(add_user("hospital", at.organisation)):
        card = Identity.objects.within(SYSTEM).get(person=person)
        given = {"institution_id": at.pk, "scheme": "employee", "kind": "住院", **ADMISSION}
        by_card = {**given, "certificate": (card.kind, card.number)}
        one = register(number="1", admitted=date(2025, 5, 29), **by_card)  # 30 May and 3 June are worked
        assert (one.filing.state, one.filing.type) == ("approved", "住院登记")
        with pytest.raises(ProblemError, match="F010"):  # not before the first stay is over
            register(number="2", admitted=TODAY, **by_card)
        discharge(visit_id=one.pk, day=date(2025, 6, 1))
        two = register(number="2", admitted=TODAY, **by_card)
    row = Filing.objects.get(id=one.filing_id)
    assert (row.state, row.during.upper) == ("withdrawn", date(2025, 6, 2))
    cancel(visit_id=two.pk, reason="未入院")
    assert Filing.objects.get(id=two.filing_id).during.isempty
    late = retired(city)
    card = Identity.objects.get(person=late)
    with acting_as(add_user("hospital", at.organisation)):
        by_card["certificate"] = (card.kind, card.number)
        assert register(number="3", admitted=date(2025, 5, 20), **by_card).filing.state == "submitted"


def test_a_stay_is_discharged_and_taken_up_again(city: Organisation) -> None:
    at, person = agreed(hospital(city)), retired(city)
    stay = registered(at, person, "住院", stay=True)
    assert (stay.state, stay.discharged) == ("open", None)
    charge(visit_id=stay.pk, lines=[line("1", 5_000_00, MAY + timedelta(days=3))])
    for day in (MAY + timedelta(days=2), TODAY + timedelta(days=1)):
        with pytest.raises(ProblemError, match="V208"):
            discharge(visit_id=stay.pk, day=day)
    for _ in range(2):
        assert discharge(visit_id=stay.pk, day=TODAY).state == "discharged"
    with pytest.raises(ProblemError, match="V207"):
        discharge(visit_id=stay.pk, day=MAY + timedelta(days=5))
    event = settle(visit_id=stay.pk)
    with pytest.raises(ProblemError, match="V206"):
        undo_discharge(visit_id=stay.pk, reason="又住")
    reverse(event_id=event.pk, reason="又住")
    assert undo_discharge(visit_id=stay.pk, reason="又住").state == "open"
    with pytest.raises(ProblemError, match="V207"):
        undo_discharge(visit_id=stay.pk, reason="又住")


def test_a_long_stay_is_settled_in_parts(city: Organisation) -> None:
    """The second bill of a stay pays no deductible again, and its discharge may be undone: it was settled before."""
    at, person = agreed(hospital(city)), retired(city)
    stay = registered(at, person, "住院", stay=True)
    charge(visit_id=stay.pk, lines=[line("1", 5_000_00)])
    first = settle(visit_id=stay.pk)
    charge(visit_id=stay.pk, lines=[line("2", 5_000_00, TODAY)])
    with clock.at(TODAY + timedelta(days=1)):
        discharge(visit_id=stay.pk, day=TODAY)
        undo_discharge(visit_id=stay.pk, reason="未出院")
        discharge(visit_id=stay.pk, day=TODAY)
        second = settle(visit_id=stay.pk)
    due = [next(row for row in event.trace if row["layer"] == "pool")["deductible_due"] for event in (first, second)]
    assert due == [800_00, 0]
    whole = registered(at, retired(city), "住院", stay=True)
    charge(visit_id=whole.pk, lines=[line("1", 10_000_00)])
    assert settle(visit_id=whole.pk).cash == first.cash + second.cash


def test_facts_are_corrected_until_it_is_settled(city: Organisation) -> None:
    at, person = agreed(hospital(city)), retired(city)
    one = registered(at, person)
    changed = change(visit_id=one.pk, facts_of_visit={"place": "市外"}, episode="E1", reason="录入错误")
    assert (changed.facts, changed.episode, changed.kind) == ({"place": "市外"}, "E1", "普通门诊")
    with pytest.raises(ProblemError, match="V204"):
        change(visit_id=one.pk, kind="门诊慢特病", reason="录入错误")
    change(visit_id=one.pk, facts_of_visit=SEEN, kind="药店购药", reason="录入错误")
    charge(visit_id=one.pk, lines=[line("1", 100_00)])
    event = settle(visit_id=one.pk)
    for command, given in ((change, {"episode": "E2"}), (cancel, {})):
        with pytest.raises(ProblemError, match="V206"):
            command(visit_id=one.pk, reason="x", **given)
    reverse(event_id=event.pk, reason="错")
    assert cancel(visit_id=one.pk, reason="错").state == "cancelled"
    assert not Charge.objects.filter(visit=one, withdrawn=None).exists()
    for command in (cancel, change):
        with pytest.raises(ProblemError, match="V109"):
            command(visit_id=one.pk, reason="x")
    with pytest.raises(ProblemError, match="V109"):
        settle(visit_id=one.pk)
