"""A refusal names what it is about as the message does, and tells all of it."""

from types import SimpleNamespace
from typing import Any, cast

from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.look import LOOK
from tests.faces.gateway.test_lists import listed, stay
from tests.faces.gateway.test_outpatient import begun, line, person
from tongchou.faces.gateway.calls import Call
from tongchou.faces.gateway.problems import as_sent
from tongchou.ground.errors import fail
from tongchou.record.exchange.models import Message
from tongchou.record.visits.models import Charge


def paid(at: Hospital, psn: str, number: str) -> tuple[str, dict[str, Any]]:
    """The message that settled a visit, and the visit with the settlement's number."""
    visit = begun(at, psn, number)
    at.ask("2204", {"feedetail": [line(visit, "1", "L2", 3, 21.3)]})
    message = at.envelope("2207", {"data": {**visit, "chrg_bchno": "B1", "insutype": "310", "acct_used_flag": "1"}})
    answer = at.send(message)
    assert answer["infcode"] == 0, answer["err_msg"]
    return message["msgid"], {**visit, "setl_id": answer["output"]["setlinfo"]["setl_id"]}


def test_the_settlement_that_must_be_reversed_first_is_named(hospital: Hospital) -> None:
    """By its number, where and when it was made, also where that was elsewhere; from it on all goes back in turn."""
    psn, elsewhere = person(hospital), Hospital("H44030000001", "430100")
    (first, _), (second, _), (_, last) = (
        paid(at, psn, f"MZ{n}") for n, at in enumerate((hospital, hospital, elsewhere), start=1)
    )
    undo = {"psn_no": psn, "oinfno": "2207"}
    answer = hospital.send(hospital.envelope("2601", {"data": undo | {"omsgid": first}}))
    assert answer["infcode"] == -1
    assert answer["err_msg"].startswith(
        f"[C020]撤销被拒:其后的结算 {last['setl_id']}(setl_id,另一家测试医院,2026-03-20 "
    )
    elsewhere.ask("2208", {"data": last})
    assert hospital.refused("2601", {"data": undo | {"omsgid": first}}) == "C020"
    hospital.ask("2601", {"data": undo | {"omsgid": second}})
    hospital.ask("2601", {"data": undo | {"omsgid": first}})


def test_a_settlement_is_named_by_its_field_and_row(hospital: Hospital) -> None:
    one, two = stay(hospital), stay(hospital, "ZY2", "999999195709230024")
    hospital.ask("4101", listed(one))
    rows = [{"psn_no": each["visit"]["psn_no"], "setl_id": each["setl_id"], "stas_type": "1"} for each in (one, two)]
    answer = hospital.send(hospital.envelope("4102", {"data": {"stastinfo": rows}}))
    assert answer["err_msg"] == f"[N354]结算“{two['setl_id']}(stastinfo 第 2 行 setl_id)”还没有清单"
    hospital.ask("2305", {"data": {**one["visit"], "setl_id": one["setl_id"]}})
    answer = hospital.send(hospital.envelope("4101", listed(one)))
    assert answer["err_msg"].startswith(f"[N351]结算“{one['setl_id']}(setlinfo setl_id)”已撤销")


def test_a_line_is_named_by_its_number(hospital: Hospital) -> None:
    visit = begun(hospital, person(hospital))
    sent = {"feedetail": [line(visit, number, "L1", 2, 12.5) for number in ("x7", "x8")]}
    hospital.ask("2204", sent)
    row = Charge.objects.within(LOOK).get(number="x8")
    of = cast("Call", SimpleNamespace(given=sent, region="430100"))
    (told,) = as_sent(fail("C011", line=str(row.pk)), of).problems
    assert told.message() == "项目“x8(feedetail 第 2 行 feedetl_sn)”没有先行自付比例"
    (told,) = as_sent(fail("C011", line=str(row.pk)), cast("Call", SimpleNamespace(given={}, region="430100"))).problems
    assert told.message() == "项目“x8(feedetl_sn)”没有先行自付比例"
    for other in ("甲", "999999999"):
        (told,) = as_sent(fail("C011", line=other), of).problems
        assert told.message() == f"项目“{other}”没有先行自付比例"


def test_all_that_is_wrong_with_a_list_is_answered_and_kept(hospital: Hospital) -> None:
    """Beyond the 200 characters of err_msg; what is told there in full is not told twice."""
    settled = stay(hospital)
    info = {"prfs": "", "adm_way": "8", "bill_no": None, "trt_type": "1", "dscg_way": "7"}
    message = hospital.envelope("4101", listed(settled, info=info, diseinfo=[], payinfo=[]))
    answer = hospital.send(message)
    told = answer["warn_msg"].split("\n")
    first, _, left = answer["err_msg"].partition(";另有 ")
    shown = first.count(";[") + 1
    assert first == ";".join(told[:shown])
    assert left == f"{len(told) - shown} 处,见 warn_msg"
    assert len(answer["err_msg"]) <= 200
    assert {one[1:5] for one in told} >= {"N355", "N356", "N362"}
    kept = Message.objects.within(LOOK).get(msgid=message["msgid"])
    assert told[-1].encode() in bytes(kept.answer)
    few = hospital.send(hospital.envelope("4101", listed(settled, info={"prfs": ""})))
    assert (few["err_msg"][:6], few["warn_msg"]) == ("[N355]", None)


def test_a_name_longer_than_an_operator_has_is_refused(hospital: Hospital) -> None:
    """Not cut: who reads about a person is written down as they say."""
    message = hospital.envelope("1101", {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": "1"}})
    answer = hospital.send({**message, "opter": "甲" * 61})
    assert (answer["infcode"], answer["err_msg"]) == (-1, "[N131]“经办人”(opter)超过 60 个字")
