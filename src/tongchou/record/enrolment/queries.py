"""Looking enrolment up. Whoever looks is in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.engines.contributions import Standing
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.periods import days
from tongchou.record.enrolment.insurances import insurance, insurances, standing
from tongchou.record.enrolment.models import Spell
from tongchou.record.enrolment.timeline import others_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import in_sight


def spells(*, person_id: int) -> list[Spell]:
    """A person's spells in scope, by insurance and day. Raises A114 for nobody."""
    actor().needs("enrolment.read")
    found = in_sight(person_id)
    trail.seen("enrolment.spells", [found.pk])
    return list(Spell.objects.filter(person=found).order_by("insurance", "during"))


def eligibility_of(*, person_id: int, insurance_name: str, since: date, facts: Mapping[str, Any]) -> Standing:
    """Whether a person could be enrolled from a day on with these facts, and if not, why and where they belong. Raises
    A114, E101, and C003 … for facts."""
    actor().needs("enrolment.read")
    found, pack = in_sight(person_id), pack_in_force()
    trail.seen("enrolment.eligibility", [found.pk])
    name = insurance(pack, insurance_name)
    others = others_of(found, name, days(since, None))
    return standing(pack, name, facts, since, found.sex, found.born, others)


def names() -> dict[str, str]:
    """The insurances of the region with their titles, nobody's secret. Raises G104 without a pack in force."""
    return insurances(pack_in_force())
