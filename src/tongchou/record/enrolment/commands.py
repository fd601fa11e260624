"""Commands on enrolment. What a spell entitles to is derived whenever it is asked for, so nothing follows a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.enrolment.changing import (
    begin,
    change,
    check_may,
    check_present,
    days_of,
    employer_of,
    end_after,
    spell_on,
)
from tongchou.record.enrolment.insurances import insurance
from tongchou.record.enrolment.models import Spell
from tongchou.record.enrolment.timeline import State, keep_before, put, state_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import in_sight, not_for_employers

Held = Literal["enrolled", "suspended", "none"]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Changed:
    """A person's spells of one insurance after a change, in order, as far as whoever acts may see them."""

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
    """Enrol a person. Insurances of which only one counts may be held at once: that is reported, not refused (ENR-10),
    but where the region says that one is not for those who have the other (ENR-01).

    Raises E101 for an insurance that is none, E102 where the person is enrolled in it already, E103 for days before
    birth, after death or in the wrong order, E104 for a day in the past, P111 for an employer that is none, C003 for a
    fact that the region's rules ask for and C004, C032, C033 for a wrong one, E115 for somebody whom the insurance is
    not for, and E116 for somebody who has another that may not stand beside it.
    """
    found, name = _begin(person_id, insurance_name)
    begin(found, name, days_of(found, since, through), State(employer_of(found, employer, since), dict(facts or {})))
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
    spell_on(found, name, last)
    check_present(name, last + _DAY)
    end_after(found, name, last, "enrolment.end", reason)
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
    spell = spell_on(found, name, since, suspended=False)
    check_present(name, since)
    changes: dict[str, Any] = {} if facts is None else {"facts": dict(facts)}
    state = state_of(spell, employer=employer_of(found, employer, since), **changes)
    change(spell, since, state, "enrolment.transfer", reason)
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
    not_for_employers()
    found, name = _begin(person_id, insurance_name)
    during = days_of(found, since, through)
    where = employer_of(found, employer, since)
    state = None if held == "none" else State(where, dict(facts or {}), held == "suspended")
    if state is not None:
        check_may(found, name, during, state)
    keep_before("enrolment.change_past", found, name, reason)
    put(found, name, during, state)
    return _after(found, name)


def _begin(person_id: int, insurance_name: str) -> tuple[Person, str]:
    found = in_sight(person_id)
    name = insurance(pack_in_force(), insurance_name)
    lock(("person", found.pk))
    return found, name


def _turn(person_id: int, insurance_name: str, since: date, reason: str, suspended: bool) -> Changed:
    found, name = _begin(person_id, insurance_name)
    spell = spell_on(found, name, since, suspended=not suspended)
    check_present(name, since)
    done = "enrolment.suspend" if suspended else "enrolment.resume"
    change(spell, since, state_of(spell, suspended=suspended), done, reason)
    return _after(found, name)


def _after(found: Person, name: str) -> Changed:
    return Changed(found.pk, name, tuple(Spell.objects.filter(person=found, insurance=name).order_by("during")))
