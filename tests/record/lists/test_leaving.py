"""特病单议: one application at a time, open until it is decided by another; totals of groups name nobody."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.record.conftest import record, server
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.lists.stage import TODAY, settled
from tests.record.lists.test_uploading import Place, refused
from tests.record.orgs.people import organisation
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.lists import groups, leaving
from tongchou.record.lists.leaving import apply_exit, change_exit, decide_exit, withdraw_exit
from tongchou.record.lists.models import ExitApplication, Grouping
from tongchou.record.settlement.reversing import reverse

__all__ = ["record", "server"]
SAID = {"exit_fund_payamt": "500", leaving.ITEMS: [{"cnt": "1"}]}
MONTH = date(2025, 6, 1)


@pytest.fixture
def place(record: None) -> Iterator[Place]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        event = settled(city)
        yield Place(city, event, {"310100": event.total - event.cash})


def applied(place: Place) -> ExitApplication:
    with place.hospital():
        return apply_exit(event_id=place.event.pk, kind="1", why="费用极高", said=SAID)


def test_there_must_be_a_list_and_no_other_application(place: Place) -> None:
    refused("N354", applied, place)
    made = place.upload()
    one = applied(place)
    assert (one.state, leaving.said_of(one), leaving.items_of(made)) == ("applied", SAID, [{"cnt": "1"}])
    refused("N377", applied, place)
    with place.hospital():
        withdraw_exit(application_id=one.pk)
        assert withdraw_exit(application_id=one.pk).state == "withdrawn"  # again changes nothing
        refused("N378", change_exit, application_id=one.pk, kind="", why="x", said={})
    assert leaving.items_of(made) == []
    assert applied(place).pk != one.pk


def test_what_is_not_said_again_stays(place: Place) -> None:
    place.upload()
    one = applied(place)
    with place.hospital():
        changed = change_exit(application_id=one.pk, kind="", why="住院过长", said={"memo": "补充"})
    assert (changed.kind, changed.reason) == ("1", "住院过长")
    assert leaving.said_of(changed) == SAID | {"memo": "补充"}


def test_it_takes_another_to_decide_and_stays_decided(place: Place) -> None:
    place.upload()
    with place.agency(7):
        one = apply_exit(event_id=place.event.pk, kind="", why="x", said={})
        refused("A112", decide_exit, application_id=one.pk, approve=True, reason="同意")
    with place.agency(8):
        assert decide_exit(application_id=one.pk, approve=False, reason="不符合条件").opinion == "不符合条件"
        refused("N378", decide_exit, application_id=one.pk, approve=True, reason="同意")
        refused("A114", decide_exit, application_id=one.pk + 1, approve=True, reason="同意")
    with pytest.raises(IntegrityError), transaction.atomic():
        ExitApplication.objects.update(decided_by=7)
    assert applied(place).state == "applied"  # after a refusal it may be asked for anew


def test_of_a_settlement_that_was_reversed_nothing_is_decided(place: Place) -> None:
    place.upload()
    one = applied(place)
    reverse(event_id=place.event.pk, reason="结错")
    with place.agency(8):
        refused("N351", decide_exit, application_id=one.pk, approve=True, reason="同意")
    refused("N351", applied, place)


def test_another_institution_sees_nothing_and_looks_are_in_the_trail(place: Place) -> None:
    place.upload()
    one = applied(place)
    other = settled(place.city)
    with place.hospital(other):
        assert not leaving.applications().exists()
        refused("A114", leaving.application, application_id=one.pk)
        refused("N379", withdraw_exit, application_id=one.pk)
        refused("A101", decide_exit, application_id=one.pk, approve=True, reason="x")
    leaving.application(application_id=one.pk)
    assert Entry.objects.filter(name="lists.application").latest("id").persons == [place.event.person_id]


def test_totals_count_every_institution_and_name_none(place: Place) -> None:
    made = place.upload()
    plain = {"version": 1, "month": MONTH, "at": clock.now(), "scheme": "DRG", "weight": Decimal(1)}
    Grouping.objects.create(of=made, code="HC15", name="胆囊切除", **plain)
    elsewhere = settled(place.city)
    theirs = Place(place.city, elsewhere, {"310100": elsewhere.total - elsewhere.cash}).upload()
    Grouping.objects.create(of=theirs, why_none="主要诊断无效", **plain)
    with place.hospital(elsewhere):
        (total,) = groups.institution_totals(scheme="DRG", month=MONTH)  # what fits no group is in no total
        code = place.event.institution.code
        assert (total.alias, total.groups, total.cases, total.total) == (groups.alias(code), 1, 1, 10_000_00)
        assert code not in total.alias
        (group,) = groups.group_totals(scheme="DRG", month=MONTH, institution=total.alias)
        assert (group.code, group.cases, group.total) == ("HC15", 1, 10_000_00)
        assert not groups.group_totals(scheme="DRG", month=MONTH, institution=code)
        assert not groups.group_totals(scheme="DIP", month=MONTH, institution=total.alias)
        assert [one.of_id for one in groups.groupings(scheme="DRG", month=MONTH)] == [theirs.pk]
    reverse(event_id=place.event.pk, reason="结错")
    assert not groups.institution_totals(scheme="DRG", month=MONTH)


def test_a_group_has_a_code_or_says_why_none(place: Place) -> None:
    plain = {"of": place.upload(), "version": 1, "scheme": "DIP", "at": clock.now()}
    for broken in ({"month": MONTH}, {"month": date(2025, 6, 2), "code": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grouping.objects.create(**plain, **broken)
