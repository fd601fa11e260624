"""3501–3513 and 3592B: what a pharmacy counts, buys and sells, and which packages."""

from typing import Any

import pytest

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_outpatient import person
from tongchou.faces.gateway.handlers import stock as handler
from tongchou.record.base.scope import Scope, scoped, system
from tongchou.record.stock import queries
from tongchou.record.stock.models import Entry

GOODS = {
    "med_list_codg": "TESTDRUG00000000000021",
    "fixmedins_hilist_id": "P1",
    "fixmedins_hilist_name": "示例药品二十一",
    "fixmedins_bchno": "B1",
    "rx_flag": "1",
    "manu_lotnum": "L1",
    "manu_date": "2025-01-01",
    "expy_end": "2027-01-01",
    "memo": "",
}
COUNTED = {**GOODS, "invdate": "2026-03-20", "inv_cnt": 10}
CHANGED = {**GOODS, "inv_chg_type": "103", "inv_chg_time": "2026-03-20 10:00:00", "pric": "1.5", "cnt": 20}
BOUGHT = {
    **GOODS,
    "spler_name": "供应商",
    "prdr_name": "厂家",
    "purc_retn_cnt": 10,
    "finl_trns_pric": 12.345678,
    "purc_retn_stoin_time": "2026-03-20 08:00:00",
    "purc_retn_opter_name": "王",
}
SOLD = {
    **GOODS,
    "prsc_dr_name": "李医师",
    "phar_name": "张药师",
    "mdtrt_sn": "X1",
    "rtal_docno": "R1",
    "sel_retn_cnt": 2,
    "sel_retn_time": "2026-03-20 11:00:00",
    "sel_retn_opter_name": "王",
    "trdn_flag": "0",
    "drugtracinfo": [{"drug_trac_codg": "81000000000000000001"}, {"drug_trac_codg": "81000000000000000002"}],
}
DAYS = {"begndate": "2026-03-01", "enddate": "2026-03-31", "fixmedins_bchno": "B1"}
RECORDS = {
    "3501": ("invinfo", COUNTED),
    "3502": ("invinfo", CHANGED),
    "3503": ("purcinfo", BOUGHT),
    "3504": ("purcinfo", BOUGHT),
    "3505": ("selinfo", SOLD),
    "3506": ("selinfo", SOLD),
}
QUERIES = {"3501": "3508", "3502": "3509", "3503": "3510", "3504": "3510", "3505": "3511", "3506": "3511"}


def rows(at: Hospital, infno: str, **asked: Any) -> list[dict[str, Any]]:
    return list(at.ask(infno, {"data": {**DAYS, **asked}})["data"])


@pytest.mark.parametrize("infno", RECORDS)
def test_what_is_recorded_is_read(pharmacy: Hospital, hospital: Hospital, infno: str) -> None:
    node, row = RECORDS[infno]
    assert pharmacy.ask(infno, {node: row}) is None
    (told,) = rows(pharmacy, QUERIES[infno])
    expected = {"medinsListCodg": "P1", "medListCodg": GOODS["med_list_codg"], "fixmedinsBchno": "B1", "valiFlag": "1"}
    assert {name: told[name] for name in expected} == expected
    assert rows(hospital, QUERIES[infno]) == []


def test_each_kind_tells_its_own(pharmacy: Hospital) -> None:
    for infno, (node, row) in RECORDS.items():
        pharmacy.ask(infno, {node: row})
    (counted,), (changed,) = rows(pharmacy, "3508"), rows(pharmacy, "3509")
    assert (counted["invCnt"], counted["invdate"], counted["expyEnd"]) == (10, "2026-03-20", "2027-01-01")
    assert (changed["invChgType"], changed["cnt"], changed["pric"]) == ("103", 20, 1.5)
    bought, returned = rows(pharmacy, "3510")
    assert (bought["prodRetnFlag"], returned["prodRetnFlag"]) == ("0", "1")
    assert (bought["finlTrnsPric"], bought["prodentpName"], bought["splerName"]) == (12.345678, "厂家", "供应商")
    sold, back = rows(pharmacy, "3511")
    assert (sold["bilgDrName"], sold["pharName"], sold["selRetnCnt"]) == ("李医师", "张药师", 2)
    assert sold["medinsProdSelNo"] != back["medinsProdSelNo"]


def test_what_is_asked_for_is_compared(pharmacy: Hospital) -> None:
    pharmacy.ask("3502", {"invinfo": CHANGED})
    pharmacy.ask("3502", {"invinfo": {**CHANGED, "inv_chg_type": "104", "fixmedins_bchno": "B2"}})
    assert len(rows(pharmacy, "3509")) == 1
    assert len(rows(pharmacy, "3509", fixmedins_bchno="", medins_list_codg="P1")) == 2
    assert len(rows(pharmacy, "3509", fixmedins_bchno="", medins_list_codg="P1", inv_chg_type="104")) == 1
    assert rows(pharmacy, "3509", enddate="2026-03-19") == []
    assert len(rows(pharmacy, "3509", begndate="2026-03-20", enddate="2026-03-20")) == 1
    assert len(rows(pharmacy, "3509", begndate="0001-01-01", enddate="9999-12-31")) == 1
    assert pharmacy.refused("3509", {"data": {**DAYS, "fixmedins_bchno": ""}}) == "N335"
    assert pharmacy.refused("3509", {"data": {"fixmedins_bchno": "B1"}}) == "N105"


