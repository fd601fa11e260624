"""In the end everything must agree: settlements, orders and books with each other, and each event with its rules."""

from __future__ import annotations

from datetime import date

from tongchou.faces.cli.speak import say, tell
from tongchou.faces.cli.table import show

_NAMES = {
    "settled": ("结算应付医药机构", "settlements: owed to institutions"),
    "deducted": ("月结算扣款", "months: deducted"),
    "paid": ("拨付单：银行已付", "orders: paid by the bank"),
    "payable": ("账上应付医药机构", "books: payable to institutions"),
    "deposit": ("账上质量保证金", "books: quality deposits"),
    "deferred": ("账上缓付和留待清算", "books: deferred, and kept for clearing"),
    "difference": ("差额", "difference"),
    "trial": ("试算平衡（借减贷）", "trial balance, debits less credits"),
    "unexplained": ("两账之间无法解释", "unexplained between the two books"),
}


def reconcile(day: date) -> dict[str, int]:
    """What settlements say that funds and accounts owe institutions, what was deducted of it, what the bank paid, and
    what the books say is left, in fen."""
    from django.db.models import Sum

    from tongchou.ground.money import yuan_grouped
    from tongchou.record.disbursement import queries
    from tongchou.record.disbursement.bridge import bridge
    from tongchou.record.ledger.chart import BOOKS
    from tongchou.record.ledger.queries import balance_of, trial_balance
    from tongchou.record.payment.models import DeductionStep
    from tongchou.record.settlement.models import Event

    sums = Event.objects.aggregate(total=Sum("total"), cash=Sum("cash"), hospital=Sum("hospital"))
    owed = sums["total"] - sums["cash"] - sums["hospital"]
    paid = sum(one.paid for one in queries.orders())
    deducted = DeductionStep.objects.aggregate(fen=Sum("stands"))["fen"] or 0
    payable, deposit, deferred = (-balance_of(f"provider_{one}", day) for one in ("payable", "deposit", "deferred"))
    trial = [line for book, _ in BOOKS for line in trial_balance(book=book, first=day, last=day)]
    found = {
        "settled": owed,
        "deducted": deducted,
        "paid": paid,
        "payable": payable,
        "deposit": deposit,
        "deferred": deferred,
        "difference": owed - deducted - paid - payable - deposit - deferred,
        "trial": sum(one.after for one in trial),
        "unexplained": sum(abs(one.unexplained) for one in bridge(on=day)),
    }
    tell()
    tell(say("对账", "Reconciliation"))
    headers = (say("项目", "what"), say("金额（元）", "yuan"))
    show(headers, [[say(*_NAMES[name]), yuan_grouped(fen)] for name, fen in found.items()])
    return found


def verify_all() -> tuple[int, int, list[str]]:
    """How many events were settled again, how many things are wrong in the whole database, and the invariants that were
    looked at (docs/algorithms/recovery.md)."""
    from tongchou.record.settlement.replay import replay, shares
    from tongchou.record.settlement.verify import verify

    asked: list[str] = []
    wrong, replayed = len(verify(asked.append)), 0
    invariants = sorted({name.split()[0] for name in asked}, key=lambda name: int(name[1:]))
    for persons in shares():
        done = replay(persons.tolist())
        replayed, wrong = replayed + done.events, wrong + len(done.problems)
    tell(
        say(
            f"{len(invariants)} 条不变量全部核对，{replayed:,} 笔结算逐笔重算：问题 {wrong}",
            f"{len(invariants)} invariants checked, {replayed:,} events settled again: {wrong} problems",
        )
    )
    return replayed, wrong, invariants
