"""The accounts of the two books.

The cash book has the accounts of the state's accounting rules for social insurance funds (社会保险基金会计制度,
财会〔2017〕28号), kept on two lines (收支两条线): money comes in through one account, lies in the fiscal special
account, and goes out through another. The business sub-ledger is ours: it accrues what is owed before any money moves.
"""

from __future__ import annotations

from dataclasses import dataclass

BUSINESS, CASH = "business", "cash"
BOOKS = ((BUSINESS, "业务明细账"), (CASH, "基金会计账"))

ASSET, LIABILITY, INCOME, EXPENSE, SURPLUS = "asset", "liability", "income", "expense", "surplus"


@dataclass(frozen=True)
class Account:
    """`side`: what kind of account it is. A debit is positive, a credit negative, in every account."""

    code: str
    book: str
    side: str
    zh: str
    en: str


ACCOUNTS = {
    one.code: one
    for one in (
        # what is owed to the fund, and by it
        Account("contribution_due", BUSINESS, ASSET, "应收保险费", "contributions due"),
        Account("fiscal_due", BUSINESS, ASSET, "应收财政补助", "subsidies due from fiscal funds"),
        Account("bearer_due", BUSINESS, ASSET, "应收承担方款(商保、财政)", "due from insurer or fiscal bearer"),
        Account("recovery_due", BUSINESS, ASSET, "应追回款", "to be recovered"),
        Account("provider_payable", BUSINESS, LIABILITY, "应付医药机构款", "payable to providers"),
        # what is charged by providers and not payable yet, or paid beforehand (the month's statements)
        Account("provider_review", BUSINESS, LIABILITY, "应付医药机构款(审核中)", "providers' months under review"),
        Account("provider_deposit", BUSINESS, LIABILITY, "质量保证金", "quality deposits of providers"),
        Account("provider_deferred", BUSINESS, LIABILITY, "超限缓拨", "above providers' quotas, deferred"),
        Account("provider_advance", BUSINESS, ASSET, "周转金", "revolving advances to providers"),
        Account("person_payable", BUSINESS, LIABILITY, "应付个人款", "payable to persons"),
        Account("employer_payable", BUSINESS, LIABILITY, "应付单位款", "payable to employers"),
        Account("transfer_payable", BUSINESS, LIABILITY, "应付转出款", "transfers to be sent"),
        Account("transfer_due", BUSINESS, ASSET, "应收转入款", "transfers to arrive"),
        Account("in_payment", BUSINESS, LIABILITY, "拨付中", "in a payment order"),
        Account("approved_payment", BUSINESS, LIABILITY, "已批待付", "approved for payment"),
        Account("payment_returned", BUSINESS, LIABILITY, "退汇待付", "returned by the bank"),
        Account("account_liability", BUSINESS, LIABILITY, "个人账户", "personal accounts"),
        Account("contribution_accrued", BUSINESS, INCOME, "应计保险费", "contributions accrued"),
        Account("fiscal_accrued", BUSINESS, INCOME, "应计财政补助", "subsidies accrued"),
        Account("benefit_accrued", BUSINESS, EXPENSE, "应计待遇", "benefits accrued"),
        Account("late_fee_accrued", BUSINESS, INCOME, "应计滞纳金", "late fees accrued"),
        Account("account_credit", BUSINESS, EXPENSE, "划入个人账户", "credited to personal accounts"),
        Account("opening", BUSINESS, SURPLUS, "期初调整", "opening balance and restatement"),
        # where the business book ends and the cash book goes on: the bridge compares the two
        Account("received", BUSINESS, ASSET, "已收", "received"),
        Account("paid_out", BUSINESS, LIABILITY, "已付", "paid"),
        # where money lies
        Account("income_bank", CASH, ASSET, "收入户存款", "income account"),
        Account("fiscal_special", CASH, ASSET, "财政专户存款", "fiscal special account"),
        Account("expenditure_bank", CASH, ASSET, "支出户存款", "expenditure account"),
        Account("treasury", CASH, ASSET, "国库存款", "treasury"),
        Account("advances", CASH, ASSET, "暂付款", "advances"),
        Account("held", CASH, LIABILITY, "暂收款", "money held"),
        Account("contribution_income", CASH, INCOME, "社会保险费收入", "contribution income"),
        Account("fiscal_income", CASH, INCOME, "财政补贴收入", "fiscal subsidies"),
        Account("interest_income", CASH, INCOME, "利息收入", "interest"),
        Account("transfer_income", CASH, INCOME, "转移收入", "transferred in"),
        Account("other_income", CASH, INCOME, "其他收入", "other income"),
        Account("benefit_paid", CASH, EXPENSE, "社会保险待遇支出", "benefits paid"),
        Account("critical_premium", CASH, EXPENSE, "大病保险支出", "critical-illness insurance"),
        Account("transfer_paid", CASH, EXPENSE, "转移支出", "transferred out"),
        Account("other_paid", CASH, EXPENSE, "其他支出", "other spending"),
        Account("surplus", CASH, SURPLUS, "基金结余", "fund surplus"),
    )
}
"""By code, which is what a posting keeps."""

BANKS = ("income_bank", "fiscal_special", "expenditure_bank", "treasury")
"""Where money lies: never less than nothing."""
PAYABLES = ("provider_payable", "person_payable", "employer_payable")
"""What payment orders pay."""

WITHHELD = ("provider_review", "provider_deposit", "provider_deferred")
"""What of a provider's charges is owed and not payable."""
MONTH_KINDS = ("statement_opened", "statement_final", "statement_prepaid", "statement_reopened", "statement_returned")
"""Entries that move a month's charges out of the payable and back, and what was deducted and is given back; they belong
to the month's last day."""
ADVANCE_KINDS = ("advance", "advance_recovered")
"""Advances to providers and what is set off for them: payable, or payable no more, with whatever else is paid."""

CODES = tuple((one.code, one.zh) for one in ACCOUNTS.values())
