"""What clearing does with a year in the books. Each is called within a command of another app, which holds the lock on
what is payable, and enters once by `source`: called again with the same it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongchou.ground.errors import fail
from tongchou.ground.money import allocate, yuan
from tongchou.record.base.scope import scoped, system
from tongchou.record.ledger.chart import ACCOUNTS, BUSINESS
from tongchou.record.ledger.models import Entry
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.ledger.queries import balances
from tongchou.record.payment.entries import legs

DEPOSIT, DEFERRED, DIFFERENCE = "deposit_released", "deferred_released", "clearing_difference"
_ALL = system("what is withheld of an institution is withheld of all its patients")


def held(account: str, organisation: int, scheme: str, year: int) -> dict[Fund, int]:
    """What an account of `WITHHELD` holds of an institution's insurance year, in fen, by what it is of."""
    by = ("county", "fund", "bearer")
    only = {"account": account, "organisation": organisation, "scheme": scheme, "year": year}
    with scoped(_ALL):
        rows = balances(BUSINESS, date.max, date.max, by, only)
    return {Fund(scheme, one.of[0], one.of[1], year, one.of[2]): -one.after for one in rows if one.after}


def release_deposit(source: str, organisation: int, scheme: str, year: int, released: int, day: date) -> bool:
    """Of the deposit of an insurance year so many fen become payable by assessment; the rest stays with the fund and
    was no benefit. Whether it was entered now. Raises M419 for more than is held."""
    if _entered(DEPOSIT, source):
        return False
    amounts = held("provider_deposit", organisation, scheme, year)
    back = _part("provider_deposit", amounts, released)
    lost = {fund: fen - back[fund] for fund, fen in amounts.items()}
    moved = legs("provider_deposit", "provider_payable", back, organisation)
    for fund, fen in lost.items():
        moved += [Leg("provider_deposit", fund, fen, organisation), Leg("benefit_accrued", fund, -fen)]
    return post(DEPOSIT, source, day, moved) is not None


def release_deferred(source: str, organisation: int, scheme: str, year: int, released: int, day: date) -> bool:
    """Of what was deferred in an insurance year so many fen become payable; the rest waits. Whether it was entered now.
    Raises M419 for more than is held."""
    if _entered(DEFERRED, source):
        return False
    back = _part("provider_deferred", held("provider_deferred", organisation, scheme, year), released)
    return post(DEFERRED, source, day, legs("provider_deferred", "provider_payable", back, organisation)) is not None


def enter_difference(source: str, organisation: int, difference: Mapping[Fund, int], day: date) -> bool:
    """What an institution is owed by standard beyond what it charged (fen, below nothing: less), by what it is of: a
    benefit, payable. Whether it was entered now."""
    if _entered(DIFFERENCE, source):
        return False
    moved = [
        leg
        for fund, fen in difference.items()
        for leg in (Leg("benefit_accrued", fund, fen), Leg("provider_payable", fund, -fen, organisation))
    ]
    return post(DIFFERENCE, source, day, moved) is not None


def _entered(kind: str, source: str) -> bool:
    return Entry.objects.filter(book=BUSINESS, kind=kind, source=source).exists()


def _part(account: str, amounts: Mapping[Fund, int], fen: int) -> dict[Fund, int]:
    """So many fen of what is held, in proportion, odd fen by largest remainder."""
    caps = list(amounts.values())
    if not 0 <= fen <= sum(caps):
        raise fail("M419", account=ACCOUNTS[account].zh, held=yuan(sum(caps)), asked=yuan(fen))
    return dict(zip(amounts, allocate(fen, caps, caps), strict=True)) if caps else {}
