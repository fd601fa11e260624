"""Every check of a settlement list: what it finds, and what it lets pass."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.record.lists.stage import DIAGNOSIS, INTENSIVE, ITEM, OPERATION, at, known, paid, sheet
from tongchou.record.lists.checks import check, is_warning
from tongchou.record.lists.sheet import Known, Sheet

OTHER = DIAGNOSIS | {"diag_code": "I10.x00", "maindiag_flag": "0"}
BABY = {"nwb_adm_type": "1", "nwb_bir_wt": Decimal(3200), "nwb_adm_wt": Decimal(3150)}
BORN = {"born": date(2025, 5, 8)}


def found(given: Sheet, by: Known | None = None) -> list[str]:
    return [one.code for one in check(given, by or known())]


@pytest.mark.parametrize("full", [False, True])
def test_nothing_is_found_in_a_list_that_is_right(full: bool) -> None:
    assert found(sheet(full=full, rows={"icuinfo": [INTENSIVE]})) == []


INFO = [
    ("N355", {"prfs": None}),
    ("N355", {"dscg_caty": None}),
    ("N355", {"coner_name": "乙", "patn_rlts": "10", "coner_addr": "某地"}),
    ("N356", {"adm_way": "7"}),
    ("N356", {"dscg_way": "a"}),
    ("N357", {"setl_begn_date": date(2025, 5, 15), "setl_end_date": date(2025, 5, 14)}),
    ("N358", {"setl_end_date": date(2025, 6, 4)}),
    ("N359", {"adm_time": at("2025-05-09 09:00")}),
    ("N359", {"dscg_time": at("2025-05-16 09:00")}),
    ("N101", {"setl_begn_date": date(202, 5, 10)}),
    ("N364", {"vent_used_dura": "1天"}),
    ("N364", {"vent_used_dura": "1/24/0"}),
    ("N366", {"vent_used_dura": "6/0/1"}),
    ("N369", {"nwb_adm_type": "1"}),
    ("N369", {"nwb_adm_wt": Decimal(3000)}),
]
WARNED = [
    ("N385", {"adm_way": None}),
    ("N385", {"dscg_way": "2"}),
    ("N385", {"days_rinp_flag_31": "2"}),
    ("N391", {"age": Decimal("50")}),
    ("N391", {"act_ipt_days": Decimal(9)}),
    ("N392", {"diag_code_cnt": Decimal(2)}),
    ("N393", {"lv1_nurscare_days": Decimal(4), "scd_nurscare_days": Decimal(3)}),
    ("N396", {"setl_begn_date": date(2025, 5, 9)}),
]


@pytest.mark.parametrize(("code", "said"), INFO)
def test_a_fault_of_the_list_itself_refuses_it(code: str, said: dict[str, Any]) -> None:
    problems = check(sheet(**said), known())
    assert code in [one.code for one in problems]
    assert any(not is_warning(one) for one in problems)
    assert all(one.message("zh") and one.message("en") and one.remedy("zh") for one in problems)


@pytest.mark.parametrize(("code", "said"), WARNED)
def test_what_is_doubtful_is_a_warning(code: str, said: dict[str, Any]) -> None:
    problems = check(sheet(**said), known())
    assert [one.code for one in problems] == [code]
    assert is_warning(problems[0])
    assert problems[0].message("zh")
    assert problems[0].message("en")


@pytest.mark.parametrize(
    "said",
    [
        {"adm_way": "02"},  # zeros that some software writes before a code
        {"adm_time": at("2025-05-10 00:00")},  # a day without its time
        {"vent_used_dura": "6/0/0"},
        {"nwb_adm_wt": Decimal(0), "nwb_bir_wt": Decimal(0)},  # software that must write a number
        {"age": Decimal("65.4")},
        {"coner_name": "乙", "patn_rlts": "10", "coner_addr": "某地", "coner_tel": "1"},
    ],
)
def test_what_the_field_writes_passes(said: dict[str, Any]) -> None:
    assert found(sheet(**said)) == []


DIAGNOSES = [
    (["N362"], []),
    (["N361"], [OTHER]),
    (["N361"], [DIAGNOSIS, OTHER | {"maindiag_flag": "1"}, ]),
    (["N355"], [DIAGNOSIS, OTHER | {"diag_name": None}]),
    (["N356"], [DIAGNOSIS, OTHER | {"adm_cond_type": "5"}]),
    (["N387"], [DIAGNOSIS, OTHER, OTHER]),
    (["N388"], [DIAGNOSIS, OTHER | {"diag_code": "BZ0001"}]),
    (["N390"], [DIAGNOSIS, OTHER | {"diag_code": "N40.x00"}]),
    (["N389", "N386"], [DIAGNOSIS | {"diag_code": "W19.900"}]),
    ([], [DIAGNOSIS, OTHER]),
    ([], [DIAGNOSIS, OTHER | {"diag_type": "2", "diag_code": "A07.01", "maindiag_flag": "1"}]),
    ([], [DIAGNOSIS, OTHER | {"diag_code": "C50.900x002"}, OTHER | {"diag_code": "A18.001+M01.1*"}]),
]  # fmt: skip


@pytest.mark.parametrize(("codes", "rows"), DIAGNOSES)
def test_diagnoses(codes: list[str], rows: list[dict[str, Any]]) -> None:
    got = found(sheet(rows={"diseinfo": rows}))
    assert got[: len(codes)] == codes
    assert bool(got) == bool(codes)


def test_an_outpatient_needs_no_diagnosis_of_discharge_but_the_special_disease() -> None:
    day = known(stay=False, main=frozenset())
    assert found(sheet(rows={"diseinfo": [], "oprninfo": []}), day) == ["N362"]
    chronic = {"diseinfo": [], "oprninfo": [], "opspdiseinfo": [{"diag_code": "M03900", "diag_name": "高血压"}]}
    assert found(sheet(rows=chronic, adm_time=None, dscg_time=None, dscg_caty=None), day) == []


OPERATIONS = [
    (["N363"], [OPERATION | {"oprn_oprt_type": "2"}]),
    (["N363"], [OPERATION, OPERATION]),
    (["N355"], [OPERATION | {"oper_dr_code": None}]),
    (["N357"], [OPERATION | {"oprn_oprt_begntime": at("2025-05-12 12:00"), "anst_begntime": None,
                             "anst_endtime": None}]),
    (["N357"], [OPERATION | {"oprn_oprt_begntime": at("2025-05-09 09:00"), "anst_begntime": None}]),
    (["N357"], [OPERATION | {"oprn_oprt_endtime": at("2025-05-16 00:00"), "anst_endtime": None}]),
    (["N367"], [OPERATION | {"anst_begntime": at("2025-05-12 10:01")}]),
    (["N367"], [OPERATION | {"anst_endtime": at("2025-05-12 11:09")}]),
    (["N385"], [OPERATION | {"anst_dr_code": None}]),
    (["N398"], [OPERATION | {"oprn_oprt_begntime": None}]),
    ([], [OPERATION, OPERATION | {"oprn_oprt_type": "2"}]),
    ([], []),
    ([], [OPERATION | {"oprn_oprt_begntime": at("2025-05-10 00:00"), "anst_begntime": None}]),  # the day of admission
]  # fmt: skip


@pytest.mark.parametrize(("codes", "rows"), OPERATIONS)
def test_operations(codes: list[str], rows: list[dict[str, Any]]) -> None:
    assert found(sheet(rows={"oprninfo": rows})) == codes


CARE = [
    (["N365"], [INTENSIVE | {"scs_cutd_sum_dura": "1/13/20"}]),
    (["N364"], [INTENSIVE | {"scs_cutd_sum_dura": "37:24"}]),
    (["N357"], [INTENSIVE | {"scs_cutd_exit_time": at("2025-05-12 11:00")}]),
    (["N357", "N365"], [INTENSIVE | {"scs_cutd_inpool_time": at("2025-05-09 12:00")}]),
    (["N355"], [INTENSIVE | {"scs_cutd_exit_time": None}]),
    (["N356"], [INTENSIVE | {"scs_cutd_ward_type": "7"}]),
    (["N395"], [INTENSIVE, INTENSIVE]),
    ([], [INTENSIVE | {"scs_cutd_sum_dura": "1/13/25"}]),
]


@pytest.mark.parametrize(("codes", "rows"), CARE)
def test_intensive_care(codes: list[str], rows: list[dict[str, Any]]) -> None:
    assert found(sheet(rows={"icuinfo": rows})) == codes


NEWBORN = [
    (["N368"], {"nwb_adm_type": None}, BORN),
    (["N368"], {"nwb_bir_wt": None}, BORN),
    ([], {"nwb_bir_wt": None, "mul_nwb_bir_wt": "3200,2950"}, BORN),
    (["N370"], {"nwb_bir_wt": Decimal(3205)}, BORN),
    (["N370"], {"nwb_bir_wt": None, "mul_nwb_bir_wt": "3200,x"}, BORN),
    (["N394"], {"nwb_bir_wt": Decimal(120)}, BORN),
    ([], {}, BORN),
    ([], {"age_days": Decimal(3)}, {}),  # a child that is treated as its mother's
    (["N369", "N369"], {}, {"born": date(2025, 4, 1)}),
    (["N369", "N369", "N369"], {}, {"sex": "男"}),
    ([], {"nwb_adm_type": None, "nwb_adm_wt": None}, {"born": date(1995, 4, 1)}),  # a mother
]


@pytest.mark.parametrize(("codes", "said", "who"), NEWBORN)
def test_newborns(codes: list[str], said: dict[str, Any], who: dict[str, Any]) -> None:
    assert found(sheet(**{**BABY, **said}), known(**who)) == codes


@pytest.mark.parametrize(
    ("codes", "funds"),
    [
        (["N371"], {"310100": 8_000_00}),
        (["N371"], {"310100": 8_000_01, "310200": 500_00}),
        (["N371"], {"310100": 8_000_00, "310200": 500_00, "610100": 1}),
        (["N371", "N371"], {}),
        ([], {"310200": 500_00, "310100": 8_000_00, "390100": 0}),
    ],
)
def test_what_funds_paid_is_what_was_settled(codes: list[str], funds: dict[str, int]) -> None:
    assert found(sheet(rows={"payinfo": paid(funds)})) == codes


def test_a_fund_in_two_rows_is_their_sum() -> None:
    rows = [*paid({"310100": 3_000_00, "310200": 500_00}), *paid({"310100": 5_000_00})]
    assert found(sheet(rows={"payinfo": rows})) == []


@pytest.mark.parametrize(
    ("codes", "rows", "said"),
    [
        (["N372"], [ITEM | {"clab_amt": Decimal(1)}], {}),
        (["N373"], [ITEM | {"amt": Decimal(9_999), "claa_sumfee": Decimal(8_999)}], {}),
        (["N397"], [ITEM | {"claa_sumfee": Decimal(8_999), "fulamt_ownpay_amt": Decimal(1_001)}], {}),
        (["N374"], [ITEM], {"psn_selfpay": Decimal(401)}),
        (["N375", "N375"], [ITEM], {"acct_pay": Decimal(400), "psn_cashpay": Decimal(1100)}),
        (["N355"], [ITEM], {"psn_selfpay": None}),
    ],
)
def test_money_of_the_full_form(codes: list[str], rows: list[dict[str, Any]], said: dict[str, Any]) -> None:
    assert found(sheet(full=True, rows={"iteminfo": rows}, **said)) == codes


@pytest.mark.parametrize(
    "said", [{"psn_name": "丙"}, {"gend": "1"}, {"brdy": date(1960, 1, 2)}, {"certno": "X2"}], ids=str
)
def test_the_person_agrees(said: dict[str, Any]) -> None:
    assert found(sheet(full=True, **said)) == ["N360"]


def test_every_problem_is_told_at_once() -> None:
    broken = sheet(prfs=None, adm_way="x", rows={"diseinfo": [], "payinfo": []})
    assert found(broken) == ["N355", "N356", "N362", "N371", "N371"]
    assert check(broken, known())[0].message("zh") == "缺少“职业”(prfs)"
