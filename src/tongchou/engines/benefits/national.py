"""The amounts of a settlement under their national field names.

The identities of the national interface hold by construction (section 8.2): total = the four parts; total = funds +
person's share + hospital; person's share = accounts + cash.
"""

from __future__ import annotations

from tongchou.engines.benefits.claim import Settlement
from tongchou.ground.money import round_ratio

FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
_NO_FUND = dict.fromkeys(FUNDS, 0)
MOST_RATIO = 99_999
"""Ten-thousandths that the ratio's field holds: the national interface gives `pool_prop_selfpay` the length 5,4.

Our decision: a larger one is told as 9.9999. It comes of a floor that tops up to a share of the base, where nearly all
of that lies below the deductible; the amounts beside it are what was paid.
"""


def national_fields(settlement: Settlement) -> dict[str, int | str]:
    """National field → fen; `pool_prop_selfpay` is the basic fund's ratio as a text of four decimals."""
    _, formula, used = settlement.basic
    return {**national_amounts(settlement), "pool_prop_selfpay": _ratio_text(formula, used)}


def national_amounts(settlement: Settlement) -> dict[str, int]:
    """National field → fen."""
    parts = settlement.parts
    fields = {
        "medfee_sumamt": sum(parts.values()),
        "fulamt_ownpay_amt": parts["full_self_pay"],
        "overlmt_selfpay": parts["over_limit"],
        "preselfpay_amt": parts["first_self_pay"],
        "inscp_scp_amt": parts["in_scope"],
        **_NO_FUND,
    }
    paid = settlement.by_field
    accounts, funds = paid.get("acct_pay", 0), 0
    for name, fen in paid.items():
        if name in _NO_FUND:
            fields[name] = fen
            funds += fen
    relative = settlement.claim.facts.get("account_use") == "relative"
    fields["fund_pay_sumamt"] = funds
    fields["acct_pay"] = accounts
    fields["acct_mulaid_pay"] = accounts if relative else 0
    fields["psn_cash_pay"] = settlement.cash
    fields["psn_part_amt"] = accounts + settlement.cash
    fields["hosp_part_amt"] = settlement.hospital + paid.get("hosp_part_amt", 0)
    fields["act_pay_dedc"] = settlement.basic[0]
    return fields


def _ratio_text(paid: int, covered: int) -> str:
    """Four decimals, half up; 0.0000 when nothing was covered."""
    value = min(round_ratio(paid * 10_000, covered), MOST_RATIO) if covered else 0
    return f"{value // 10_000}.{value % 10_000:04d}"
