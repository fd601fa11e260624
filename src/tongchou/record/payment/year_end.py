"""What clearing does with a year in the books. Each is called within a command of another app, which holds the lock on
what is payable, with what the year's entries of its kind are to come to; it enters what is missing to that, so that the
same again changes nothing, and a year that was cleared anew is entered by its differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.db import connection

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.base.scope import scoped, system
from tongchou.record.ledger.chart import ACCOUNTS, BUSINESS
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.ledger.queries import balances

DEPOSIT, DEFERRED, DIFFERENCE = "deposit_released", "deferred_released", "clearing_difference"
KINDS = (DEPOSIT, DEFERRED, DIFFERENCE)
"""Entries of clearing."""
Amounts = Mapping[Fund, int]
"""Fen by what they are of."""
_ALL = system("what is withheld of an institution is withheld of all its patients")
_ENTERED = """
SELECT p.county_id, p.fund, p.bearer, -sum(p.fen)::bigint FROM ledger_entry e JOIN ledger_posting p ON p.entry_id = e.id
WHERE p.book = 'business' AND e.kind = %s AND p.account = %s AND p.organisation_id = %s AND p.scheme = %s
    AND p.year = %s
GROUP BY 1, 2, 3 HAVING sum(p.fen) <> 0
"""


def held(account: str, organisation: int, scheme: str, year: int) -> dict[Fund, int]:
    """What an account of `WITHHELD` holds of an institution's insurance year, in fen, by what it is of."""
    by = ("county", "fund", "bearer")
    only = {"account": account, "organisation": organisation, "scheme": scheme, "year": year}
    with scoped(_ALL):
        rows = balances(BUSINESS, date.max, date.max, by, only)
    return {Fund(scheme, one.of[0], one.of[1], year, one.of[2]): -one.after for one in rows if one.after}


def release_deposit(
    source: str, organisation: int, scheme: str, year: int, returned: Amounts, lost: Amounts, day: date
) -> bool:
    """Of the deposit of an insurance year so much has become payable by assessment, and so much stays with the fund and
    was no benefit; the rest waits. Whether anything was entered now. Raises M419 for more than is held."""
    whose = organisation, scheme, year
    paid = _missing(returned, entered(DEPOSIT, "provider_payable", *whose))
    drawn = _missing(_sum(returned, lost), _minus(entered(DEPOSIT, "provider_deposit", *whose)))
    _must_hold("provider_deposit", *whose, drawn)
    legs = [Leg("provider_deposit", of, fen, organisation) for of, fen in drawn.items()]
    legs += [Leg("provider_payable", of, -fen, organisation) for of, fen in paid.items()]
    legs += [Leg("benefit_accrued", of, -fen) for of, fen in _sum(drawn, _minus(paid)).items()]
    return post(DEPOSIT, source, day, legs) is not None


def release_deferred(source: str, organisation: int, scheme: str, year: int, released: Amounts, day: date) -> bool:
    """Of what was deferred in an insurance year so much has become payable; the rest waits. Whether anything was
    entered now. Raises M419 for more than is held."""
    whose = organisation, scheme, year
    more = _missing(released, entered(DEFERRED, "provider_payable", *whose))
    _must_hold("provider_deferred", *whose, more)
    legs = [
        leg
        for of, fen in more.items()
        for leg in (Leg("provider_deferred", of, fen, organisation), Leg("provider_payable", of, -fen, organisation))
    ]
    return post(DEFERRED, source, day, legs) is not None


def enter_difference(source: str, organisation: int, scheme: str, year: int, difference: Amounts, day: date) -> bool:
    """What an institution is owed for the year beyond what it charged and was not deducted (fen, below nothing: less):
    a benefit, payable. Whether anything was entered now."""
    more = _missing(difference, entered(DIFFERENCE, "provider_payable", organisation, scheme, year))
    legs = [
        leg
        for of, fen in more.items()
        for leg in (Leg("benefit_accrued", of, fen), Leg("provider_payable", of, -fen, organisation))
    ]
    return post(DIFFERENCE, source, day, legs) is not None


def entered(kind: str, account: str, organisation: int, scheme: str, year: int) -> dict[Fund, int]:
    """What the entries of a kind have credited to an account of an institution's year, in fen, by what it is of."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTERED, [kind, account, organisation, scheme, year])
        return {Fund(scheme, county, fund, year, bearer): fen for county, fund, bearer, fen in cursor.fetchall()}


def _missing(wanted: Amounts, there: Amounts) -> dict[Fund, int]:
    return _sum(wanted, _minus(there))


def _sum(one: Amounts, other: Amounts) -> dict[Fund, int]:
    found: defaultdict[Fund, int] = defaultdict(int)
    for amounts in (one, other):
        for of, fen in amounts.items():
            found[of] += fen
    return {of: fen for of, fen in found.items() if fen}


def _minus(amounts: Amounts) -> dict[Fund, int]:
    return {of: -fen for of, fen in amounts.items()}


def _must_hold(account: str, organisation: int, scheme: str, year: int, drawn: Amounts) -> None:
    """Raises M419."""
    there = held(account, organisation, scheme, year)
    for of, fen in drawn.items():
        if fen > 0 and fen > there.get(of, 0):
            raise fail("M419", account=ACCOUNTS[account].zh, held=yuan(there.get(of, 0)), asked=yuan(fen))
