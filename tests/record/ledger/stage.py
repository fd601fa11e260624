"""A fund office: one who enters, one who checks, and money in its accounts."""

from datetime import date
from itertools import count

from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope, system
from tongchou.record.ledger.fund_office import decide_voucher, enter_voucher
from tongchou.record.ledger.models import Voucher
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS

_serial = count(1)


def user(number: int, scope: Scope | None = None, *permissions: str) -> Actor:
    """Somebody by number, who may do all there is unless told what."""
    may = frozenset(permissions or PERMISSIONS)
    return Actor(f"user {number}", scope or system("a test"), may, user=number)


def voucher(county: Organisation, kind: str, fen: int, day: date, **more: object) -> Voucher:
    """A voucher as user 1 makes it."""
    terms = {"scheme": "employee", "fund": "pool", "year": day.year, "document": f"D{next(_serial)}", **more}
    with acting(user(1)):
        return enter_voucher(kind=kind, agency=county.pk, fen=fen, day=day, **terms)


def booked(county: Organisation, kind: str, fen: int, day: date, **more: object) -> Voucher:
    """A voucher that user 2 approved."""
    made = voucher(county, kind, fen, day, **more)
    with acting(user(2)):
        return decide_voucher(voucher_id=made.pk, approve=True, reason="核对无误")


def endow(county: Organisation, fen: int, day: date, **more: object) -> None:
    """So much in the expenditure account, as it comes there: income, fiscal special account, expenditure."""
    for kind in ("contributions", "to_special", "to_expenditure"):
        booked(county, kind, fen, day, **more)
