"""What holds on which days for a person and an insurance: cut, and put in place of what was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.base.scope import system
from tongchou.record.enrolment.models import Lapsed, Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Person

Row = TypeVar("Row", Spell, Lapsed)


@dataclass(frozen=True)
class State:
    """How a person is enrolled: through whom, with which facts, and whether it is suspended."""

    employer: Organisation | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    suspended: bool = False


def state_of(spell: Spell | Lapsed, **changes: Any) -> State:
    """That of a spell, changed."""
    found = {"employer": spell.employer, "facts": spell.facts, "suspended": spell.suspended}
    return State(**{**found, **changes})


def spells_of(person: Person, insurance: str) -> QuerySet[Spell]:
    """All spells of a person in an insurance, in order: also those through an employer whom one may not see, since
    nothing may overlap them."""
    everything = Spell.objects.within(system("what a person's enrolment may not overlap"))
    return everything.filter(person=person, insurance=insurance).select_related("employer").order_by("during")


def others_of(person: Person, insurance: str, during: DateRange) -> set[str]:
    """The other insurances that a person has on some of these days, suspended stretches left out, through whomever."""
    everything = Spell.objects.within(system("what may not be held beside it, through whomever"))
    held = everything.filter(person=person, during__overlap=during, suspended=False).exclude(insurance=insurance)
    return set(held.values_list("insurance", flat=True))


def lapsed_of(person: Person) -> QuerySet[Lapsed]:
    """All that a death took away."""
    everything = Lapsed.objects.within(system("what follows from a death follows whoever records it"))
    return everything.filter(person=person).select_related("employer").order_by("insurance", "during")


def put(person: Person, insurance: str, during: DateRange, state: State | None) -> list[Spell]:
    """Let a state, or no enrolment at all, hold on these days, whatever held on them or would but for a death; the rows
    that are new or changed.

    Raises E102 when somebody else has just enrolled the person.
    """
    try:
        with transaction.atomic():
            changed = [part for spell in _overlapping(person, insurance, during) for part in _cut(spell, during)]
            for lapsed in lapsed_of(person).filter(insurance=insurance, during__overlap=during):
                _cut(lapsed, during)
            if state is not None:
                changed.append(
                    Spell.objects.create(
                        person=person,
                        insurance=insurance,
                        employer=state.employer,
                        facts=dict(state.facts),
                        suspended=state.suspended,
                        during=during,
                    )
                )
    except IntegrityError as error:
        raise fail("E102", insurance=insurance, period=during_text(during)) from error
    return changed


def _overlapping(person: Person, insurance: str, during: DateRange) -> list[Spell]:
    return list(spells_of(person, insurance).filter(during__overlap=during))


def _cut(spell: Row, during: DateRange) -> list[Row]:
    """Take the days out of a row: what is left of it before and after."""
    first, end = spell.during.lower, spell.during.upper
    before = DateRange(first, during.lower) if first < during.lower else None
    after = DateRange(during.upper, end) if during.upper is not None and (end is None or during.upper < end) else None
    if before is None and after is None:
        spell.delete()
        return []
    spell.during = before if before is not None else after
    spell.save()
    if before is None or after is None:
        return [spell]
    rest = type(spell)(person=spell.person, insurance=spell.insurance, employer=spell.employer, facts=spell.facts)
    rest.suspended, rest.during = spell.suspended, after
    rest.save()
    return [spell, rest]


def keep_before(command: str, person: Person, insurance: str, reason: str) -> None:
    """What is there goes into the trail before it is changed, as an entry of its own."""
    rows = [
        {
            "id": one.pk,
            "during": during_text(one.during),
            "suspended": one.suspended,
            "employer": one.employer_id,
            "facts": one.facts,
        }
        for one in spells_of(person, insurance)
    ]
    trail.write("command", f"{command} before", reason=reason, persons=[person.pk], details={insurance: rows})


def during_text(during: DateRange) -> str:
    """First day – last day excluded."""
    return f"{during.lower} – {during.upper or ''}"
