"""100001 政策项: the deductible, what is the person's own, and what each layer covered and paid of a settlement."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tongchou.faces.gateway import ids
from tongchou.faces.gateway.calls import Call, Section, handles
from tongchou.faces.gateway.handlers.looking import settlement_of
from tongchou.faces.gateway.writing import fen

_OWN = (
    ("101", "全自费", "fulamt_ownpay_amt"),
    ("102", "先行自付", "preselfpay_amt"),
    ("103", "超限价", "overlmt_selfpay"),
    ("S001", "起付线", "act_pay_dedc"),
)
_OF_FIELD = {"hifp_pay": "C", "hifob_pay": "L", "hifmi_pay": "PL", "cvlserv_pay": "GB", "maf_pay": "MA"}


@handles("100001")
def policy_items(call: Call) -> list[dict[str, Any]]:
    """A row for each; codes are those of the table `polItemCode`, numbered through the layers of one column."""
    values = {name.lower().replace("_", ""): value for name, value in call.given.items()}
    given = Section(call, "", {"psn_no": values.get("psnno"), "setl_id": values.get("setlid")})
    given.values["mdtrt_id"] = values.get("mdtrtid")
    event = settlement_of(call, given)
    numbers = {
        "setlId": ids.number(call.region, event.pk),
        "mdtrtId": ids.number(call.region, event.visit_id),
        "psnNo": ids.number(call.region, event.person_id),
    }
    rows = [
        {**numbers, "polItemCode": code, "polItemName": name, "selfPayAmt": fen(amount), "selfPayProp": 1,
         "polItemPaySum": fen(amount)}
        for code, name, field in _OWN
        if (amount := event.fields[field])
    ]  # fmt: skip
    layers, count = call.codes.pack.layers[event.scheme], dict.fromkeys(_OF_FIELD.values(), 0)
    for one in event.trace:
        if not one["covered"] and not one["paid"]:
            continue
        layer = layers[one["layer"]]
        family = _OF_FIELD.get(layer.field, "Z")
        count[family] = count.get(family, 0) + 1
        covered, paid = one["covered"], one["paid"]
        share = Decimal(paid) / covered if covered else Decimal(0)
        rows.append(
            {
                **numbers,
                "polItemCode": f"{family}{count[family]:0{4 - len(family)}d}",
                "polItemName": layer.name,
                "selfPayAmt": fen(covered - paid),
                "selfPayProp": 1 - share,
                "fundPayAmt": fen(paid),
                "fundPayProp": share,
                "polItemPaySum": fen(covered),
            }
        )
    return rows
