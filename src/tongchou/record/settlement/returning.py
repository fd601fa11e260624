"""What is given back of a settlement and nothing charged for it: reversed under the region's policy, and what is left
settled anew, in one transaction.

A settlement never pays less than nothing, so returns alone cannot be one (C012). Together with lines that outweigh them
they are settled as any other line, by `settling`.
"""

from __future__ import annotations

from django.db.models import Q

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.settlement import reading, reversing, settling, stored
from tongchou.record.settlement.asking import Asked, answer, answered
from tongchou.record.settlement.claims import claim_of
from tongchou.record.settlement.correcting import chosen
from tongchou.record.settlement.keeping import keep
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.stepping import account_scheme, settle_claim
from tongchou.record.visits.keeping import check_keeper
from tongchou.record.visits.models import Charge
from tongchou.record.visits.settled import with_settlement

RETURNED = "return"
_ALL = system("later settlements and lines of the visit are looked at, whoever made them")


@command("settlement.settle_returns", needs="settlement.write")
def settle_returns(*, event_id: int, reason: str, asked: Asked | None = None) -> list[Event]:
    """Settle what of a settlement was returned since: reverse it, and settle its lines again with their returns, paid
    by whom it was paid by. The events that did it; the last one is what is left.

    A message that came before is answered as it was. Raises V103 where nothing was returned, and as
    `reversing.reverse` and `settling.settle`.
    """
    rows = Event.objects.select_related("visit__person", "visit__institution")
    found = rows.filter(id=event_id, kind="settle").first()
    if found is None:
        raise fail("A114")
    check_keeper(found.visit)
    choice = chosen(stored.claim_from_json(found.claim))
    person, _, homes = settling.whose(found.visit_id)
    seen = reversing.later(found)
    lock(*reversing.lock_keys([found, *seen]), *settling.lock_keys(person, choice, homes))
    if answered(found.institution_id, asked, RETURNED) is not None:
        return list(Event.objects.within(_ALL).filter(Q(reverses=found) | Q(because=found)).order_by("id"))
    left = _left(found)
    made, rules = reversing.undo(found, seen), settling.rules_now()
    known = reading.read(found.visit_id, person, homes, reading.lines(left))
    claim = claim_of(known, rules, choice, found.claim["id"])
    settled = settle_claim(claim, rules, account_scheme(claim), known)
    made.append(keep(found.visit, settled, rules, because=found.pk))
    answer(found.institution_id, asked, RETURNED, made[-1].pk)
    return made


def _left(event: Event) -> list[int]:
    """The lines of a settlement with what was returned of them and not settled. Raises V103 without any return."""
    rows = Charge.objects.within(_ALL)
    lines = list(rows.filter(visit=event.visit_id, results__event=event).values_list("id", flat=True))
    returned = with_settlement(rows.filter(returns__in=lines, withdrawn=None))
    back = list(returned.filter(settled=None).values_list("id", flat=True))
    if not back:
        raise fail("V103")
    return lines + back
