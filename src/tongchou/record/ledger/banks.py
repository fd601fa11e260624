"""What can leave a bank account. There is one of each for a scheme, whichever county, fund or year its money is of."""

from __future__ import annotations

from datetime import date
from itertools import accumulate

from django.db.models import Sum

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.base.scope import scoped, system
from tongchou.record.ledger.chart import ACCOUNTS
from tongchou.record.ledger.models import Posting
from tongchou.record.ledger.queries import balance_of

_ALL = system("a bank account holds what it holds, whoever asks")


def bank_key(scheme: str) -> tuple[str, object]:
    """What every command locks by which money may leave a bank account of the scheme."""
    return "bank", scheme


def payable_key(payee: str, scheme: str) -> tuple[str, object]:
    """What is locked while amounts owed to payees of a kind are collected, so that nothing is paid twice."""
    return "payable", f"{payee} {scheme}"


def free(account: str, scheme: str, day: date) -> int:
    """What can leave an account on a day at the most, in fen: the lowest balance from its end on, less what approved
    payment orders will take. Whoever asks holds the lock."""
    with scoped(_ALL):
        later = Posting.objects.filter(account=account, scheme=scheme, day__gt=day).values("day").order_by("day")
        moved = later.annotate(moved=Sum("fen")).values_list("moved", flat=True)
        lowest = min(accumulate(map(int, moved), initial=balance_of(account, day, scheme=scheme)))
        if account != "expenditure_bank":
            return lowest
        return lowest + balance_of("approved_payment", date.max, scheme=scheme)


def must_hold(account: str, scheme: str, day: date, fen: int) -> None:
    """Raises M108 where so much cannot leave the account."""
    if (room := free(account, scheme, day)) < fen:
        raise fail("M108", account=ACCOUNTS[account].zh, scheme=scheme, balance=yuan(max(0, room)), amount=yuan(fen))
