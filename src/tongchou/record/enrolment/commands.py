"""Commands on enrolment. What a spell entitles to is derived whenever it is asked for, so nothing follows a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.enrolment.insurances import check_facts, insurance, present_from
from tongchou.record.enrolment.models import Spell
from tongchou.record.enrolment.timeline import State, during_text, keep_before, put, spells_of, state_of
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person

Held = Literal["enrolled", "suspended", "none"]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Changed:
    """A person's spells of one insurance after a change, in order."""

    person: int
    insurance: str
    spells: tuple[Spell, ...]

    def persons_of(self) -> list[int]:
        return [self.person]


@command("enrolment.enrol", needs="enrolment.write")
def enrol(
    *,
    person_id: int,
    insurance_name: str,
    since: date,
    through: date | None = None,
    employer: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Changed:
    """Enrol a person. Insurances of which only one counts may be held at once: that is reported, not refused (ENR-10).

    Raises E101 for an insurance that is none, E102 where the person is enrolled in it already, E103 for days before
    birth, after death or in the wrong order, E104 for a day in the past, P111 for an employer that is none, C003 for a
    fact that the region's rules ask for and C004, C032, C033 for a wrong one.
    """
    found, name = _begin(person_id, insurance_name)
    during = _days(found, since, through)
    _check_present(name, since)
    state = State(_employer(employer), dict(facts or {}))
    check_facts(pack_in_force(), name, state.facts, since)
    held = spells_of(found, name).filter(during__overlap=during).first()
    if held is not None:
        raise fail("E102", insurance=name, period=during_text(held.during))
    put(found, name, during, state)
    return _after(found, name)


@command("enrolment.suspend", needs="enrolment.write")
def suspend(*, person_id: int, insurance_name: str, since: date, reason: str) -> Changed:
    """Suspend an enrolment from a day on. Raises E105 when there is none to suspend on that day, E104."""
    return _turn(person_id, insurance_name, since, reason, suspended=True)


@command("enrolment.resume", needs="enrolment.write")
def resume(*, person_id: int, insurance_name: str, since: date, reason: str) -> Changed:
    """Take a suspended enrolment up again from a day on. Raises E105 when none is suspended on that day, E104."""
    return _turn(person_id, insurance_name, since, reason, suspended=False)


@command("enrolment.end", needs="enrolment.write")
def end(*, person_id: int, insurance_name: str, last: date, reason: str) -> Changed:
    """End an enrolment after a day, suspended or not; what was arranged for later days goes with it. Raises E105, E104
    for the days from the next one on."""
    found, name = _begin(person_id, insurance_name)
    _on(found, name, last, suspended=None)
    _check_present(name, last + _DAY)
    keep_before("enrolment.end", found, name, reason)
    put(found, name, DateRange(last + _DAY, None), None)
    return _after(found, name)


@command("enrolment.transfer", needs="enrolment.write")
def transfer(
    *,
    person_id: int,
    insurance_name: str,
    employer: int | None,
    since: date,
    reason: str,
    facts: Mapping[str, Any] | None = None,
) -> Changed:
    """Move an enrolment to another employer, or to the person alone, from a day on; `facts` where they are others
    there. Raises E105, E104, P111 and what `enrol` says of facts."""
    found, name = _begin(person_id, insurance_name)
    spell = _on(found, name, since, suspended=False)
    _check_present(name, since)
    changes: dict[str, Any] = {"employer": _employer(employer)} | ({} if facts is None else {"facts": dict(facts)})
    state = state_of(spell, **changes)
    check_facts(pack_in_force(), name, state.facts, since)
    keep_before("enrolment.transfer", found, name, reason)
    put(found, name, DateRange(since, spell.during.upper), state)
    return _after(found, name)


@command("enrolment.change_past", needs="enrolment.change_past")
def change_past(
    *,
    person_id: int,
    insurance_name: str,
    since: date,
    through: date | None,
    held: Held,
    reason: str,
    employer: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Changed:
    """Put right what holds on some days, also past ones: enrolled, suspended or not at all. What was there before goes
    into the trail; entitlement is derived anew. Raises as `enrol`, save E102 and E104."""
    found, name = _begin(person_id, insurance_name)
    during = _days(found, since, through)
    state = None if held == "none" else State(_employer(employer), dict(facts or {}), held == "suspended")
    if state is not None:
        check_facts(pack_in_force(), name, state.facts, since)
    keep_before("enrolment.change_past", found, name, reason)
    put(found, name, during, state)
    return _after(found, name)


def _begin(person_id: int, insurance_name: str) -> tuple[Person, str]:
    found = person(person_id)
    name = insurance(pack_in_force(), insurance_name)
    lock(("person", found.pk))
    return found, name


def _turn(person_id: int, insurance_name: str, since: date, reason: str, suspended: bool) -> Changed:
    found, name = _begin(person_id, insurance_name)
    spell = _on(found, name, since, suspended=not suspended)
    _check_present(name, since)
    keep_before("enrolment.suspend" if suspended else "enrolment.resume", found, name, reason)
    put(found, name, DateRange(since, spell.during.upper), state_of(spell, suspended=suspended))
    return _after(found, name)


def _on(found: Person, name: str, day: date, suspended: bool | None) -> Spell:
    """The spell that holds on a day, in scope."""
    spells = Spell.objects.filter(person=found, insurance=name, during__contains=day).select_related("employer")
    spell = spells.first()
    if spell is None or (suspended is not None and spell.suspended != suspended):
        raise fail("E105", insurance=name, day=day)
    return spell


def _days(found: Person, since: date, through: date | None) -> DateRange:
    last = through or date.max
    if since < found.born or last < since or (found.died is not None and last > found.died):
        raise fail("E103")
    return days(since, through)


def _check_present(name: str, day: date) -> None:
    """Whoever may change the past may do so by every command."""
    earliest = present_from(pack_in_force(), name, clock.today())
    if day < earliest and "enrolment.change_past" not in actor().permissions:
        raise fail("E104", day=day, earliest=earliest)


def _employer(number: int | None) -> Organisation | None:
    if number is None:
        return None
    found = organisation(number)
    if found.kind != "employer":
        raise fail("P111", name=found.name)
    return found


def _after(found: Person, name: str) -> Changed:
    return Changed(found.pk, name, tuple(spells_of(found, name)))
