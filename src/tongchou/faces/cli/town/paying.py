"""What the funds owe the institutions leaves: prepared, reviewed, approved, sent to the bank, and answered by it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.town.town import Town

_SCHEMES = ("employee", "resident")
_FUND = "医疗保险基金"
_ANSWER = ("行号", "账号", "金额", "结果", "退回码", "日期")


def make_ready(staff: Mapping[str, Any], town: Town, agency: int, day: date) -> None:
    """Where institutions are paid is registered, and there is money for all that they are owed at the end of a day."""
    _register_accounts(staff, town)
    for scheme in _SCHEMES:
        if owed := _owed(staff, agency, scheme, day):
            _bring(staff, agency, scheme, owed, day)


def pay_institutions(staff: Mapping[str, Any], agency: int, day: date) -> dict[str, int]:
    """Pay what is owed by the end of a day, scheme by scheme: four people see the order, and the bank pays. Orders, and
    fen that were paid."""
    from tongchou.record.base.actor import acting
    from tongchou.record.disbursement import deciding, preparing, queries, sending

    orders = paid = 0
    for scheme in _SCHEMES:
        if not _owed(staff, agency, scheme, day):
            continue
        with acting(staff["payer"]):
            order = preparing.prepare(payee="provider", agency=agency, scheme=scheme, through=day).pk
        with acting(staff["paying_reviewer"]):
            deciding.review(order_id=order, approve=True, reason="金额与账相符")
        with acting(staff["chief_accountant"]):
            deciding.approve(order_id=order, approve=True, reason="同意拨付")
        with acting(staff["cashier"]):
            _answer(order, sending.bank_file(order_id=order).content, day)
            found = queries.look_at(order_id=order)
        orders, paid = orders + 1, paid + found.paid
    tell(say(f"拨付单 {orders} 张，银行已付 {_yuan(paid)} 元", f"{orders} payment orders, {_yuan(paid)} yuan paid"))
    return {"orders": orders, "fen": paid}


def _owed(staff: Mapping[str, Any], agency: int, scheme: str, day: date) -> int:
    from tongchou.record.base.actor import acting
    from tongchou.record.disbursement import queries

    with acting(staff["payer"]):
        found = queries.waiting(payee="provider", agency=agency, scheme=scheme, through=day)
    return sum(one.fen for one in found)


def _register_accounts(staff: Mapping[str, Any], town: Town) -> None:
    """Where each institution is paid: registered by one, confirmed by another."""
    from tongchou.record.base.actor import acting
    from tongchou.record.disbursement.payees import decide_account, register_account

    for number, (level, one) in enumerate(town.hospitals.items(), 1):
        with acting(staff["payer"]):
            account = register_account(
                holder=f"{level}医院",
                bank="宁和银行",
                number=f"62220000{number:08d}",
                reason="开户证明",
                organisation_id=one.organisation,
            ).pk
        with acting(staff["paying_reviewer"]):
            decide_account(account_id=account, approve=True, reason="已核对")


def _bring(staff: Mapping[str, Any], agency: int, scheme: str, fen: int, day: date) -> None:
    """What the fund held before comes from the fiscal special account to the one that pays."""
    from tongchou.record.base.actor import acting
    from tongchou.record.ledger.fund_office import decide_voucher, enter_voucher

    for kind, account in (("opening", "fiscal_special"), ("to_expenditure", "")):
        with acting(staff["accountant"]):
            voucher = enter_voucher(
                kind=kind,
                account=account,
                agency=agency,
                scheme=scheme,
                fund=_FUND,
                year=day.year,
                fen=fen,
                day=day,
                document=f"{scheme} {kind}",
            ).pk
        with acting(staff["chief_accountant"]):
            decide_voucher(voucher_id=voucher, approve=True, reason="核对无误")


def _answer(order: int, sent: bytes, day: date) -> None:
    """The bank paid every line."""
    from tongchou.record.disbursement.answering import read_answer, record_returns

    out = io.StringIO()
    table = csv.DictWriter(out, _ANSWER, extrasaction="ignore")
    table.writeheader()
    for row in csv.DictReader(io.StringIO(sent.decode())):
        table.writerow({**row, "结果": "成功", "退回码": "", "日期": str(day)})
    record_returns(order_id=order, sheet=read_answer(f"{order}.csv", out.getvalue().encode()))


def _yuan(fen: int) -> str:
    from tongchou.ground.money import yuan_grouped

    return yuan_grouped(fen)
