"""The list of a settled stay: uploaded in both forms, submitted, read back, counted, and what was found in it."""

import json
from datetime import date
from decimal import Decimal
from time import process_time
from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import line, person
from tongchou.faces.gateway.fields import codes
from tongchou.record.base import clock
from tongchou.record.base.scope import scoped, system
from tongchou.record.lists.codes import CLOSED
from tongchou.record.lists.models import Grouping, SettlementList

CARD = "430000199001011010"
DIAGNOSIS = {
    "diag_type": "1", "diag_code": "K80.101", "diag_name": "胆囊结石伴慢性胆囊炎", "adm_cond_type": "1",
    "maindiag_flag": "1",
}  # fmt: skip
OPERATION = {
    "oprn_oprt_type": "1", "oprn_oprt_name": "腹腔镜下胆囊切除术", "oprn_oprt_code": "51.2300", "anst_way": "1",
    "oper_dr_code": "D1", "oper_dr_name": "医", "oprn_oprt_date": "2026-03-16", "anst_dr_code": "D2",
    "oprn_oprt_begntime": "2026-03-16 10:00:00", "oprn_oprt_endtime": "2026-03-16 11:10:00",
    "anst_begntime": "2026-03-16 09:45:00", "anst_endtime": "2026-03-16 11:20:00",
}  # fmt: skip
TRIMMED = {
    "medcasno": "BA1", "ntly": "CHN", "prfs": "27", "adm_way": "2", "trt_type": "10", "adm_time": "2026-03-15 09:00:00",
    "dscg_time": "2026-03-19 10:00:00", "dscg_caty": "A04", "dscg_way": "1", "bill_code": "0", "bill_no": "1",
    "biz_sn": "B1", "days_rinp_flag_31": "1", "chfpdr_code": "D1", "setl_begn_date": "2026-03-15",
    "setl_end_date": "2026-03-19", "medins_fill_dept": "医保办", "medins_fill_psn": "测试员",
}  # fmt: skip


def stay(at: Hospital, number: str = "ZY1", card: str = CARD) -> dict[str, Any]:
    """A stay of four days that is settled: its numbers, what it cost and who paid."""
    psn = person(at, card)
    admission = {
        "psn_no": psn, "insutype": "310", "ipt_no": number, "begntime": "2026-03-15 09:00:00", "med_type": "2101",
    }  # fmt: skip
    visit = {"psn_no": psn, "mdtrt_id": at.ask("2401", {"mdtrtinfo": admission, "diseinfo": []})["result"]["mdtrt_id"]}
    rows = [line(visit, str(place), "L11", 4, 40, fee_ocur_time="2026-03-16 10:00:00") for place in range(1, 11)]
    at.ask("2301", {"feedetail": rows})
    at.ask("2402", {"dscginfo": {**visit, "endtime": "2026-03-19 10:00:00"}, "diseinfo": [DIAGNOSIS]})
    asked = {**visit, "medfee_sumamt": 1600, "insutype": "310"}
    said = at.ask("2304", {"data": asked})
    return {"visit": visit, "setl_id": said["setlinfo"]["setl_id"], "said": said}


