"""In the end everything must agree: settlements, orders and books with each other, and each event with its rules."""

from __future__ import annotations

from datetime import date

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show

_NAMES = {
    "settled": ("结算应付医药机构", "settlements: owed to institutions"),
    "paid": ("拨付单：银行已付", "orders: paid by the bank"),
    "payable": ("账上应付医药机构", "books: payable to institutions"),
    "difference": ("差额", "difference"),
    "trial": ("试算平衡（借减贷）", "trial balance, debits less credits"),
    "unexplained": ("两账之间无法解释", "unexplained between the two books"),
}


def reconcile(day: date) -> dict[str, int]:
    """What settlements say that funds and accounts owe institutions, what the bank paid, and what the books say is
    left, in fen."""
    from django.db.models import Sum

    from tongchou.ground.money import yuan_grouped
    from tongchou.record.disbursement import queries
    from tongchou.record.disbursement.bridge import bridge
    from tongchou.record.ledger.chart import BOOKS
    from tongchou.record.ledger.queries import balance_of, trial_balance
    from tongchou.record.settlement.models import Event

    sums = Event.objects.aggregate(total=Sum("total"), cash=Sum("cash"), hospital=Sum("hospital"))
    owed = sums["total"] - sums["cash"] - sums["hospital"]
    paid = sum(one.paid for one in queries.orders())
    payable = -balance_of("provider_payable", day)
    trial = [line for book, _ in BOOKS for line in trial_balance(book=book, first=day, last=day)]
    found = {
        "settled": owed,
        "paid": paid,
        "payable": payable,
        "difference": owed - paid - payable,
        "trial": sum(one.after for one in trial),
        "unexplained": sum(abs(one.unexplained) for one in bridge(on=day)),
    }
    tell()
    tell(say("对账", "Reconciliation"))
    headers = (say("项目", "what"), say("金额（元）", "yuan"))
    show(headers, [[say(*_NAMES[name]), yuan_grouped(fen)] for name, fen in found.items()])
    return found


def verify_all() -> tuple[int, int]:
    """How many events were settled again, and how many things are wrong in the whole database."""
    from tongchou.record.settlement.replay import replay, shares
    from tongchou.record.settlement.verify import verify

    wrong, replayed = len(verify()), 0
    for persons in shares():
        done = replay(persons.tolist())
        replayed, wrong = replayed + done.events, wrong + len(done.problems)
    tell(
        say(
            f"不变量全部核对，{replayed:,} 笔结算逐笔重算：问题 {wrong}",
            f"every invariant checked, {replayed:,} events settled again: {wrong} problems",
        )
    )
    return replayed, wrong
