"""What a death does to enrolment: every spell ends with that day, and goes on where the death was a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from psycopg.types.range import DateRange

from tongchou.record.base.scope import system
from tongchou.record.enrolment.models import Lapsed, Spell
from tongchou.record.enrolment.timeline import keep_before, lapsed_of, put, spells_of, state_of
from tongchou.record.people.models import Person

_DAY = timedelta(days=1)
_EVERYTHING = system("a death ends all spells, through whomever")


def lapse(sender: object, person: Person, reason: str, **_: Any) -> None:
    """Receiver of `people.dying.died`: no spell reaches beyond the day, and what it would have been is kept."""
    assert person.died is not None
    after = DateRange(person.died + _DAY, None)
    beyond = list(Spell.objects.within(_EVERYTHING).filter(person=person, during__overlap=after))
    _keep(person, beyond, "enrolment.lapse", reason)
    for spell in beyond:
        lost = DateRange(max(spell.during.lower, after.lower), spell.during.upper)
        put(person, spell.insurance, lost, None)
        Lapsed.objects.create(
            person=person,
            insurance=spell.insurance,
            employer_id=spell.employer_id,
            facts=spell.facts,
            suspended=spell.suspended,
            during=lost,
        )


def go_on(sender: object, person: Person, reason: str, **_: Any) -> None:
    """Receiver of `people.dying.taken_back`: what the death took away holds again."""
    lost = list(lapsed_of(person))
    _keep(person, lost, "enrolment.go_on", reason)
    for one in lost:
        one.delete()
        before = spells_of(person, one.insurance).filter(during__endswith=one.during.lower).first()
        if before is not None and state_of(before) == state_of(one):
            before.during = DateRange(before.during.lower, one.during.upper)
            before.save()
        else:
            put(person, one.insurance, one.during, state_of(one))


def _keep(person: Person, rows: Iterable[Spell | Lapsed], name: str, reason: str) -> None:
    for insurance in sorted({one.insurance for one in rows}):
        keep_before(name, person, insurance, reason)
