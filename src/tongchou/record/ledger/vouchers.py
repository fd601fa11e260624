"""What the fund office enters by hand, and which accounts it debits and credits: one table for both books.

Money that arrives for something that was accrued, or leaves for it, clears it in the business book in the same breath.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongchou.record.ledger.chart import ACCOUNTS, CASH

Pair = tuple[str, str]
OPENING = "opening"


@dataclass(frozen=True)
class Kind:
    """`cash` and `business`: the account debited and the account credited in each book."""

    code: str
    zh: str
    cash: Pair
    business: Pair | None = None


KINDS = {
    one.code: one
    for one in (
        Kind(
            "contributions", "收入户收到保费", ("income_bank", "contribution_income"), ("received", "contribution_due")
        ),
        Kind("treasury_income", "国库收到保费", ("treasury", "contribution_income"), ("received", "contribution_due")),
        Kind("fiscal_subsidy", "收到财政补助", ("fiscal_special", "fiscal_income"), ("received", "fiscal_due")),
        Kind("bearer_paid", "收到承担方款", ("income_bank", "advances"), ("received", "bearer_due")),
        Kind("recovered", "收到追回款", ("income_bank", "other_income"), ("received", "recovery_due")),
        Kind("transfer_arrived", "收到转移收入", ("income_bank", "transfer_income"), ("received", "transfer_due")),
        Kind("transfer_sent", "支付转移支出", ("transfer_paid", "expenditure_bank"), ("transfer_payable", "paid_out")),
        Kind("to_special", "收入户转财政专户", ("fiscal_special", "income_bank")),
        Kind("from_treasury", "国库转财政专户", ("fiscal_special", "treasury")),
        Kind("to_expenditure", "财政专户拨支出户", ("expenditure_bank", "fiscal_special")),
        Kind("back_to_special", "支出户退回财政专户", ("fiscal_special", "expenditure_bank")),
        Kind("back_to_income", "财政专户退回收入户", ("income_bank", "fiscal_special")),
        Kind("interest_income", "收入户利息", ("income_bank", "interest_income")),
        Kind("interest_special", "财政专户利息", ("fiscal_special", "interest_income")),
        Kind("interest_expenditure", "支出户利息", ("expenditure_bank", "interest_income")),
        Kind("premium", "支付大病保险费", ("critical_premium", "expenditure_bank")),
        Kind("other_income", "其他收入", ("income_bank", "other_income")),
        Kind("other_paid", "其他支出", ("other_paid", "expenditure_bank")),
    )
}
CODES = (*((one.code, one.zh) for one in KINDS.values()), (OPENING, "期初余额或调整"))


def pairs(kind: str, account: str) -> list[Pair]:
    """What is debited and credited, book by book; an opening moves one account against what stands for all before."""
    if kind == OPENING:
        return [(account, "surplus" if ACCOUNTS[account].book == CASH else "opening")]
    one = KINDS[kind]
    return [one.cash, *([one.business] if one.business else [])]
