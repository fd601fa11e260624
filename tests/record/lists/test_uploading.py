"""A list is kept by versions, and goes from the institution to the agency and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.record.conftest import own_database, record, server
from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.lists.stage import DIAGNOSIS, INTENSIVE, TODAY, paid, settled, sheet
from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.lists import queries
from tongchou.record.lists.models import Diagnosed, IntensiveCare, Operated, SettlementList, Version
from tongchou.record.lists.sheet import Sheet
from tongchou.record.lists.states import Change, decide, set_states
from tongchou.record.lists.uploading import upload
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS, ROLES
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import reverse

__all__ = ["own_database", "record", "server"]


@dataclass
class Place:
    city: Organisation
    event: Event
    funds: dict[str, int]

    def hospital(self, of: Event | None = None) -> Any:
        """The institution's software acts."""
        where = (of or self.event).institution.organisation_id
        return acting(Actor("op01", Scope("provider", where), frozenset(ROLES["hospital"].permissions)))

    def agency(self, user: int | None = None) -> Any:
        return acting(Actor("审核", Scope("agency", self.city.path), frozenset(PERMISSIONS), user=user))

    def sheet(self, **other: Any) -> Sheet:
        rows = {"payinfo": paid(self.funds), **other.pop("rows", {})}
        return sheet(rows=rows, **other)

    def upload(self, given: Sheet | None = None) -> SettlementList:
        with self.hospital():
            return upload(event_id=self.event.pk, sheet=given or self.sheet(), funds=self.funds)

    def set(self, state: str) -> SettlementList:
        with self.hospital():
            (one,) = set_states(changes=[Change(self.event.pk, state)])
        return one


@pytest.fixture
def place(record: None) -> Iterator[Place]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        event = settled(city)
        yield Place(city, event, {"310100": event.total - event.cash})


def refused(code: str, act: Any, *arguments: Any, **given: Any) -> ProblemError:
    with pytest.raises(ProblemError) as raised:
        act(*arguments, **given)
    assert raised.value.problems[0].code == code
    return raised.value


def test_what_grouping_reads_stands_in_columns(place: Place) -> None:
    rows = {
        "icuinfo": [INTENSIVE],
        "diseinfo": [DIAGNOSIS | {"diag_code": "I10.x00", "maindiag_flag": "0"}, DIAGNOSIS],
    }
    made = place.upload(place.sheet(rows=rows, vent_used_dura="0/2/30", adm_way="02"))
    assert (made.state, made.version) == ("0", 1)
    version = Version.objects.get(of=made)
    assert (version.main_code, version.ventilated, version.admitted_by) == ("K80.101", 150, "2")
    assert version.admitted_at == datetime(2025, 5, 10, 9, tzinfo=clock.CHINA)
    assert list(Diagnosed.objects.values_list("place", "code", "main")) == [(1, "I10.x00", False), (2, "K80.101", True)]
    assert [(one.code, one.main) for one in Operated.objects.all()] == [("51.2300", True)]
    assert [one.minutes for one in IntensiveCare.objects.all()] == [37 * 60 + 24]
    shown = queries.held(event_id=place.event.pk)
    assert shown.said["setlinfo"]["setl_end_date"] == "2025-05-15"
    assert "prfs" in shown.said["setlinfo"]
    assert "curr_addr" not in shown.said["setlinfo"]


