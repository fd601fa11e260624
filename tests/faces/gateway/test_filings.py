"""Filings made through the interface, and what they give."""

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tests.faces.gateway.test_outpatient import person
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.filings.commands import decide
from tongchou.record.filings.models import Evidence, Filing
from tongchou.record.orgs.permissions import PERMISSIONS

HYPERTENSIVE = "999999195709230024"


def chronic(at: Hospital, disease: str = "M01600", **also: str) -> str:
    given = {"psn_no": person(at), "insutype": "310", "opsp_dise_code": disease, **also}
    return str(at.ask("2503", {"data": given})["result"]["trt_dcla_detl_sn"])


def test_a_special_disease_waits_and_then_holds(hospital: Hospital) -> None:
    number, psn = chronic(hospital), person(hospital)
    assert hospital.ask("5301", {"data": {"psn_no": psn}}) == {"feedetail": []}
    row = Filing.objects.within(LOOK).get(type="门诊慢特病", state="submitted")
    assert number.endswith(str(row.pk))
    assert not Evidence.objects.within(LOOK).filter(filing=row).exists()  # the papers lie with the hospital
    with acting(system_actor("agency", *PERMISSIONS)):
        decide(filing_id=row.pk, approve=True, reason="同意")
    found = hospital.ask("5301", {"data": {"psn_no": psn}})["feedetail"]
    assert [(one["opsp_dise_code"], one["begndate"]) for one in found] == [("M01600", "2026-03-20")]


def test_what_waits_is_withdrawn_and_what_was_decided_is_not(hospital: Hospital) -> None:
    number = chronic(hospital)
    gone = {"trt_dcla_detl_sn": number, "psn_no": person(hospital), "memo": "重复"}
    assert hospital.refused("2504", {"data": gone | {"psn_no": person(hospital, HYPERTENSIVE)}}) == "N111"
    assert hospital.ask("2504", {"data": gone}) is None
    other = chronic(hospital)
    row = Filing.objects.within(LOOK).get(state="submitted")
    with acting(system_actor("agency", *PERMISSIONS)):
        decide(filing_id=row.pk, approve=True, reason="同意")
    Filing.objects.within(LOOK).filter(id=row.pk).update(decided_by=1)
    assert hospital.refused("2504", {"data": gone | {"trt_dcla_detl_sn": other}}) == "N124"
    assert hospital.refused("2506", {"data": {"psn_no": person(hospital), "memo": "不需要"}}) == "N105"


def test_a_filing_of_another_institution_is_out_of_reach(hospital: Hospital) -> None:
    number = chronic(hospital)
    other = Hospital("H44030000001", "430100")
    assert other.refused("2504", {"data": {"trt_dcla_detl_sn": number, "psn_no": person(other), "memo": "x"}}) == "N111"


def test_a_transfer_elsewhere(hospital: Hospital) -> None:
    psn = person(hospital)
    given = {"psn_no": psn, "insutype": "310", "mdtrtarea_admdvs": "440100"}
    hospital.ask("2501", {"refmedin": given})
    found = hospital.ask("5304", {"data": {"psn_no": psn, "begntime": "2026-01-01"}})["refmedin"]
    assert [one["begndate"] for one in found] == ["2026-03-20"]
    assert hospital.ask("5304", {"data": {"psn_no": psn, "begntime": "2027-01-01"}})["refmedin"] == []


def test_a_chosen_institution(hospital: Hospital) -> None:
    psn = person(hospital)
    given = {"psn_no": psn, "biz_appy_type": "05", "fixmedins_code": "H43010000001"}
    hospital.ask("2505", {"data": given})
    found = hospital.ask("5302", {"data": {"psn_no": psn, "biz_appy_type": "05"}})["psnfixmedin"]
    assert [(one["fixmedins_code"], one["fixmedins_name"]) for one in found] == [("H43010000001", "测试医院")]
    assert hospital.ask("5302", {"data": {"psn_no": psn, "biz_appy_type": "08"}})["psnfixmedin"] == []


@pytest.mark.parametrize(
    ("infno", "given", "code"),
    [
        ("2505", {"biz_appy_type": "11"}, "N122"),  # the region makes none of this type
        ("2507", {"trum_rea": "摔伤"}, "N122"),
        ("2503", {"insutype": "310", "opsp_dise_code": "M99999"}, "N112"),
        ("2503", {"insutype": "310"}, "N105"),
        ("2503", {"insutype": "999", "opsp_dise_code": "M01600"}, "N112"),
    ],
)
def test_what_cannot_be_filed(hospital: Hospital, infno: str, given: dict[str, str], code: str) -> None:
    before = Filing.objects.within(LOOK).count()
    assert hospital.refused(infno, {"data": {"psn_no": person(hospital), **given}}) == code
    assert Filing.objects.within(LOOK).count() == before
