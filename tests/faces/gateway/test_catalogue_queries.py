"""1304, 1312, 1316–1319 and 1901: the catalogue and the code tables in pages."""

from datetime import timedelta
from typing import Any

from tests.faces.gateway.changed import change
from tests.faces.gateway.conftest import TODAY
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_catalogue_files import HEAD, NEW


def pages(at: Hospital, infno: str, **given: Any) -> dict[str, Any]:
    return dict(at.ask(infno, {"data": given}))


def test_pages_hold_everything_once(hospital: Hospital) -> None:
    whole = pages(hospital, "1312", page_num=1, page_size=100)
    assert (whole["recordCounts"], whole["size"], whole["pages"]) == (10, 10, 1)
    assert (whole["firstPage"], whole["lastPage"]) == (True, True)
    parts = [pages(hospital, "1312", page_num=str(page), page_size="4") for page in (1, 2, 3, 4)]
    assert [row for part in parts for row in part["data"]] == whole["data"]
    assert [(part["startRow"], part["endRow"], part["lastPage"]) for part in parts] == [
        (1, 4, False), (5, 8, False), (9, 10, True), (0, 0, True),
    ]  # fmt: skip
    assert pages(hospital, "1312")["pageSize"] == 20
    assert pages(hospital, "1312", page_num=10**14, page_size=1000)["data"] == []
    assert pages(hospital, "1312", page_num=-1, page_size=0)["size"] == 1
    assert hospital.refused("1312", {"data": {"page_size": 1001}}) == "N312"


def test_the_insurance_catalogue(hospital: Hospital) -> None:
    (row,) = pages(hospital, "1312", hilist_code="TESTDRUG00000000000002")["data"]
    told = {"chrgitm_lv": "02", "lmt_used_flag": "0", "list_type": "101", "med_chrgitm_type": "09", "vali_flag": "1"}
    assert {name: row[name] for name in told} == told
    assert (row["hilist_name"], row["insu_admdvs"], row["begndate"]) == ("示例药品二", "430100", "2026-01-02")
    assert pages(hospital, "1312", chrgitm_lv="03")["recordCounts"] == 2
    assert pages(hospital, "1312", list_type="301")["recordCounts"] == 2
    assert pages(hospital, "1312", hilist_name="项目")["recordCounts"] == 2
    assert pages(hospital, "1312", vali_flag="0")["recordCounts"] == 0


def test_what_changed_since_a_day(hospital: Hospital) -> None:
    assert pages(hospital, "1316", updt_time="2026-01-02")["recordCounts"] == 10
    assert pages(hospital, "1316", updt_time="2026-01-03")["recordCounts"] == 0
    change("drug", TODAY, HEAD, NEW)
    (row,) = pages(hospital, "1316", updt_time=TODAY.isoformat())["data"]
    assert row["med_list_codg"] == row["hilist_code"] == NEW[0]
    assert row["updt_time"] == TODAY.isoformat()
    assert pages(hospital, "1316", updt_time=(TODAY + timedelta(days=1)).isoformat())["data"] == []
    assert pages(hospital, "1316", medins_list_codg=NEW[0])["recordCounts"] == 1  # as one client names it


def test_one_s_own_mappings(hospital: Hospital, pharmacy: Hospital) -> None:
    (row,) = pages(hospital, "1317", med_list_codg="TESTDRUG00000000000001")["data"]
    assert (row["medins_list_codg"], row["medins_list_name"], row["vali_flag"]) == ("L1", "示例药品一", "1")
    assert row["fixmedins_code"] == hospital.code
    assert pages(hospital, "1317", vali_flag="0")["recordCounts"] == 0
    assert {one["fixmedins_code"] for one in pages(pharmacy, "1317", fixmedins_code=hospital.code)["data"]} == {
        pharmacy.code
    }


def test_price_limits_hold_at_every_level(hospital: Hospital) -> None:
    found = pages(hospital, "1318")
    assert found["recordCounts"] == 6
    assert [(row["hilist_code"][-2:], row["hilist_lmtpric_type"]) for row in found["data"]] == [
        ("04", "1"), ("04", "2"), ("04", "3"), ("13", "1"), ("13", "2"), ("13", "3"),
    ]  # fmt: skip
    assert {row["hilist_pric_uplmt_amt"] for row in found["data"]} == {100, 5000}
    parts = [pages(hospital, "1318", page_num=page, page_size=4)["data"] for page in (1, 2, 3)]
    assert [row for part in parts for row in part] == found["data"]
    assert [row["hilist_code"][-2:] for row in pages(hospital, "1318", hilist_lmtpric_type="3")["data"]] == ["04", "13"]
    assert pages(hospital, "1318", hilist_lmtpric_type="9")["recordCounts"] == 0


def test_first_self_pay(hospital: Hospital) -> None:
    (row,) = pages(hospital, "1319")["data"]
    assert (row["hilist_code"], row["selfpay_prop"], row["selfpay_prop_type"]) == ("TESTMATL00000000000004", 0.1, "10")
    assert pages(hospital, "1319", selfpay_prop_type="20")["recordCounts"] == 0


def test_ethnic_drugs(hospital: Hospital) -> None:
    assert pages(hospital, "1304", updt_time="2026-01-01")["recordCounts"] == 0
    change("drug", TODAY, HEAD, ("XETH001", "示例民族药", "", "甲", "甲类", "104"))
    (row,) = pages(hospital, "1304", drug_genname="民族")["data"]
    assert (row["med_list_codg"], row["drug_genname"]) == ("XETH001", "示例民族药")


def test_code_tables(hospital: Hospital) -> None:
    sex = hospital.ask("1901", {"data": {"type": "gend"}})["list"]
    assert [(row["value"], row["valiFlag"]) for row in sex] == [("0", "1"), ("1", "1"), ("2", "1"), ("9", "1")]
    care = {row["value"]: row for row in hospital.ask("1901", {"data": {"type": "med_type"}})["list"]}
    assert (care["11"]["valiFlag"], care["24"]["valiFlag"] if "24" in care else "0") == ("1", "0")
    assert care["12"]["label"] == "普通门诊"  # the region's own, which the national table has not
    assert care["2101"]["valiFlag"] == "1"
    valid = hospital.ask("1901", {"data": {"type": "med_type", "valiFlag": "1"}})["list"]
    assert {row["value"] for row in valid} == {code for code, row in care.items() if row["valiFlag"] == "1"}
    everything = hospital.ask("1901", {"data": {"type": "", "valiFlag": "1"}})["list"]
    assert len({row["type"] for row in everything}) > 250
    assert hospital.refused("1901", {"data": {"type": "无"}}) == "N313"