def test_the_same_again_is_recorded_once(pharmacy: Hospital) -> None:
    pharmacy.ask("3505", {"selinfo": SOLD})
    pharmacy.ask("3505", {"selinfo": SOLD})
    assert len(rows(pharmacy, "3511")) == 1
    pharmacy.ask("3505", {"selinfo": {**SOLD, "rtal_docno": "R2"}})
    assert len(rows(pharmacy, "3511")) == 2


def test_what_is_deleted_counts_no_more_and_is_kept(pharmacy: Hospital, hospital: Hospital) -> None:
    pharmacy.ask("3505", {"selinfo": SOLD})
    pharmacy.ask("3506", {"selinfo": SOLD})
    pharmacy.ask("3501", {"invinfo": COUNTED})
    gone = {"data": {"fixmedins_bchno": "B1", "inv_data_type": "4"}}
    assert hospital.refused("3507", gone) == "N333"
    pharmacy.ask("3507", gone)
    assert rows(pharmacy, "3511") == []
    assert [one["valiFlag"] for one in rows(pharmacy, "3511", vali_flag="0")] == ["0", "0"]
    assert len(rows(pharmacy, "3508")) == 1
    assert pharmacy.refused("3507", gone) == "N333"
    assert pharmacy.refused("3507", {"data": {"fixmedins_bchno": "B1", "inv_data_type": "9"}}) == "N112"
    pharmacy.ask("3505", {"selinfo": SOLD})  # recorded anew, not taken for the deleted one
    assert len(rows(pharmacy, "3511")) == 1


def test_batch_forms_answer_what_is_faulty(pharmacy: Hospital) -> None:
    faulty = {**CHANGED, "cnt": -1}
    answered = pharmacy.ask("3502A", {"invinfoDetail": [CHANGED, faulty]})["invinfoErrDetail"]
    assert [(one["retRslt"], one["msgRslt"][:6], one["fixmedins_bchno"]) for one in answered] == [("0", "[N315]", "B1")]
    assert len(rows(pharmacy, "3509")) == 1
    told = pharmacy.ask("3505A", {"selinfoDetail": [SOLD, {**SOLD, "fixmedins_bchno": ""}]})["selinfoDetail"]
    assert [one["retRslt"] for one in told] == ["1", "0"]
    (sold,) = rows(pharmacy, "3511")
    assert told[0]["medins_prod_sel_no"] == sold["medinsProdSelNo"]
    assert pharmacy.ask("3501A", {"invinfoDetail": [COUNTED]})["invinfoErrDetail"] == []
    assert pharmacy.ask("3503A", {"purcinfoDetail": [BOUGHT]})["purcinfoDetail"][0]["retRslt"] == "1"
    assert pharmacy.ask("3504A", {"purcinfoDetail": [{}]})["purcinfoErrDetail"][0]["retRslt"] == "0"
    assert pharmacy.ask("3506A", {"selinfoDetail": SOLD})["selinfoErrDetail"] == []
    gone = [{"fixmedins_bchno": "B1", "inv_data_type": "3"}, {"fixmedins_bchno": "B9", "inv_data_type": "3"}]
    (left,) = pharmacy.ask("3507A", {"goodDetail": gone})["goodErrDetail"]
    assert (left["fixmedins_bchno"], left["retRslt"], left["msgRslt"][:6]) == ("B9", "0", "[N333]")


