"""Paying a relative's contribution from a shared account (ACC-01)."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.accounts.sharing import draw, shared_with
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.contributions.models import Part, Receipt
from tongchou.record.contributions.movements import Movement, take_in
from tongchou.record.contributions.postings import ELSEWHERE


@command("contributions.pay_from_account", needs="accounts.write")
def pay_from_account(*, part: int, fen: int, purpose: str) -> Receipt:
    """Pay so many fen of a part from the account that is shared with its person today; `purpose` is one of those that
    the rules of the account name. Raises J106, J124 for more than is unpaid, since what is given back of it would be
    cash, B105 where no account is shared, and what the rules refuse: P006 for the relation or purpose, P007 beyond the
    yearly limit, P005 beyond the balance."""
    of = Part.objects.select_related("order", "share").filter(id=part).first()
    if of is None:
        raise fail("J106", part=part)
    today = clock.today()
    sharing = shared_with(of.order.person_id, today)
    number = f"账户 {of.pk} {Receipt.objects.filter(part=of).count() + 1}"

    def pay() -> None:
        draw(sharing, today, purpose, fen, source=f"part {number}")
        left = of.fen - sum(Receipt.objects.filter(part=of).values_list("fen", flat=True))
        if fen > left:
            raise fail("J124", part=part, left=yuan(max(0, left)), amount=yuan(fen), cite=of.share.cite)

    (receipt,) = take_in(
        [Movement(number, of.pk, today, fen)], accounts=[sharing.owner_id], first=pay, through=ELSEWHERE
    )
    return receipt
