"""3401–3403, 5101 and 5102: departments as the hospital reports them, and who practises there."""

from datetime import date, timedelta
from typing import Any

from tests.faces.gateway.changed import agency
from tests.faces.gateway.conftest import TODAY
from tests.faces.gateway.hospital import Hospital
from tests.record.people.test_people import card
from tongchou.faces.sandbox import City
from tongchou.record.audit.models import Entry
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.base.scope import scoped, system
from tongchou.record.providers import clinicians


def department(**also: Any) -> dict[str, Any]:
    return {
        "hosp_dept_codg": "K01",
        "caty": "A50",
        "hosp_dept_name": "中医科",
        "begntime": "2026-03-01",
        "itro": "简介",
        "dept_resper_name": "张医生",
        "aprv_bed_cnt": 12,
        "dr_psncnt": 3,
        **also,
    }


def listed(at: Hospital) -> list[dict[str, Any]]:
    return list(at.ask("5101", "")["feedetail"])


def test_a_department_is_reported_changed_and_withdrawn(hospital: Hospital) -> None:
    assert hospital.ask("3401", {"deptinfo": department()}) is None
    (told,) = listed(hospital)
    expected = {"hosp_dept_codg": "K01", "caty": "A50", "aprv_bed_cnt": 12, "dr_psncnt": 3, "itro": "简介", "memo": ""}
    assert {name: told[name] for name in expected} == expected
    assert (told["begntime"], told["endtime"]) == ("2026-03-01 00:00:00", "")
    changed = department(hosp_dept_name="中医内科", caty="A50.01", endtime="2026-12-31", dr_psncnt=4)
    assert hospital.ask("3402", {"deptinfo": changed}) is None
    (told,) = listed(hospital)
    assert (told["hosp_dept_name"], told["caty"], told["dr_psncnt"]) == ("中医内科", "A50.01", 4)
    assert told["endtime"] == "2026-12-31 23:59:59"
    assert hospital.ask("3403", {"data": {"hosp_dept_codg": "K01", "hosp_dept_name": "x"}}) is None
    assert listed(hospital) == []
    assert hospital.refused("3403", {"data": {"hosp_dept_codg": "K01"}}) == "N322"
    assert hospital.refused("3402", {"deptinfo": department()}) == "N322"


def test_one_that_began_today_never_was(hospital: Hospital) -> None:
    today = department(begntime=TODAY.isoformat())
    hospital.ask("3401", {"deptinfo": today})
    hospital.ask("3403", {"data": {"hosp_dept_codg": "K01"}})
    assert listed(hospital) == []
    hospital.ask("3401", {"deptinfo": today})
    assert len(listed(hospital)) == 1


def test_the_same_again_succeeds_and_another_under_its_code_does_not(hospital: Hospital) -> None:
    hospital.ask("3401", {"deptinfo": department()})
    hospital.ask("3401", {"deptinfo": department()})
    assert hospital.refused("3401", {"deptinfo": department(hosp_dept_name="另一个")}) == "H105"
    assert len(listed(hospital)) == 1


def test_several_at_once_all_or_none(hospital: Hospital) -> None:
    second = department(hosp_dept_codg="K02", caty="口腔科", hosp_dept_name="口腔科")
    assert hospital.refused("3401A", {"deptinfo": [department(), second, department(hosp_dept_name="x")]}) == "H105"
    assert listed(hospital) == []
    hospital.ask("3401A", {"deptinfo": [department(), second]})
    assert [(one["hosp_dept_codg"], one["caty"]) for one in listed(hospital)] == [("K01", "A50"), ("K02", "A12")]


def test_a_category_that_is_no_code_is_kept_as_it_was_said(hospital: Hospital) -> None:
    hospital.ask("3401", {"deptinfo": department(caty="国医馆")})
    assert listed(hospital)[0]["caty"] == "国医馆"


def test_what_cannot_be_is_refused(hospital: Hospital) -> None:
    for wrong, code in (
        ({"hosp_dept_codg": None}, "N105"),
        ({"begntime": ""}, "N105"),
        ({"hosp_dept_codg": "K" * 21}, "N314"),
        ({"aprv_bed_cnt": -1}, "N315"),
        ({"aprv_bed_cnt": 10**12}, "N315"),
        ({"endtime": "2026-02-01"}, "H104"),
    ):
        assert hospital.refused("3401", {"deptinfo": department(**wrong)}) == code
    hospital.ask("3401", {"deptinfo": department(endtime="9999-12-31")})
    assert listed(hospital)[0]["endtime"] == ""


def test_departments_are_one_s_own(hospital: Hospital, pharmacy: Hospital) -> None:
    hospital.ask("3401", {"deptinfo": department()})
    assert listed(pharmacy) == []
    assert pharmacy.refused("3403", {"data": {"hosp_dept_codg": "K01"}}) == "N322"


def employed(city: City, at: str, code: str, kind: str, name: str, number: str) -> int:
    maker, _ = agency()
    with clock.at(date(2026, 2, 1)), acting(maker):
        who = clinicians.register_clinician(
            agency=city.agency, code=code, kind=kind, name=name, certificate_kind="01", number=number, title="",
            registered=date(2026, 1, 2),
        )  # fmt: skip
        clinicians.practise(clinician_id=who.pk, institution_id=city.institutions[at], since=date(2026, 2, 1))
    return int(who.pk)


def test_who_practises_there(city: City, hospital: Hospital, pharmacy: Hospital) -> None:
    doctor = employed(city, hospital.code, "D430100000001", "doctor", "李医师", card(date(1980, 1, 1), 1))
    employed(city, hospital.code, "N430100000001", "nurse", "王护士", card(date(1981, 1, 1), 2))
    (told,) = hospital.ask("5102", {"data": {"prac_psn_type": "1", "certno": ""}})["feedetail"]
    assert {name: told[name] for name in ("prac_psn_name", "prac_psn_type", "hi_dr_flag", "certno")} == {
        "prac_psn_name": "李医师",
        "prac_psn_type": "1",
        "hi_dr_flag": "1",
        "certno": card(date(1980, 1, 1), 1),
    }
    assert len(hospital.ask("5102", {"data": {}})["feedetail"]) == 2
    for asked in (
        {"prac_psn_name": "王护士"},
        {"certno": card(date(1981, 1, 1), 2)},
        {"prac_psn_code": "N430100000001"},
    ):
        (told,) = hospital.ask("5102", {"data": asked})["feedetail"]
        assert told["prac_psn_type"] == "2"
    assert pharmacy.ask("5102", {"data": {}})["feedetail"] == []
    assert hospital.refused("5102", {"data": {"prac_psn_type": "9"}}) == "N112"
    with scoped(system("test")):
        assert str(doctor) in str(Entry.objects.filter(name="providers.staff").earliest("id").details)
    maker, _ = agency()
    with acting(maker):
        clinicians.stop_clinician(clinician_id=doctor, first=TODAY, last=TODAY + timedelta(days=9), reason="test")
    assert hospital.ask("5102", {"data": {"prac_psn_type": "1"}})["feedetail"][0]["hi_dr_flag"] == "0"
