"""What follows from points, as Ninghe declares it: 6 warned, 9 suspended 1 to 6 months, 12 ended, anew each year."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.record.contributions.stage import put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.providers.test_clinicians import li
from tests.record.providers.test_institutions import city, hospital, manager
from tongchou.ground.errors import ProblemError
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers import clinicians
from tongchou.record.providers.clinicians import status_on, take_back_points
from tongchou.record.providers.models import Clinician, Deduction, Institution, PointsCase
from tongchou.record.providers.points_cases import decide_points_case, points_cases

__all__ = ["city", "hospital", "li", "manager"]
TODAY = date(2026, 6, 1)


@pytest.fixture
def ninghe(city: Organisation):
    with clock.at(TODAY):
        put_in_force()
        yield


@pytest.fixture
def maker(city: Organisation, ninghe):
    with acting_as(add_user("provider_reviewer", city)) as actor:
        yield actor


@pytest.fixture
def checker(city: Organisation, ninghe):
    with acting_as(add_user("provider_reviewer", city)) as actor:
        pass
    return actor


@pytest.fixture
def lose(li: Clinician, hospital: Institution, maker):
    def run(points: int, on: date = date(2026, 3, 1)) -> Deduction:
        given = {"clinician_id": li.pk, "institution_id": hospital.pk, "clause": "第七条", "reason": "超量开药"}
        return clinicians.deduct(on=on, points=points, **given)

    return run


def cases() -> list[tuple[int, int, str, str]]:
    return [(one.year, one.points, one.then, one.state) for one in points_cases()]


def test_the_number_that_is_reached_opens_a_case_each_year_anew(lose) -> None:
    lose(5)
    assert cases() == []
    lose(1)
    lose(2)
    assert cases() == [(2026, 6, "warned", "open")]
    lose(1)
    assert cases()[1:] == [(2026, 9, "suspended", "open")]
    lose(5, on=date(2025, 12, 31))
    assert len(cases()) == 2
    lose(12, on=date(2025, 12, 30))
    assert cases()[2:] == [(2025, 17, "ended", "open")]
    assert "36" in PointsCase.objects.get(then="ended").cite or "第八条" in PointsCase.objects.get(then="ended").cite


def test_a_suspension_is_decided_by_another_within_its_months(li: Clinician, lose, maker, checker) -> None:
    lose(9)
    (case,) = points_cases(state="open")
    given = {"case_id": case.pk, "approve": True, "reason": "属实", "first": date(2026, 6, 10)}
    with acting(maker), pytest.raises(ProblemError, match="A112"):
        decide_points_case(**given, last=date(2026, 7, 9))
    with acting(checker):
        for last in (None, date(2026, 7, 8), date(2026, 12, 10)):
            with pytest.raises(ProblemError, match="H308"):
                decide_points_case(**given, last=last)
        done = decide_points_case(**given, last=date(2026, 7, 9))
        assert Entry.objects.order_by("-id")[0].reason == "属实"
        with pytest.raises(ProblemError, match="H303"):
            decide_points_case(**given, last=date(2026, 7, 9))
    assert (done.state, done.stop.clinician) == ("approved", li)
    days = [date(2026, 6, 9), date(2026, 6, 10), date(2026, 7, 9), date(2026, 7, 10)]
    assert [status_on(li, day) for day in days] == ["active", "stopped", "stopped", "active"]


def test_twelve_points_end_the_registration(li: Clinician, lose, checker) -> None:
    lose(12)
    (case,) = points_cases(state="open")
    given = {"case_id": case.pk, "approve": True, "reason": "属实"}
    with acting(checker):
        for wrong in ({}, {"first": date(2026, 6, 2), "last": date(2026, 7, 1)}, {"first": li.registered}):
            with pytest.raises(ProblemError, match="H308"):
                decide_points_case(**given, **wrong)
        decide_points_case(**given, first=date(2026, 6, 2))
    li.refresh_from_db()
    assert li.ended == date(2026, 6, 1)
    assert status_on(li, date(2026, 6, 2)) == "ended"


def test_a_warning_stops_nothing_and_a_refusal_neither(li: Clinician, lose, checker) -> None:
    lose(6)
    lose(3)
    warned, suspended = points_cases(state="open")
    with acting(checker):
        with pytest.raises(ProblemError, match="H308"):
            decide_points_case(case_id=warned.pk, approve=True, reason="x", first=TODAY)
        decide_points_case(case_id=warned.pk, approve=True, reason="已约谈")
        decide_points_case(case_id=suspended.pk, approve=False, reason="申诉成立")
    assert status_on(li, TODAY) == "active"


def test_what_is_taken_back_lapses_and_may_come_again(lose) -> None:
    lose(8)
    last = lose(1)
    take_back_points(deduction_id=last.pk, reason="申诉成立")
    assert cases() == [(2026, 8, "warned", "open"), (2026, 9, "suspended", "lapsed")]
    lose(2)
    assert cases()[2:] == [(2026, 10, "suspended", "open")]


def test_only_those_in_scope_see_and_decide(lose, city: Organisation) -> None:
    lose(6)
    (case,) = points_cases()
    with acting_as(add_user("provider_reviewer", organisation("agency", organisation("agency")))):
        assert not points_cases().exists()
        with pytest.raises(ProblemError, match="A114"):
            decide_points_case(case_id=case.pk, approve=False, reason="外地")
    with acting_as(add_user("providers", city)):
        assert len(points_cases()) == 1
        with pytest.raises(ProblemError, match="A101"):
            decide_points_case(case_id=case.pk, approve=False, reason="x")


@pytest.mark.parametrize("changes", [{}, {"name": "别的", "state": "approved", "opened_by": 1, "decided_by": 1}])
def test_the_database_holds_it_too(lose, changes: dict) -> None:
    lose(6)
    twin = PointsCase.objects.get()
    twin.pk, twin._state.adding = None, True
    for name, value in changes.items():
        setattr(twin, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_a_region_that_declares_nothing_opens_nothing(city: Organisation, hospital: Institution, li: Clinician) -> None:
    with acting_as(add_user("provider_reviewer", city)):
        clinicians.deduct(
            clinician_id=li.pk, institution_id=hospital.pk, on=date(2026, 3, 1), points=12, clause="x", reason="x"
        )
        assert not points_cases().exists()
