"""Institutions: codes, levels from day to day, campuses and departments, and who sees them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.ground.shipped import regions_dir
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs import commands as packs
from tongchou.record.packs.queries import words
from tongchou.record.providers import institutions, queries
from tongchou.record.providers.codes import check_character, code_of
from tongchou.record.providers.models import Institution, Level

CREDIT = "91350100M000100Y43"
OPENED = date(2010, 1, 1)


def register(hospital: Organisation, **changes: object) -> Institution:
    given_: dict = {
        "organisation_id": hospital.id, "code": f"H450100{hospital.id % 100_000:05d}", "kind": "hospital",
        "ownership": "public", "credit_code": CREDIT, "opened": OPENED, **changes,
    }  # fmt: skip
    return institutions.register(**given_)


def activate(name: str, city: Organisation) -> None:
    with acting_as(add_user("policy", city)):
        pack = packs.propose(folder=str(regions_dir() / name), reason="试用")
    with acting_as(add_user("policy_reviewer", city)):
        packs.activate(hash=pack.hash, reason="同意")


@pytest.fixture
def city(record: None) -> Organisation:
    return organisation("agency", organisation("agency"))


@pytest.fixture
def manager(city: Organisation):
    with acting_as(add_user("providers", city)) as actor:
        yield actor


@pytest.fixture
def hospital(city: Organisation, manager) -> Institution:
    return register(organisation("provider", city))


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_noticed(at: int, wrong: str) -> None:
    assert code_of("credit", CREDIT.lower()) == CREDIT
    if wrong != CREDIT[at]:
        assert check_character(CREDIT[:at] + wrong + CREDIT[at + 1 : 17]) != CREDIT[17]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("institution", "X45010000001"),
        ("institution", "H4501000001"),
        ("credit", CREDIT[:-1] + "4"),
        ("credit", "I" * 18),
        ("department", "B01"),
        ("department", "A3"),
        ("clinician", "D12"),
        ("clinician", "1D0000000000"),
    ],
)
def test_what_cannot_be_a_code(what: str, code: str) -> None:
    with pytest.raises(ProblemError, match="H101"):
        code_of(what, code)


def test_an_institution_is_registered_once(city: Organisation, hospital: Institution) -> None:
    assert [one.code for one in queries.institutions()] == [hospital.code]
    with pytest.raises(ProblemError, match="H102"):
        register(organisation("provider", city), code=hospital.code)
    with pytest.raises(ProblemError, match="H102"):
        register(hospital.organisation, code="H45010099999")
    with pytest.raises(ProblemError, match="H103"):
        register(organisation("employer", city))


def test_a_hospital_sees_itself_and_another_city_nothing(city: Organisation, hospital: Institution) -> None:
    other = register(organisation("provider", city))
    with acting_as(add_user("hospital", hospital.organisation)):
        assert [one.pk for one in queries.institutions()] == [hospital.pk]
        with pytest.raises(ProblemError, match="A114"):
            queries.look_at(other.pk)
        with pytest.raises(ProblemError, match="A101"):
            institutions.open_campus(institution_id=hospital.pk, name="东院", address="x", since=OPENED)
    with acting_as(add_user("providers", organisation("agency", organisation("agency")))):
        assert list(queries.institutions()) == []
        with pytest.raises(ProblemError, match="A114"):
            institutions.close(institution_id=hospital.pk, last=OPENED, reason="x")
        with pytest.raises(ProblemError, match="A114"):
            register(organisation("provider", city))


def test_a_level_holds_until_the_next(city: Organisation, hospital: Institution) -> None:
    def level(word: str, since: date, grade: str = "5") -> Level:
        return institutions.set_level(
            institution_id=hospital.pk, level=word, grade=grade, since=since, reason="等级评审"
        )

    with pytest.raises(ProblemError, match="G104"):
        level("二级", OPENED)
    activate("ninghe", city)
    assert words("level") == ("一级", "二级", "三级")
    level("二级", OPENED)
    level("三级", date(2026, 7, 1), "2")
    days = (date(2009, 12, 31), OPENED, date(2026, 6, 30), date(2026, 7, 1))
    found = [queries.level_on(hospital.pk, day) for day in days]
    assert [one and one.level for one in found] == [None, "二级", "二级", "三级"]
    for word, grade in (("四级", "2"), ("三级", "99")):
        with pytest.raises(ProblemError, match="H106"):
            level(word, date(2027, 1, 1), grade)
    with pytest.raises(ProblemError, match="H105"):
        level("一级", date(2026, 6, 1))


def test_departments_of_a_campus(city: Organisation, hospital: Institution) -> None:
    def department(code: str, national: str = "A03.04", campus: int | None = None):
        return institutions.open_department(
            institution_id=hospital.pk, code=code, national_code=national, name="心内科", beds=40, since=OPENED,
            campus_id=campus,
        )  # fmt: skip

    east = institutions.open_campus(institution_id=hospital.pk, name="东院", address="东路 1 号", since=OPENED)
    with pytest.raises(ProblemError, match="H105"):
        institutions.open_campus(institution_id=hospital.pk, name="东院", address="西路", since=date(2020, 1, 1))
    first = department("0301", campus=east.pk)
    with pytest.raises(ProblemError, match="H105"):
        department("0301")
    with pytest.raises(ProblemError, match="H101"):
        department("0302", "心内")
    other = register(organisation("provider", city))
    west = institutions.open_campus(institution_id=other.pk, name="西院", address="x", since=OPENED)
    with pytest.raises(ProblemError, match="A114"):
        department("0302", campus=west.pk)
    with pytest.raises(ProblemError, match="H104"):
        institutions.close_department(department_id=first.pk, last=date(2009, 1, 1), reason="x")
    institutions.close_department(department_id=first.pk, last=date(2025, 12, 31), reason="合并")
    institutions.close_campus(campus_id=east.pk, last=date(2025, 12, 31), reason="搬迁")
    assert [one.code for one in queries.departments_on(hospital.pk, date(2025, 12, 31))] == ["0301"]
    assert list(queries.departments_on(hospital.pk, date(2026, 1, 1))) == []


def test_closing(hospital: Institution) -> None:
    with pytest.raises(ProblemError, match="H104"):
        institutions.close(institution_id=hospital.pk, last=date(2009, 1, 1), reason="x")
    institutions.close(institution_id=hospital.pk, last=date(2026, 1, 31), reason="注销")
    with pytest.raises(ProblemError, match="H201"):
        institutions.close(institution_id=hospital.pk, last=date(2026, 2, 1), reason="x")
