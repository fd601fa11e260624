"""Clinicians: who they are, where they practise, and the points of a year."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card
from tests.record.providers.test_institutions import city, hospital, manager, register
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers import clinicians
from tongchou.record.providers.models import Clinician, Institution

__all__ = ["city", "hospital", "manager"]
SINCE = date(2024, 1, 1)


def doctor(agency: Organisation, serial: int = 1, **changes: object) -> Clinician:
    given: dict = {
        "agency": agency.id, "code": f"D4501000000{serial:02d}", "kind": "doctor", "name": "李医生",
        "certificate_kind": "01", "number": card(number=serial), "title": "主治医师", "registered": SINCE, **changes,
    }  # fmt: skip
    return clinicians.register_clinician(**given)


@pytest.fixture
def li(city: Organisation, hospital: Institution) -> Clinician:
    found = doctor(city)
    clinicians.practise(clinician_id=found.pk, institution_id=hospital.pk, since=SINCE)
    return found


def test_who_they_are_cannot_be_read_in_the_database(li: Clinician) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clinician::text FROM clinician")
        text = str(cursor.fetchall())
    for secret in ("李医生", card(), "李医生".encode().hex(), card().encode().hex()):
        assert secret not in text
    assert Clinician.objects.get().name == "李医生"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "H102"),
        ({"code": "D450100000099"}, "H102"),
        ({"number": card(number=3)}, "H102"),
        ({"kind": "cook", "code": "D450100000099"}, "H101"),
        ({"code": "99"}, "H101"),
        ({"number": "123"}, "P102"),
        ({"name": " ", "number": card(number=3), "code": "D450100000099"}, "P106"),
    ],
)
def test_what_is_not_registered(city: Organisation, li: Clinician, changes: dict, code: str) -> None:
    with pytest.raises(ProblemError, match=code):
        doctor(city, **changes)


def test_one_main_place_and_others_beside_it(city: Organisation, hospital: Institution, li: Clinician) -> None:
    other = register(organisation("provider", city))
    given = {"clinician_id": li.pk, "institution_id": other.pk, "since": date(2025, 1, 1)}
    with pytest.raises(ProblemError, match="H105"):
        clinicians.practise(**given)
    clinicians.practise(**given, main=False)
    clinicians.leave(clinician_id=li.pk, institution_id=hospital.pk, last=date(2025, 6, 30))
    assert [one.main for one in clinicians.practising(other.pk, date(2025, 7, 1))] == [False]
    assert [one.id for one in clinicians.practising(hospital.pk, date(2025, 6, 30))] == [li.pk]
    assert clinicians.practising(hospital.pk, date(2025, 7, 1)) == []
    with pytest.raises(ProblemError, match="A114"):
        clinicians.leave(clinician_id=li.pk, institution_id=hospital.pk, last=date(2025, 7, 1))


def test_a_hospital_sees_who_practises_there_and_the_look_is_in_the_trail(
    city: Organisation, hospital: Institution, li: Clinician
) -> None:
    other = register(organisation("provider", city))
    with acting_as(add_user("hospital", hospital.organisation)):
        (seen,) = clinicians.practising(hospital.pk, SINCE)
        assert (seen.name, seen.status, seen.points) == ("李医生", "active", 0)
        with pytest.raises(ProblemError, match="A114"):
            clinicians.practising(other.pk, SINCE)
        assert not Clinician.objects.exists()
    assert Entry.objects.order_by("-id")[0].name == "providers.practising"


def test_points_of_a_calendar_year(city: Organisation, hospital: Institution, li: Clinician) -> None:
    def deduct(on: date, points: int):
        return clinicians.deduct(
            clinician_id=li.pk, institution_id=hospital.pk, on=on, points=points, clause="第七条", reason="超量开药"
        )

    with pytest.raises(ProblemError, match="A101"):
        deduct(date(2025, 3, 1), 3)
    with clock.at(date(2026, 6, 1)), acting_as(add_user("provider_reviewer", city)):
        first = deduct(date(2025, 12, 31), 3)
        deduct(date(2026, 1, 1), 6)
        deduct(date(2026, 5, 31), 2)
        assert (clinicians.points_of(li.pk, 2025), clinicians.points_of(li.pk, 2026)) == (3, 8)
        for wrong in ((date(2026, 6, 2), 1), (SINCE - timedelta(days=1), 1)):
            with pytest.raises(ProblemError, match="H104"):
                deduct(*wrong)
        with pytest.raises(ProblemError, match="H101"):
            deduct(date(2026, 1, 1), 0)
        back = clinicians.take_back_points(deduction_id=first.pk, reason="申诉成立")
        assert clinicians.points_of(li.pk, 2025) == 0
        for one in (first, back):
            with pytest.raises(ProblemError, match="H202"):
                clinicians.take_back_points(deduction_id=one.pk, reason="再撤")
        assert [one.points for one in clinicians.deductions(hospital.pk, 2025)] == [3, 3]
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE clinician_points SET points = 1")


def test_stopped_and_ended(city: Organisation, hospital: Institution, li: Clinician) -> None:
    with acting_as(add_user("provider_reviewer", city)):
        stop = {"clinician_id": li.pk, "first": date(2026, 3, 1), "last": date(2026, 5, 31), "reason": "记满"}
        clinicians.stop_clinician(**stop)
        with pytest.raises(ProblemError, match="H105"):
            clinicians.stop_clinician(**stop)
        with pytest.raises(ProblemError, match="H104"):
            clinicians.stop_clinician(**{**stop, "last": date(2026, 2, 1)})
        clinicians.end_clinician(clinician_id=li.pk, last=date(2026, 12, 31), reason="退休")
        with pytest.raises(ProblemError, match="H201"):
            clinicians.end_clinician(clinician_id=li.pk, last=date(2026, 12, 31), reason="退休")
    found = Clinician.objects.get()
    days = [date(2023, 12, 31), SINCE, date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 1), date(2027, 1, 1)]
    assert [clinicians.status_on(found, day) for day in days] == [
        "ended", "active", "stopped", "stopped", "active", "ended",
    ]  # fmt: skip
    with pytest.raises(ProblemError, match="H201"):
        clinicians.practise(clinician_id=li.pk, institution_id=hospital.pk, since=date(2027, 1, 1))
