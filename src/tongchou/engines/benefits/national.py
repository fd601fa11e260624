"""The amounts of a settlement under their national field names.

The identities of the national interface hold by construction (section 8.2): total = the four parts; total = funds +
person's share + hospital; person's share = accounts + cash.
"""

from __future__ import annotations

from fractions import Fraction

from tongchou.engines.benefits.claim import Settlement
from tongchou.ground.money import round_fraction

FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")


def national_fields(settlement: Settlement) -> dict[str, int | str]:
    """National field → fen; `pool_prop_selfpay` is the basic fund's ratio as a text of four decimals."""
    fields: dict[str, int | str] = {
        "medfee_sumamt": sum(settlement.parts.values()),
        "fulamt_ownpay_amt": settlement.parts["full_self_pay"],
        "overlmt_selfpay": settlement.parts["over_limit"],
        "preselfpay_amt": settlement.parts["first_self_pay"],
        "inscp_scp_amt": settlement.parts["in_scope"],
    }
    field_of = _fields(settlement)
    paid = _paid_by_field(settlement, field_of)
    fields |= {name: paid.get(name, 0) for name in FUNDS}
    accounts = paid.get("acct_pay", 0)
    relative = str(settlement.claim.facts.get("account_use")) == "relative"
    fields["fund_pay_sumamt"] = sum(paid.get(name, 0) for name in FUNDS)
    fields["acct_pay"] = accounts
    fields["acct_mulaid_pay"] = accounts if relative else 0
    fields["psn_cash_pay"] = settlement.cash
    fields["psn_part_amt"] = accounts + settlement.cash
    fields["hosp_part_amt"] = settlement.hospital + paid.get("hosp_part_amt", 0)
    basic = [layer for layer in settlement.layers if field_of[layer.layer] == "hifp_pay"]
    fields["act_pay_dedc"] = sum(layer.deductible for layer in basic)
    fields["pool_prop_selfpay"] = _ratio_text(sum(b.paid for b in basic), sum(b.used for b in basic))
    return fields


def _fields(settlement: Settlement) -> dict[str, str]:
    """Layer → the national field it is reported under."""
    parts = settlement.notes.get("parts", (settlement,))
    return {plan.name: str(plan.layer.field) for part in parts for plan in part.notes["plan"].layers}


def _paid_by_field(settlement: Settlement, field_of: dict[str, str]) -> dict[str, int]:
    paid: dict[str, int] = {}
    for layer, amount in settlement.paid.items():
        paid[field_of[layer]] = paid.get(field_of[layer], 0) + amount
    return paid


def _ratio_text(paid: int, covered: int) -> str:
    """Four decimals, half up; 0.0000 when nothing was covered."""
    value = round_fraction(Fraction(paid * 10_000, covered)) if covered else 0
    return f"{value // 10_000}.{value % 10_000:04d}"
