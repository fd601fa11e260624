"""Looking supplementary calculations up: who would get what from whom. Whoever looks is in the trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.settlement.models import Difference, Supplement


@dataclass(frozen=True)
class Case:
    """A case with what differs, settlement by settlement."""

    supplement: Supplement
    differences: Sequence[Difference]

    def by(self, side: str) -> dict[Any, int]:
        """What differs in all (fen; more is positive): by `payer` (a layer, `cash`, `hospital`), or of what funds pay,
        by the `person` or the `institution` whose settlements they are."""
        sums: defaultdict[Any, int] = defaultdict(int)
        for one in self.differences:
            if side == "payer":
                sums[one.payer] += one.new - one.old
            elif one.payer not in ("cash", "hospital"):
                sums[one.event.person_id if side == "person" else one.event.institution_id] += one.new - one.old
        return dict(sums)


def case(*, supplement_id: int) -> Case:
    """One case. Raises A114."""
    actor().needs("settlement.read")
    found = Supplement.objects.filter(id=supplement_id).first()
    if found is None:
        raise fail("A114")
    rows = list(found.differences.select_related("event").order_by("event", "payer"))
    trail.seen("settlement.case", {found.person_id, *(one.event.person_id for one in rows)})
    return Case(found, rows)


def cases(*, state: str = "", person_id: int | None = None, after: int = 0, limit: int = 50) -> list[Supplement]:
    """Cases in scope, the oldest first: of a state, of a person."""
    actor().needs("settlement.read")
    asked = {"state": state or None, "person": person_id}
    rows = Supplement.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    found = list(rows.order_by("id")[after : after + limit])
    trail.seen("settlement.cases", {one.person_id for one in found})
    return found
