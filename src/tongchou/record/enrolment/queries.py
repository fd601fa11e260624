"""Looking enrolment up. Whoever looks is in the trail."""

from __future__ import annotations

from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.enrolment.insurances import insurances
from tongchou.record.enrolment.models import Spell
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import in_sight


def spells(*, person_id: int) -> list[Spell]:
    """A person's spells in scope, by insurance and day. Raises A114 for nobody."""
    actor().needs("enrolment.read")
    found = in_sight(person_id)
    trail.seen("enrolment.spells", [found.pk])
    return list(Spell.objects.filter(person=found).order_by("insurance", "during"))


def names() -> dict[str, str]:
    """The insurances of the region with their titles, nobody's secret. Raises G104 without a pack in force."""
    return insurances(pack_in_force())