def listed(of: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Its list in the trimmed form."""
    info = {**of["visit"], "setl_id": of["setl_id"], **TRIMMED, **other.pop("info", {})}
    funds = [{name: one[name] for name in ("fund_pay_type", "fund_payamt")} for one in of["said"]["setldetail"]]
    plain = {"setlinfo": info, "diseinfo": [DIAGNOSIS], "oprninfo": [OPERATION], "payinfo": funds}
    return {**plain, **other}


@pytest.fixture
def settled(hospital: Hospital) -> dict[str, Any]:
    return stay(hospital)


def test_a_list_is_uploaded_and_submitted(hospital: Hospital, settled: dict[str, Any]) -> None:
    number = hospital.ask("4101", listed(settled))["data"]["setl_list_id"]
    assert number.isdigit()
    assert len(number) == 20
    assert hospital.ask("4101", listed(settled))["data"]["setl_list_id"] == number
    state = {"psn_no": settled["visit"]["psn_no"], "setl_id": settled["setl_id"], "stas_type": "1"}
    assert hospital.ask("4102", {"data": {"stastinfo": [state]}}) is None
    assert hospital.refused("4102", {"data": {"stastinfo": [state]}}) == "N353"
    assert hospital.refused("4102", {"data": {"stastinfo": [state | {"setl_id": "284002"}]}}) == "N111"
    assert hospital.refused("4102", {"data": {"stastinfo": [state | {"psn_no": "43010000000000000002"}]}}) == "N384"
    assert hospital.refused("4102", {"data": {}}) == "N105"
    assert hospital.refused("4102", {"data": {"stastinfo": [state | {"setl_id": "43010000000009999999"}]}}) == "N383"


def test_the_full_form_is_told_by_what_it_repeats(hospital: Hospital, settled: dict[str, Any]) -> None:
    told = settled["said"]["setlinfo"]
    own = round(told["fulamt_ownpay_amt"] + told["overlmt_selfpay"], 2)
    info = {
        "psn_name": "测试", "gend": "1", "brdy": "1990-01-01", "naty": "01", "patn_cert_type": "01", "certno": CARD,
        "coner_name": "联系人", "patn_rlts": "10", "coner_addr": "某地", "coner_tel": "1", "hi_type": "310",
        "insuplc": "430100", "psn_selfpay": round(told["psn_part_amt"] - own, 2), "psn_ownpay": own,
        "acct_pay": told["acct_pay"], "psn_cashpay": told["psn_cash_pay"], "hi_paymtd": "1", "hsorg": "中心",
        "hsorg_opter": "某", "psn_no": None,
    }  # fmt: skip
    items = [
        {"med_chrgitm": "01", "amt": 1600, "claa_sumfee": 1600, "clab_amt": 0, "fulamt_ownpay_amt": 0, "oth_amt": 0}
    ]
    assert hospital.ask("4101", listed(settled, info=info, iteminfo=items))["data"]["setl_list_id"]
    assert hospital.ask("4101A", listed(settled, info=info, iteminfo=items))["data"]["setl_list_id"]
    assert (
        hospital.refused("4101", listed(settled, info=info | {"certno": "430000199001011011"}, iteminfo=items))
        == "N360"
    )
    assert hospital.refused("4101", listed(settled, info=info, iteminfo=[items[0] | {"amt": 1599}])) == "N372"
    assert (
        hospital.refused("4101", listed(settled, iteminfo=items)) == "N355"
    )  # the classes of charges alone make it so


def test_all_that_is_wrong_is_told_as_far_as_there_is_room(hospital: Hospital, settled: dict[str, Any]) -> None:
    broken = listed(
        settled,
        info={"prfs": "", "adm_way": "8", "bill_no": None, "trt_type": "1", "dscg_way": "7"},
        diseinfo=[],
        payinfo=[],
    )
    answer = hospital.send(hospital.envelope("4101", broken))
    text = answer["err_msg"]
    assert text.startswith("[N355]缺少“职业”(prfs);[N355]缺少“票据号码”(bill_no);[N356]")
    assert "另有" in text
    assert len(text) <= 200


def test_the_settlement_is_the_visits_and_stands(hospital: Hospital, settled: dict[str, Any]) -> None:
    other = stay(hospital, "ZY2", "999999195709230024")
    assert hospital.refused("4101", listed(settled, info={"setl_id": other["setl_id"]})) == "N118"
    assert hospital.refused("4101", listed(settled, info={"psn_no": "43010000000000000002"})) == "N114"
    assert hospital.refused("4101", listed(settled, info={"mdtrt_id": "1"})) == "N111"
    elsewhere = Hospital("H44030000001", "430100")
    assert elsewhere.refused("4101", listed(settled)) == "N111"
    assert hospital.ask("2305", {"data": {**settled["visit"], "setl_id": settled["setl_id"]}})
    assert hospital.refused("4101", listed(settled)) == "N351"


def test_what_no_column_takes_is_a_refusal_or_kept_as_it_was_sent(hospital: Hospital, settled: dict[str, Any]) -> None:
    long = "长" * 3_000
    given = {"age_days": 10**9, "curr_addr": long, "adm_way": "2", "poscode": long, "refldept_dept": long}
    diagnosis = DIAGNOSIS | {"diag_name": long, "diag_code": "K" * 200}
    hospital.ask("4101", listed(settled, info=given, diseinfo=[diagnosis], bldinfo={"bld_cat": "1"}, icuinfo=""))
    assert hospital.refused("4101", listed(settled, info={"adm_time": "0001-01-01"})) == "N101"
    assert hospital.refused("4101", listed(settled, info={"setl_begn_date": "9999-12-31"})) in ("N357", "N358")
    assert hospital.refused("4101", listed(settled, info={"bill_no": None, "nwb_bir_wt": 10**14})) == "N355"
    assert hospital.refused("4101", listed(settled, diseinfo=[DIAGNOSIS] * 1_001)) == "N382"
    assert hospital.refused("4101", listed(settled, oprninfo=["x"])) == "N103"


def test_lists_that_are_due_are_counted(hospital: Hospital, settled: dict[str, Any]) -> None:
    asked = {"fixmedins_code": hospital.code, "stt_begntime": "2026-03-01", "stt_endtime": "2026-03-31"}
    assert hospital.ask("4105", {"data": asked | {"medtype_list": ["2101"]}}) == {"needUploadCnt": 1, "uploadedCnt": 0}
    hospital.ask("4101", listed(settled))
    assert hospital.ask("4105", {"data": asked | {"medtype_list": "2101,11"}}) == {"needUploadCnt": 1, "uploadedCnt": 1}
    assert hospital.ask("4105", {"data": asked | {"medtype_list": ["11"]}})["needUploadCnt"] == 0
    assert hospital.ask("4105", {"data": asked})["needUploadCnt"] == 1
    assert hospital.refused("4105", {"data": asked | {"medtype_list": ["x"]}}) == "N112"
    assert hospital.refused("4105", {"data": {"stt_begntime": "2026-03-01"}}) == "N105"


def test_closed_tables_are_those_of_the_interface() -> None:
    assert {field: set(known) for field, (_, known) in CLOSED.items()} == {
        field: set(codes()[table]) for field, (table, _) in CLOSED.items()
    }


def test_a_list_of_five_hundred_rows_is_quick(hospital: Hospital, settled: dict[str, Any]) -> None:
    rows = [
        DIAGNOSIS,
        *(DIAGNOSIS | {"diag_code": f"I{n // 10:02d}.{n % 10}00", "maindiag_flag": "0"} for n in range(400)),
    ]
    more = [OPERATION, *(OPERATION | {"oprn_oprt_type": "2", "oprn_oprt_code": f"{n}.00"} for n in range(99))]
    message = hospital.envelope("4101", listed(settled, diseinfo=rows, oprninfo=more))
    began = process_time()
    answer = hospital.send(message)
    took = process_time() - began
    assert answer["infcode"] == 0, answer["err_msg"]
    assert took < 0.3, took


def test_a_list_is_read_back_with_what_the_centre_knows(hospital: Hospital, settled: dict[str, Any]) -> None:
    named = {"psn_no": settled["visit"]["psn_no"], "setl_id": settled["setl_id"]}
    assert hospital.refused("4103", {"data": named}) == "N354"
    intensive = {
        "scs_cutd_ward_type": "4", "scs_cutd_inpool_time": "2026-03-16 12:00:00",
        "scs_cutd_exit_time": "2026-03-18 01:24:00", "scs_cutd_sum_dura": "1/13/24",
    }  # fmt: skip
    chinese = DIAGNOSIS | {"diag_type": "2", "diag_code": "A07.01", "maindiag_flag": "0"}
    given = listed(
        settled, info={"vent_used_dura": "1/2/3", "adm_caty": "A04", "spga_nurscare_days": 2}, icuinfo=[intensive]
    )
    hospital.ask("4101", given | {"diseinfo": [DIAGNOSIS, chinese], "bldinfo": [{"bld_cat": "1", "bld_amt": 200}]})
    said = hospital.ask("4103", {"data": named})
    info = said["setlinfo"]
    assert (info["psn_name"], info["certno"], info["brdy"], info["age"]) == ("测试", CARD, "1990-01-01", 36)
    assert (info["vent_used_days"], info["vent_used_h_cnt"], info["vent_used_m_cnt"]) == (1, 2, 3)
    assert (info["adm_way_code"], info["adm_time"], info["act_ipt_days"]) == ("2", "2026-03-15 09:00:00", 4)
    assert (info["diag_code_cnt"], info["oprn_oprt_code_cnt"], info["stas_type"]) == (2, 1, "0")
    assert (info["adm_caty"], info["spga_nurscare_days"], info["dscg_diag"]) == ("A04", 2, "胆囊结石伴慢性胆囊炎")
    told = settled["said"]["setlinfo"]
    assert (info["psn_cashpay"], info["ybtcPay"]) == (told["psn_cash_pay"], told["hifp_pay"])
    assert round(info["psn_selfpay"] + info["psn_ownpay"], 2) == told["psn_part_amt"]
    assert [(one["fund_pay_type"], one["fund_payamt"]) for one in said["payinfo"]] == [
        (one["fund_pay_type"], one["fund_payamt"]) for one in settled["said"]["setldetail"]
    ]
    assert [(one["diag_type"], one["diag_code"], one["maindiag_flag"]) for one in said["diseinfo"]] == [
        ("1", "K80.101", "1"),
        ("2", "A07.01", "0"),
    ]
    (operation,) = said["oprninfo"]
    assert (operation["main_oprn_flag"], operation["oprn_oprt_date"]) == ("1", "2026-03-16")
    assert operation["anst_begntime"] == "2026-03-16 09:45:00"
    assert [one["scs_cutd_sum_dura"] for one in said["icuinfo"]] == ["1/13/24"]
    assert [one["bld_amt"] for one in said["bldinfo"]] == [200]
    (items,) = said["iteminfo"]
    assert (items["med_chrgitm_type"], items["item_sumamt"], items["item_claa_sumfee"]) == ("01", 1600, 1600)
    assert Hospital("H44030000001", "430100").refused("4103", {"data": named}) == "N383"


def test_what_was_found_is_read_in_pages(hospital: Hospital, settled: dict[str, Any]) -> None:
    asked = {"setl_ym": "202603", "page_num": "1", "page_size": 10}
    assert hospital.ask("4104", {"data": asked})["data"] == []
    doubtful = DIAGNOSIS | {"diag_code": "W19.900"}
    hospital.ask("4101", listed(settled, diseinfo=[doubtful]))
    said = hospital.ask("4104", {"data": asked})
    (row,) = said["data"]
    assert (said["recordCounts"], said["pageNum"], row["setl_ym"], row["setl_id"]) == (
        1,
        1,
        "202603",
        settled["setl_id"],
    )
    assert (row["qltctrl_rslt"], row["err_lv"], row["retn_flag"], row["grp_stas"]) == ("0", "1", "0", "0")
    assert [(one["exam_data_fld"], one["init_val"]) for one in row["detailinfo"]] == [
        ("diseinfo.diag_code", "W19.900")
    ] * 2
    assert [one["qltctrl_chk_rslt"][:6] for one in row["detailinfo"]] == ["[N389]", "[N386]"]
    (same,) = hospital.ask("3607", {"data": asked})["data"]
    assert same["detl_list"] == row["detailinfo"]
    for more, count in (({"err_lv": "1"}, 1), ({"err_lv": "0"}, 0), ({"retn_flag": "1"}, 0), ({"page_num": 2}, 0)):
        assert len(hospital.ask("4104", {"data": asked | more})["data"]) == count
    assert hospital.ask("4104", {"data": asked | {"setl_ym": "202602"}})["data"] == []
    assert hospital.refused("4104", {"data": asked | {"setl_ym": "202613"}}) == "N380"
    assert hospital.refused("4104", {"data": asked | {"setl_ym": "999912"}}) == "N380"
    assert hospital.refused("3607", {"data": {}}) == "N105"
    assert Hospital("H44030000001", "430100").ask("4104", {"data": asked})["data"] == []


def test_a_case_asks_to_leave_its_group(hospital: Hospital, settled: dict[str, Any]) -> None:
    item = {"medListCodg": "TESTITEM00000000000011", "cnt": 4, "pric": 40.0, "detItemFeeSumamt": 160}
    given = {
        "setl_id": settled["setl_id"], "psn_no": settled["visit"]["psn_no"], "appy_exit_type": "1",
        "exit_rea": "费用极高",
        "exit_fund_payamt": 500.5, "drgAppySpcasItemDTOList": [item],
    }  # fmt: skip
    assert hospital.refused("3602", {"data": given}) == "N354"
    hospital.ask("4101", listed(settled))
    assert hospital.ask("3602", {"data": given})["data"]["code"] == "0"
    assert hospital.refused("3602", {"data": given}) == "N377"
    asked = {"fixmedins_code": hospital.code, "pageSize": "10", "pageNum": "1"}
    (row,) = hospital.ask("3601", {"data": asked})["data"]
    assert (row["exit_rea"], row["exit_fund_payamt"], row["setl_id"]) == ("费用极高", 500.5, settled["setl_id"])
    assert (row["psn_name"], row["vali_flag"], row["rchk_flag"]) == ("测试", "1", "")
    named = {"psn_no": settled["visit"]["psn_no"], "setl_id": settled["setl_id"]}
    assert hospital.ask("4103", {"data": named})["drgAppyinfo"][0]["detItemFeeSumamt"] == 160
    number = {"appy_chk_setl_list_id": row["appy_chk_setl_list_id"]}
    hospital.ask("3603", {"data": number | {"exit_rea": "重症监护时间长", "vali_flag": "1"}})
    (row,) = hospital.ask("3601", {"data": asked | {"setl_id": settled["setl_id"]}})["data"]
    assert (row["exit_rea"], row["exit_fund_payamt"]) == ("重症监护时间长", 500.5)
    said = hospital.ask("3604", {"data": number})
    assert said["appy_chk_opnn_evt_list"] == []
    assert [one["fund_payamt"] for one in said["preSetl_invy_evt_list"]] == [
        one["fund_payamt"] for one in settled["said"]["setldetail"]
    ]
    assert hospital.refused("3604", {"data": {}}) == "N381"
    assert Hospital("H44030000001", "430100").ask("3601", {"data": asked})["data"] == []
    assert Hospital("H44030000001", "430100").refused("3603", {"data": number | {"vali_flag": "0"}}) == "N379"
    hospital.ask("3603", {"data": number | {"vali_flag": "0"}})
    assert hospital.ask("3601", {"data": asked | {"vali_flag": "1"}})["data"] == []
    assert hospital.refused("3603", {"data": number | {"exit_rea": "再改"}}) == "N378"
    assert (
        hospital.ask("3602", {"data": given | {"drgAppySpcasItemDTOList": json.dumps([item])}})["data"]["code"] == "0"
    )
    assert hospital.refused("3602", {"data": given | {"drgAppySpcasItemDTOList": "[1"}}) == "N103"


@pytest.mark.parametrize("infno", ["3605", "3606", "3608", "3609", "3610", "3611"])
def test_before_anything_is_grouped_the_answer_is_empty(hospital: Hospital, infno: str) -> None:
    asked = {"setl_ym": "202603", "setl_mon": "202603", "page_num": 1, "page_size": 10, "fixmedins_code": "x"}
    assert hospital.ask(infno, {"data": asked})["data"] == []
    assert hospital.refused(infno, {"data": {"page_num": 1, "fixmedins_code": "x"}}) == "N105"


def test_groups_are_ones_own_and_totals_name_nobody(hospital: Hospital, settled: dict[str, Any]) -> None:
    hospital.ask("4101", listed(settled))
    with scoped(system("the test groups")):
        of = SettlementList.objects.get()
        plain = {"of": of, "version": 1, "month": date(2026, 3, 1), "at": clock.now()}
        Grouping.objects.create(scheme="DIP", code="K80:51.23", name="胆囊结石", points=Decimal("812.5"), **plain)
        Grouping.objects.create(scheme="DRG", code="HC15", name="胆囊切除", weight=Decimal("1.2"), **plain)
    asked = {"setl_ym": "202603", "setl_mon": "202603", "page_num": 1, "page_size": 10}
    (one,) = hospital.ask("3606", {"data": asked})["data"]
    assert (one["dip_dise_grp_code"], one["act_setl_sco"], one["grp_stas"]) == ("K80:51.23", 812.5, "1")
    (one,) = hospital.ask("3605", {"data": asked})["data"]
    assert (one["drg_code"], one["setl_id"]) == ("HC15", settled["setl_id"])
    other = Hospital("H44030000001", "430100")
    assert other.ask("3605", {"data": asked})["data"] == []
    for region, institution, name in (("3608", "3609", "dip_dise_grp_code"), ("3610", "3611", "drg_code")):
        (total,) = other.ask(region, {"data": asked})["data"]
        assert hospital.code not in json.dumps(total)
        assert (total["medfee_sumamt"], total["setl_psntime"], total["grp_sum"]) == (1600, 1, 1)
        of_one = asked | {"fixmedins_code": total["fixmedins_code"]}
        (group,) = other.ask(institution, {"data": of_one})["data"]
        assert (group[name], group["ave_medfee_sumamt"]) == ({"3609": "K80:51.23", "3611": "HC15"}[institution], 1600)
        assert other.ask(institution, {"data": asked | {"fixmedins_code": hospital.code}})["data"] == []
    named = {"psn_no": settled["visit"]["psn_no"], "setl_id": settled["setl_id"]}
    assert hospital.ask("4103", {"data": named})["setlinfo"]["dipDiseGrpCode"] == "K80:51.23"
