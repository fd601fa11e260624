"""Drawing on an account for somebody else: what settlement and contributions ask for within their own commands."""

from __future__ import annotations

from datetime import date

from tongchou.engines.contributions import draw_for_relative
from tongchou.ground.errors import fail
from tongchou.ground.money import yuan
from tongchou.record.accounts.entries import as_movement, enter, the
from tongchou.record.accounts.models import Entry, Sharing
from tongchou.record.base.scope import system
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as

_ALL = system("the account that pays for a relative may belong to another county's person")


def shared_with(relative: int, day: date) -> Sharing:
    """The authorisation under which an account pays for somebody on a day. Raises B105."""
    rows = known_as([relative])
    found = Sharing.objects.within(_ALL).select_related("owner").filter(relative_id__in=rows, during__contains=day)
    one = found.first()
    if one is None or one.owner.died is not None:
        raise fail("B105", day=day)
    return one


def draw(sharing: Sharing, day: date, purpose: str, fen: int, source: str) -> Entry:
    """Draw on the shared account; whoever calls holds its lock. Raises what the rules refuse (P002, P005 … P007)."""
    one = the(sharing.owner_id, sharing.insurance, sharing.account)
    if not one.entries:
        raise fail("P005", balance="0.00", amount=yuan(fen))
    drawn = draw_for_relative(
        pack_in_force(),
        sharing.insurance,
        sharing.account,
        one.entries,
        day,
        relation=sharing.relation,
        purpose=purpose,
        to=f"person {sharing.relative_id}",
        fen=fen,
    )
    (entry,) = enter([as_movement(drawn, sharing.insurance, source)])
    return entry