def test_packages_are_followed(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    came = {**COUNTED, "drugtracinfo": [{"drug_trac_codg": "81000000000000000001"}]}
    pharmacy.ask("3501", {"invinfo": came})
    pharmacy.ask("3505", {"selinfo": {**SOLD, "psn_no": psn, "certno": "430000199001011010"}})
    (told,) = rows(pharmacy, "3512")
    assert (told["drugTracCodg"], told["medinsListCodg"]) == ("81000000000000000001", "P1")
    sold = rows(pharmacy, "3513")
    assert [one["drugTracCodg"] for one in sold] == ["81000000000000000001", "81000000000000000002"]
    assert {(one["psnNo"], one["mdtrtId"]) for one in sold} == {(psn, "X1")}
    assert len(pharmacy.ask("3513", {"data": {"certno": "430000199001011010"}})["data"]) == 2
    assert pharmacy.ask("3513", {"data": {"certno": "999999195709230024"}})["data"] == []
    assert (
        len(pharmacy.ask("3513", {"data": {"mdtrt_id": "X1", "drug_trac_codg": "81000000000000000002"}})["data"]) == 1
    )
    assert pharmacy.refused("3513", {"data": {}}) == "N335"


def test_a_package_sold_twice_is_found_and_not_refused(pharmacy: Hospital, hospital: Hospital) -> None:
    from tongchou.record.base import clock

    def found(scope: Scope) -> list[tuple[str, int]]:
        from tests.faces.gateway.changed import agency
        from tongchou.record.base.actor import acting

        maker, _ = agency()
        with acting(maker), scoped(scope):
            return [(one.code, one.times) for one in queries.sold_twice(clock.today(), clock.today())]

    everything = system("test")
    pharmacy.ask("3505", {"selinfo": SOLD})
    assert found(everything) == []
    second = {**SOLD, "drugtracinfo": [{"drug_trac_codg": "81000000000000000002"}], "rtal_docno": "R2"}
    hospital.ask("3505", {"selinfo": second})
    assert found(everything) == [("81000000000000000002", 2)]
    with scoped(everything):
        where = Entry.objects.select_related("institution").get(institution__code=pharmacy.code).institution
    assert found(Scope("provider", where.organisation_id)) == []  # of another's sale an institution learns nothing
    hospital.ask("3506", {"selinfo": second})
    assert found(everything) == []
    hospital.ask("3505", {"selinfo": {**second, "trdn_flag": "1", "rtal_docno": "R3"}})
    assert found(everything) == []  # parts of a package share its code


def test_where_the_region_says_so_it_is_refused(
    pharmacy: Hospital, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "_refuses", lambda call: True)
    pharmacy.ask("3505", {"selinfo": SOLD})
    pharmacy.ask("3505", {"selinfo": SOLD})  # the same sale
    second = {**SOLD, "rtal_docno": "R2"}
    assert hospital.refused("3505", {"selinfo": second}) == "N332"
    third = {**second, "drugtracinfo": [], "rtal_docno": "R4"}
    told = hospital.ask("3505A", {"selinfoDetail": [second, third]})["selinfoDetail"]
    assert [(one["retRslt"], one["msgRslt"][:6]) for one in told] == [("0", "[N332]"), ("1", "")]
    pharmacy.ask("3506", {"selinfo": SOLD})
    hospital.ask("3505", {"selinfo": second})


def test_what_cannot_be_is_refused(pharmacy: Hospital) -> None:
    for wrong, code in (
        ({"sel_retn_cnt": 0}, "N105"),
        ({"sel_retn_cnt": None}, "N105"),
        ({"sel_retn_cnt": -1}, "N315"),
        ({"sel_retn_cnt": 10**12}, "N315"),
        ({"finl_trns_pric": -1}, "N315"),
        ({"sel_retn_time": ""}, "N105"),
        ({"fixmedins_hilist_id": ""}, "N105"),
        ({"fixmedins_bchno": "B" * 61}, "N314"),
        ({"setl_id": "1"}, "N111"),
        ({"setl_id": "43010000000000999999"}, "N331"),
        ({"drugtracinfo": [{"drug_trac_codg": "8" * 101}]}, "N314"),
    ):
        assert pharmacy.refused("3505", {"selinfo": {**SOLD, **wrong}}) == code, wrong
    pharmacy.ask("3505", {"selinfo": {**SOLD, "setl_id": "ZF1", "MDTRT_SETL_TYPE": "2", "psn_no": "ZF"}})
    assert pharmacy.refused("3502", {"invinfo": {**CHANGED, "inv_chg_type": ""}}) == "N105"
    assert pharmacy.refused("3501", {}) == "N105"


def test_a_virtual_code_is_given_once(pharmacy: Hospital) -> None:
    asked = {"data": {"med_list_codg": "NMLC999", "fixmedins_hilist_id": "P1", "fixmedins_bchno": "B1"}}
    first, second = (pharmacy.ask("3592B", asked)["result"]["drug_trac_codg"] for _ in range(2))
    assert first != second
    assert {len(first), len(second)} == {20}
    assert (first + second).isdigit()
    assert pharmacy.refused("3592B", {"data": {}}) == "N105"


def test_no_person_is_named_in_the_trail(pharmacy: Hospital) -> None:
    from tongchou.record.audit.models import Entry as Trail

    psn, card = person(pharmacy), "430000199001011010"
    pharmacy.ask("3505", {"selinfo": {**SOLD, "psn_no": psn, "certno": card, "psn_name": "测试"}})
    rows(pharmacy, "3511")
    with scoped(system("test")):
        recorded = Trail.objects.filter(name="stock.record").latest("id")
        seen = Trail.objects.filter(name="stock.entries").latest("id")
    assert card not in str(recorded.details)
    assert "1: B1" in str(recorded.details)
    assert recorded.persons == seen.persons == [int(psn[6:])]
