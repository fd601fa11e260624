"""Institutions and clinicians from files: whole or not at all, each problem in its row and column."""

from datetime import date

import pytest

from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.people.test_people import card
from tests.record.providers.test_institutions import CREDIT, activate, city, hospital, manager
from tongchou.ground.errors import ProblemError
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers import importing, institutions
from tongchou.record.providers.clinicians import practising
from tongchou.record.providers.importing import register_clinicians_file, register_file
from tongchou.record.providers.models import Clinician, Institution
from tongchou.record.providers.queries import level_on
from tongchou.record.uploads import queries as uploads
from tongchou.record.uploads.commands import File, take

__all__ = ["city", "hospital", "manager"]
HOSPITALS = ["机构编码", "国家编码", "类型", "所有制", "统一社会信用代码", "开业日期", "等级", "国家等级", "等级起"]
WHO = ["国家编码", "类别", "姓名", "证件号码", "职称", "登记日期"]
DOCTORS = [*WHO, "执业机构国家编码", "科室院内编码", "执业起", "主执业机构"]


def upload(purpose: str, head: list[str], *rows: list[str]) -> int:
    content = "\n".join(",".join(row) for row in (head, *rows)).encode()
    return take(purpose=purpose, file=File("x.csv", content)).pk


def problems(number: int) -> set[tuple[int | None, str | None, str]]:
    return {(one.place.row, one.place.column, one.code) for one in uploads.look_at(number).problems}


def house(where: Organisation, serial: int = 1, **changes: str) -> list[str]:
    row = [where.code, f"H450100{serial:05d}", "医院", "公立", CREDIT, "2010-01-01", "", "", ""]
    return list({**dict(zip(HOSPITALS, row, strict=True)), **changes}.values())


def doctor(serial: int = 1, **changes: str) -> list[str]:
    row = [f"D450100000{serial:03d}", "医师", "李医生", card(number=serial), "主治医师", "2024-01-01", "", "", "", ""]
    return list({**dict(zip(DOCTORS, row, strict=True)), **changes}.values())


def test_institutions_with_their_levels(city: Organisation, manager) -> None:
    activate("ninghe", city)
    one, two = (organisation("provider", city) for _ in range(2))
    number = upload("providers.institution", HOSPITALS, house(one), house(two, 2, 等级="三级", 国家等级="三级甲等"))
    assert uploads.look_at(number).counts == {"registered": 2}
    assert not Institution.objects.exists()
    made = register_file(upload=number, reason="首批定点")
    assert [found.organisation for found in made] == [one, two]
    assert level_on(made[1].pk, date(2010, 1, 1)).grade == "2"
    with pytest.raises(ProblemError, match="U302"):
        register_file(upload=number, reason="再来")


def test_a_wrong_institution_keeps_all_out(city: Organisation, manager) -> None:
    activate("ninghe", city)
    one, elsewhere = organisation("provider", city), organisation("provider", organisation("agency"))
    rows = [
        house(one),
        house(one, 2),
        house(elsewhere, 3),
        house(city, 4),
        house(one, 5, 统一社会信用代码="1" * 18),
        house(organisation("provider", city), 6, 等级="特级", 国家等级="三级甲等"),
        house(organisation("provider", city), 7, 等级="三级"),
    ]
    number = upload("providers.institution", HOSPITALS, *rows)
    assert problems(number) == {
        (3, "国家编码", "H102"),
        (4, "机构编码", "H203"),
        (5, "机构编码", "H103"),
        (6, "国家编码", "H101"),
        (7, "等级", "H106"),
        (8, "等级", "H106"),
    }
    with pytest.raises(ProblemError, match="U301"):
        register_file(upload=number, reason="x")
    assert problems(upload("providers.institution", HOSPITALS, house(one), house(one, 类型="旅馆"))) >= {
        (3, "类型", "U202")
    }


def test_clinicians_with_their_places(city: Organisation, hospital: Institution, manager) -> None:
    institutions.open_department(
        institution_id=hospital.pk, code="03", national_code="A03", name="内科", since=date(2020, 1, 1)
    )
    rows = [
        doctor(1, 执业机构国家编码=hospital.code, 科室院内编码="03"),
        doctor(3, 执业机构国家编码=hospital.code, 执业起="2024-06-01", 主执业机构="否"),
        doctor(5),
    ]
    number = upload("providers.clinician", DOCTORS, *rows)
    assert uploads.look_at(number).counts == {"registered": 3}
    assert not Clinician.objects.exists()
    assert len(register_clinicians_file(upload=number, reason="登记备案")) == 3
    found = practising(hospital.pk, date(2024, 6, 1))
    assert [(one.code[-1], one.department is None, one.main) for one in found] == [
        ("1", False, True),
        ("3", True, False),
    ]
    again = upload("providers.clinician", DOCTORS, doctor(7), doctor(1))
    assert problems(again) == {(3, "国家编码", "H102")}


def test_a_wrong_clinician_keeps_all_out(city: Organisation, hospital: Institution, manager) -> None:
    rows = [
        doctor(1),
        doctor(3, 证件号码="123"),
        doctor(5, 执业机构国家编码="H99999999999"),
        doctor(7, 执业机构国家编码=hospital.code, 科室院内编码="99"),
        doctor(9, 国家编码="99"),
        doctor(11, 证件号码=card(number=1)),
    ]
    assert problems(upload("providers.clinician", DOCTORS, *rows)) == {
        (3, "证件号码", "P102"),
        (4, "执业机构国家编码", "A114"),
        (5, "科室院内编码", "H203"),
        (6, "国家编码", "H101"),
        (7, "国家编码", "H102"),
    }
    assert not Clinician.objects.exists()


def test_who_may_and_how_much(city: Organisation, hospital: Institution, manager, monkeypatch) -> None:
    number = upload("providers.clinician", DOCTORS, doctor(1))
    with acting_as(add_user("clerk", city)), pytest.raises(ProblemError, match="A101"):
        upload("providers.clinician", DOCTORS, doctor(1))
    with acting_as(add_user("providers", organisation("agency", organisation("agency")))):
        with pytest.raises(ProblemError, match="A114"):
            register_clinicians_file(upload=number, reason="外地")
        assert problems(upload("providers.clinician", DOCTORS, doctor(1, 执业机构国家编码=hospital.code))) == {
            (2, "执业机构国家编码", "A114")
        }
    monkeypatch.setattr(importing, "MOST", 1)
    assert problems(upload("providers.clinician", DOCTORS, doctor(1), doctor(3))) == {(None, None, "F111")}
