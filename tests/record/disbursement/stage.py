"""What is owed to hospitals and persons, and a bank that answers."""

import csv
import io
from datetime import date

from tests.record.ledger.stage import user
from tests.record.orgs.people import organisation
from tongchou.record.base.actor import acting
from tongchou.record.disbursement.answering import Sheet, read_answer
from tongchou.record.disbursement.deciding import approve, review
from tongchou.record.disbursement.models import BankFile, PayeeAccount, PaymentOrder
from tongchou.record.disbursement.payees import decide_account, register_account
from tongchou.record.disbursement.sending import bank_file
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.orgs.models import Organisation

ANSWER = ("行号", "账号", "金额", "结果", "退回码", "日期")


def owe(
    county: Organisation,
    source: str,
    day: date,
    fen: int,
    to: int | None = None,
    *,
    person: int | None = None,
    fund: str = "pool",
    bearer: str = "fund",
) -> None:
    """A settlement of so many fen, owed to an organisation or a person; below zero it is a reversal."""
    of = Fund("employee", county.pk, fund, day.year, bearer)
    accrued = "benefit_accrued" if bearer == "fund" else "bearer_due"
    payable = "provider_payable" if person is None else "person_payable"
    post("settlement", source, day, [Leg(accrued, of, fen), Leg(payable, of, -fen, to, person)])


def account(number: str = "6222020200001234", **of: int) -> PayeeAccount:
    """A confirmed account."""
    with acting(user(1)):
        made = register_account(holder="第一人民医院", bank="工商银行宁和支行", number=number, reason="登记", **of)
    with acting(user(2)):
        return decide_account(account_id=made.pk, approve=True, reason="已核对开户证明")


def hospital(county: Organisation, number: str = "6222020200001234") -> Organisation:
    """A hospital with a confirmed account."""
    found = organisation("provider", county)
    account(number, organisation_id=found.pk)
    return found


def see_through(order: PaymentOrder) -> BankFile:
    """Reviewed by 2, approved by 3, sent by 4."""
    with acting(user(2)):
        review(order_id=order.pk, approve=True, reason="金额相符")
    with acting(user(3)):
        approve(order_id=order.pk, approve=True, reason="同意拨付")
    with acting(user(4)):
        return bank_file(order_id=order.pk)


def answer(sent: BankFile, day: date, *outcomes: str | None, name: str = "answer.csv", **changes: str) -> Sheet:
    """What the bank says of the lines in their order: 成功, a return code, or None for a line that it leaves out;
    `changes` alters columns of them all."""
    rows = list(csv.DictReader(io.StringIO(sent.content.decode())))
    out = io.StringIO()
    table = csv.DictWriter(out, ANSWER, extrasaction="ignore")
    table.writeheader()
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome is not None:
            paid = outcome == "成功"
            said = {"结果": "成功" if paid else "退回", "退回码": "" if paid else outcome, "日期": str(day)}
            table.writerow({**row, **said, **changes})
    return read_answer(name, out.getvalue().encode())
