"""A purchase: tried, settled in one message, sent again, taken back."""

from typing import Any

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tests.faces.gateway.test_outpatient import person
from tongchou.record.settlement.models import Event
from tongchou.record.visits.models import Charge, Visit


def bought(psn: str, count: int = 2) -> dict[str, Any]:
    return {
        "druginfo": {"psn_no": psn, "insutype": "310", "med_type": "41", "acct_used_flag": "1",
                     "medfee_sumamt": round(18.8 * count, 2)},
        "drugdetail": [
            {"feedetl_sn": "1", "fee_ocur_time": "2026-03-20 11:00:00", "medins_list_codg": "P1", "cnt": count,
             "pric": 18.8, "det_item_fee_sumamt": round(18.8 * count, 2)}
        ],
    }  # fmt: skip


def test_a_trial_records_nothing(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    tried = pharmacy.ask("2101", bought(psn))
    assert (tried["setlinfo"]["medfee_sumamt"], tried["setlinfo"]["acct_pay"]) == (37.6, 37.6)
    assert [one["inscp_scp_amt"] for one in tried["detlcutinfo"]] == [37.6]
    assert not Visit.objects.within(LOOK).exists()
    assert not Charge.objects.within(LOOK).exists()


def test_the_same_purchase_is_settled_once(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    first = pharmacy.ask("2102", bought(psn))
    again = pharmacy.ask("2102", bought(psn))  # a new message, the same purchase
    assert again["setlinfo"]["setl_id"] == first["setlinfo"]["setl_id"]
    other = pharmacy.ask("2102", bought(psn, 3))
    assert other["setlinfo"]["setl_id"] != first["setlinfo"]["setl_id"]
    assert Event.objects.within(LOOK).count() == 2


def test_what_is_refused_leaves_nothing(pharmacy: Hospital) -> None:
    psn, given = person(pharmacy), bought(person(pharmacy))
    given["drugdetail"][0]["medins_list_codg"] = "P9"
    assert pharmacy.refused("2102", given) == "V211"
    assert (
        pharmacy.refused("2102", {**bought(psn), "druginfo": bought(psn)["druginfo"] | {"medfee_sumamt": 9}}) == "N113"
    )
    assert not Visit.objects.within(LOOK).exists()


def test_a_number_stands_once_in_a_purchase(pharmacy: Hospital) -> None:
    given = bought(person(pharmacy))
    given["drugdetail"] *= 2
    given["druginfo"]["medfee_sumamt"] = 75.2
    assert [pharmacy.refused(infno, given) for infno in ("2101", "2102")] == ["V221", "V221"]
    assert not Visit.objects.within(LOOK).exists()


def test_taken_back_it_can_be_bought_again(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    first = pharmacy.ask("2102", bought(psn))["setlinfo"]
    back = pharmacy.ask("2103", {"data": {name: first[name] for name in ("psn_no", "mdtrt_id", "setl_id")}})
    assert back["setlinfo"]["medfee_sumamt"] == -37.6
    assert Visit.objects.within(LOOK).get().state == "cancelled"
    second = pharmacy.ask("2102", bought(psn))["setlinfo"]
    assert second["setl_id"] != first["setl_id"]
    assert second["mdtrt_id"] != first["mdtrt_id"]


def test_an_answer_that_was_lost(pharmacy: Hospital) -> None:
    """Undone by the message's id, it counts for nobody any more."""
    psn = person(pharmacy)
    lost = pharmacy.envelope("2102", bought(psn))
    pharmacy.send(lost)
    undo = {"data": {"psn_no": psn, "omsgid": lost["msgid"], "oinfno": "2102"}}
    assert pharmacy.ask("2601", undo) is None
    assert pharmacy.refused("2601", undo) == "N119"
    asked = {"insutype": "310", "clr_type": "41", "stmt_begndate": "2026-03-20", "stmt_enddate": "2026-03-20",
             "medfee_sumamt": 0, "fund_pay_sumamt": 0, "acct_pay": 0, "fixmedins_setl_cnt": 0}  # fmt: skip
    assert pharmacy.ask("3201", {"data": asked})["stmtinfo"]["stmt_rslt"] == "0"


def test_a_message_that_never_came_may_not_come_any_more(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    late = pharmacy.envelope("2102", bought(psn))
    undo = {"data": {"psn_no": psn, "omsgid": late["msgid"], "oinfno": "2102"}}
    assert pharmacy.refused("2601", undo) == "N123"
    answer = pharmacy.send(late)
    assert (answer["infcode"], answer["err_msg"].partition("]")[0]) == (-1, "[V102")


def test_a_reversal_names_what_it_reverses(pharmacy: Hospital) -> None:
    psn = person(pharmacy)
    lost = pharmacy.envelope("2102", bought(psn))
    pharmacy.send(lost)
    assert pharmacy.refused("2601", {"data": {"psn_no": psn, "omsgid": lost["msgid"], "oinfno": "2304"}}) == "N127"