def test_what_is_said_is_sealed(place: Place) -> None:
    place.upload(place.sheet(curr_addr="某市某路一号"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM settlement_list_version")
        ((sealed,),) = cursor.fetchall()
    assert "某路".encode() not in bytes(sealed)


def test_a_list_with_faults_is_refused_with_all_of_them_and_leaves_nothing(place: Place) -> None:
    error = refused("N355", place.upload, place.sheet(prfs=None, adm_way="x"))
    assert [one.code for one in error.problems] == ["N355", "N356"]
    assert not SettlementList.objects.exists()


def test_warnings_are_kept_as_findings(place: Place) -> None:
    place.upload(place.sheet(rows={"diseinfo": [DIAGNOSIS | {"diag_code": "W19.900"}]}))
    (found,) = queries.quality(month=date(2025, 6, 1))
    (version,) = found.held_versions
    assert [(one.code, one.section, one.row, one.field, one.value) for one in version.findings.all()] == [
        ("N389", "diseinfo", 1, "diag_code", "W19.900")
    ]
    assert not queries.quality(month=date(2025, 5, 1)).exists()


def test_a_later_list_takes_the_place_of_an_earlier_which_is_kept(place: Place) -> None:
    first = place.upload()
    place.set("1")
    again = place.upload(place.sheet(bill_no="2"))
    assert (again.pk, again.version, again.state) == (first.pk, 2, "0")
    assert queries.held(event_id=place.event.pk).said["setlinfo"]["bill_no"] == "2"
    assert Version.objects.filter(of=first).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(of=first).update(main_code="X")


def test_from_the_institution_to_the_agency_and_back(place: Place) -> None:
    refused("N354", place.set, "1")
    made = place.upload()
    refused("N353", place.set, "0")
    refused("N353", place.set, "2")
    assert place.set("1").state == "1"
    refused("N353", place.set, "1")
    refused("N353", place.set, "0")
    with place.agency(1):
        held = decide(list_id=made.pk, approve=False, reason="主要诊断不符")
    assert (held.state, held.opinion, held.decided_by) == ("3", "主要诊断不符", 1)
    assert place.set("0").state == "0"
    assert place.set("1").opinion == ""
    with place.agency(1):
        assert decide(list_id=made.pk, approve=True, reason="同意").state == "2"
        refused("N376", decide, list_id=made.pk, approve=False, reason="再看")
    for state in "013":
        refused("N353", place.set, state)
    refused("N352", place.upload)


def test_of_several_all_or_none_are_submitted(place: Place) -> None:
    place.upload()
    with doing_everything():
        other = settled(place.city)
    with doing_everything():
        refused("N354", set_states, changes=[Change(place.event.pk, "1"), Change(other.pk, "1")])
    assert SettlementList.objects.get().state == "0"


def test_of_a_settlement_that_was_reversed_there_is_no_list(place: Place) -> None:
    made = place.upload()
    place.set("1")
    reverse(event_id=place.event.pk, reason="结错")
    refused("N351", place.upload)
    refused("N351", place.set, "1")
    with place.agency(1):
        refused("N351", decide, list_id=made.pk, approve=True, reason="同意")
    assert queries.lists() == []


def test_it_takes_another_to_decide(place: Place) -> None:
    made = place.upload()
    with place.agency(7):
        set_states(changes=[Change(place.event.pk, "1")])
        refused("A112", decide, list_id=made.pk, approve=True, reason="同意")
        refused("A102", decide, list_id=made.pk, approve=True, reason=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementList.objects.update(state="2", decided_by=7, decided_at=clock.now())


def test_another_institution_sees_nothing(place: Place) -> None:
    place.upload()
    with doing_everything():
        other = settled(place.city)
    with place.hospital(other):
        refused("A114", queries.held, event_id=place.event.pk)
        refused("A114", upload, event_id=place.event.pk, sheet=place.sheet(), funds=place.funds)
        refused("A114", set_states, changes=[Change(place.event.pk, "1")])
        assert queries.lists() == []
    elsewhere = organisation("agency")
    with acting(Actor("x", Scope("agency", elsewhere.path), frozenset(PERMISSIONS))):
        assert queries.lists() == []
    with place.hospital():
        assert [one.list.event_id for one in queries.lists(state="0")] == [place.event.pk]
        refused("A101", decide, list_id=1, approve=True, reason="x")


def test_whoever_looks_is_in_the_trail_and_the_trail_does_not_repeat_the_list(place: Place) -> None:
    place.upload()
    queries.held(event_id=place.event.pk)
    assert Entry.objects.filter(name="lists.held").latest("id").persons == [place.event.person_id]
    entry = Entry.objects.filter(name="lists.upload").latest("id")
    assert entry.persons == [place.event.person_id]
    assert "胆囊" not in entry.details
    assert "diseinfo 1" in entry.details


def test_counting_what_is_due(place: Place) -> None:
    other = settled(place.city)
    place.upload()
    span = {"first": clock.now().replace(hour=0), "last": clock.now()}
    assert vars(queries.counted(kinds=None, **span)) == {"due": 2, "uploaded": 1}
    assert vars(queries.counted(kinds={("employee", "普通门诊")}, **span)) == {"due": 0, "uploaded": 0}
    assert vars(queries.counted(kinds={("employee", "住院")}, **span)) == {"due": 2, "uploaded": 1}
    reverse(event_id=other.pk, reason="结错")
    assert vars(queries.counted(kinds=None, **span)) == {"due": 1, "uploaded": 1}
    assert vars(queries.counted(kinds=None, with_reversed=True, **span)) == {"due": 3, "uploaded": 1}
