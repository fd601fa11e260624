"""The file for the bank: made once from an approved order, and given again as it is.

CSV in UTF-8 with a head: 行号, 户名, 账号, 开户行, 金额 (yuan with two decimals), 用途. The digest is the
file's SHA-256.
"""

from __future__ import annotations

import csv
import hashlib
import io

from tongchou.ground.money import yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.disbursement.deciding import must_be, order_key, state_of, step, the
from tongchou.record.disbursement.models import BankFile, PaymentLine, PaymentOrder

HEAD = ("行号", "户名", "账号", "开户行", "金额", "用途")


@command("disbursement.bank_file", needs="payments.send")
def bank_file(*, order_id: int) -> BankFile:
    """The bank's file of an approved order. Asked for again, it is the same file. Raises A114, M204."""
    order = the(order_id)
    lock(order_key(order))
    if state_of(order) == "sent":
        return BankFile.objects.get(order=order)
    must_be(order, "approved")
    lines = list(PaymentLine.objects.filter(order=order).select_related("account").order_by("number"))
    content = _csv(order, lines)
    step(order, "sent")
    return BankFile.objects.create(
        order=order,
        name=f"payment-{order.pk}.csv",
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        lines=len(lines),
        fen=sum(one.fen for one in lines),
        by=actor().user,
        at=clock.now(),
    )


def _csv(order: PaymentOrder, lines: list[PaymentLine]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    for one in lines:
        to = one.account
        rows.writerow(
            (one.reference, to.holder, to.number, to.bank, yuan(one.fen), f"医保拨付 {order.scheme} {order.through}")
        )
    return out.getvalue().encode()
