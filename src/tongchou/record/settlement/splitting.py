"""How lines are split into their four parts as soon as they are charged, before anything is settled."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.engines.benefits.split import Parts
from tongchou.record.base.prepared import together
from tongchou.record.base.scope import system
from tongchou.record.settlement import reading
from tongchou.record.settlement.claims import claim_of
from tongchou.record.settlement.settling import OWN, asking_rules, rules_in, whose
from tongchou.record.settlement.state import state_of
from tongchou.record.visits.models import Charge
from tongchou.record.visits.settled import with_settlement

_ALL = system("a refund is split as what it returns, whoever charged that")


def split(*, visit_id: int, charges: Sequence[Charge]) -> dict[int, Parts]:
    """The four parts of charged lines (fen), by the number of the row. Raises A114, V104, and what the region says of
    lines that it cannot split."""
    person, _, homes = whose(visit_id)
    rows = [*_returned(charges), *(one.pk for one in charges)]
    in_force, *read = together(asking_rules(), *reading.asking(visit_id, person, homes, reading.lines(rows)))
    known, rules = reading.found(read, homes), rules_in(in_force)
    claim = claim_of(known, rules, OWN, f"v{visit_id}")
    parts = rules.engine.split(claim, state_of(claim, [], claim.scheme, [], known.used))
    return {int(line.id): found for line, found in zip(claim.lines, parts, strict=True)}


def _returned(charges: Sequence[Charge]) -> list[int]:
    """What the lines return of earlier charges that are not settled yet: those are split with them."""
    numbers = {one.returns_id for one in charges if one.returns_id} - {one.pk for one in charges}
    returned = with_settlement(Charge.objects.within(_ALL).filter(id__in=numbers))
    return list(returned.filter(settled=None).values_list("id", flat=True))
