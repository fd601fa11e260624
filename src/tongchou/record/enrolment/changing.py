"""The steps of which commands on enrolment are made: for these, and for those of other rooms that change enrolment too,
such as retirement. Whoever takes a step has locked the person."""

from __future__ import annotations

from datetime import date, timedelta

from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.periods import days
from tongchou.record.base.scope import current
from tongchou.record.enrolment.insurances import check_facts, has_groups, not_eligible, present_from, standing
from tongchou.record.enrolment.models import Lapsed, Spell
from tongchou.record.enrolment.timeline import State, during_text, keep_before, others_of, put, spells_of
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person

_DAY = timedelta(days=1)


def begin(found: Person, name: str, during: DateRange, state: State) -> None:
    """Enrol from a day that is not past. Raises E104, C003 …, E115 and E116 as `enrol`, and E102: of a spell that
    whoever acts may not see it tells only that there is one."""
    check_present(name, during.lower)
    check_may(found, name, during, state)
    held = spells_of(found, name).filter(during__overlap=during).first()
    if held is not None:
        seen = Spell.objects.filter(pk=held.pk).exists()
        raise fail("E102", insurance=name, period=during_text(held.during if seen else during))
    put(found, name, during, state)


def check_may(found: Person, name: str, during: DateRange, state: State) -> None:
    """Raises what the region's rules say of the facts of an enrolment (C003 …), and E115 or E116 for somebody whom it
    is not for."""
    pack = pack_in_force()
    check_facts(pack, name, state.facts, during.lower, found.sex, found.born)
    if has_groups(pack, name):
        others = others_of(found, name, during)
        stands = standing(pack, name, state.facts, during.lower, found.sex, found.born, others)
        if not stands.eligible:
            raise not_eligible(pack, name, stands)


def change(spell: Spell, since: date, state: State, done: str, reason: str) -> None:
    """Let another state hold for the rest of a spell; `done` names the command. Raises C003 … as `enrol`; whether the
    insurance is for them was asked when they were enrolled."""
    found, name = spell.person, spell.insurance
    check_facts(pack_in_force(), name, state.facts, since, found.sex, found.born)
    keep_before(done, found, name, reason)
    put(found, name, DateRange(since, spell.during.upper), state)


def end_after(found: Person, name: str, last: date, done: str, reason: str, employer: int | None = None) -> None:
    """End what whoever acts may see of an insurance after a day, through one employer where it is named; what was
    arranged through others stands."""
    after = DateRange(last + _DAY, None)
    only = {} if employer is None else {"employer_id": employer}
    beyond = [
        one
        for model in (Spell, Lapsed)
        for one in model.objects.filter(person=found, insurance=name, during__overlap=after, **only)
    ]
    if beyond:
        keep_before(done, found, name, reason)
    for spell in beyond:
        put(found, name, DateRange(max(spell.during.lower, after.lower), spell.during.upper), None)


def spell_on(found: Person, name: str, day: date, suspended: bool | None = None) -> Spell:
    """The spell that holds on a day and that whoever acts may see. Raises E105 where there is none, or none that is
    suspended or not as it should be."""
    rows = Spell.objects.filter(person=found, insurance=name, during__contains=day)
    spell = rows.select_related("employer", "person").first()
    if spell is None or (suspended is not None and spell.suspended != suspended):
        raise fail("E105", insurance=name, day=day)
    return spell


def days_of(found: Person, since: date, through: date | None) -> DateRange:
    """Raises E103 for days that cannot be, before birth or after death."""
    last = through or date.max
    if since < found.born or last < since or (found.died is not None and last > found.died):
        raise fail("E103")
    return days(since, through)


def check_present(name: str, day: date) -> None:
    """Raises E104 for a day that is past. Whoever may change the past may do so by every command."""
    earliest = present_from(pack_in_force(), name, clock.today())
    if day < earliest and "enrolment.change_past" not in actor().permissions:
        raise fail("E104", day=day, earliest=earliest)


def employer_of(found: Person, number: int | None, since: date) -> Organisation | None:
    """Through whom somebody is enrolled; an employer enrols whom it employs on that day (E114), and through itself.
    Raises A114 and P111 for an organisation that is no employer."""
    scope = current()
    if number is None and scope.kind != "employer":
        return None
    where = organisation(int(scope.value) if number is None else number)
    if where.kind != "employer":
        raise fail("P111", name=where.name)
    if scope.kind == "employer" and not found.employments.filter(employer=where, during__contains=since).exists():
        raise fail("E114", day=since)
    return where
