"""签到、签退: an operator of an institution signs in and out."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.exchange.models import SignIn
from tongchou.record.providers.queries import institution


@command("exchange.sign_in", needs="settlement.write")
def sign_in(*, institution_id: int, operator: str, address: str = "") -> SignIn:
    """Sign in; what was open of the same operator ends with it. Raises A114."""
    where = institution(institution_id)
    lock(("sign-in", f"{where.pk} {operator}"))
    now = clock.now()
    SignIn.objects.filter(institution=where, operator=operator, closed_at=None).update(closed_at=now)
    return SignIn.objects.create(institution=where, operator=operator, address=address, at=now)


@command("exchange.sign_out", needs="settlement.write")
def sign_out(*, institution_id: int, number: int) -> SignIn:
    """Sign out; again is answered as before. Raises N115 for a sign-in that there is not."""
    lock(("sign-out", number))
    found = SignIn.objects.filter(institution=institution_id, id=number).first()
    if found is None:
        raise fail("N115", number=number)
    if found.closed_at is None:
        found.closed_at = clock.now()
        found.save()
    return found


def signed_in(institution_id: int, number: int) -> bool:
    """Whether a sign-in is open."""
    return bool(SignIn.objects.filter(institution=institution_id, id=number, closed_at=None).exists())
