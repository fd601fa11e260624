"""Good answers, made by the tables of the interface: every field, amounts that agree."""

import json
from decimal import Decimal
from typing import Any

from tongchou.faces.gateway.fields import Field, Section, transactions
from tongchou.faces.his.wire import Got

KIND = "application/json;charset=UTF-8"
NUMBER = "99990000000000000001"
MSGID = "H99990000001202603200900000001"
AMOUNTS = {
    "medfee_sumamt": "100.00",
    "fulamt_ownpay_amt": "10.00",
    "overlmt_selfpay": "5.00",
    "preselfpay_amt": "5.00",
    "inscp_scp_amt": "80.00",
    "hifp_pay": "60.00",
    "fund_pay_sumamt": "60.00",
    "psn_part_amt": "40.00",
    "acct_pay": "30.00",
    "psn_cash_pay": "10.00",
    "fund_payamt": "90.00",
    "det_item_fee_sumamt": "80.00",
}
OF_LINES = {"fulamt_ownpay_amt": "0.00", "inscp_scp_amt": "80.00", "preselfpay_amt": "0.00"}
SENT = {
    "msgid": MSGID,
    "input": {"data": {"mdtrt_id": NUMBER, "psn_no": NUMBER}, "feedetail": [{"feedetl_sn": 7}]},
}


def output(infno: str) -> Any:
    """What a transaction answers: one row where there are many."""
    sections = [one for one in transactions()[infno].response if one.kind != "file"]
    found = {one.name: _section(one, infno) for one in sections}
    if infno == "2208":  # printed with a slip (section 12 of the reference): both are written
        found["setlinfo"]["psn_cash_pay"] = found["setlinfo"]["pdn_cash_pay"] = Decimal(AMOUNTS["psn_cash_pay"])
    return found or None


def _section(section: Section, infno: str) -> Any:
    row: dict[str, Any] = {of.name: _value(of, infno) for of in section.fields}
    row |= {child.name: _section(child, infno) for child in section.sections}
    return [row] if section.rows == "many" else row


def _value(of: Field, infno: str) -> Any:
    if of.type in ("number", "integer"):
        nothing = f"{0:.{of.decimals}f}"
        amounts = AMOUNTS | OF_LINES if infno in ("2204", "2301") else AMOUNTS
        return Decimal(amounts.get(of.name, nothing)) if of.decimals else int(nothing)
    if of.type == "date":
        return "2026-03-20"
    if of.type == "datetime":
        return "2026-03-20 09:00:00"
    return {"medins_setl_id": MSGID, "feedetl_sn": "7"}.get(of.name, NUMBER)


def envelope(given: Any) -> dict[str, Any]:
    return {
        "infcode": 0,
        "inf_refmsgid": "999900202603200900000000000001",
        "refmsg_time": "20260320090000000",
        "respond_time": "20260320090000010",
        "err_msg": "",
        "output": given,
        "warn_msg": None,
        "cainfo": None,
        "signtype": None,
    }


def got(answer: Any, status: int = 200, kind: str = KIND) -> Got:
    """An answer on the wire, its amounts with their decimals."""
    return Got(status, kind, _text(answer).encode(), 0.01)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_text(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return json.dumps(value)
