"""A household is enrolled together: all of its members whom the insurance is for (ENR-04, ENR-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg.types.range import DateRange

from tongchou.ground.errors import ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base.lock import lock
from tongchou.record.enrolment.changing import begin, check_may, days_of
from tongchou.record.enrolment.insurances import insurance
from tongchou.record.enrolment.timeline import State, spells_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import household_on

_NOT_FOR_THEM = ("E115", "E116")


@dataclass(frozen=True)
class LeftOut:
    """A member who was not enrolled, and why: a code of the catalogue and what it says."""

    person: int
    code: str
    says: str


@dataclass(frozen=True)
class Enrolled:
    """Who of a household was enrolled, and who was left out."""

    household: int
    insurance: str
    persons: tuple[int, ...]
    left_out: tuple[LeftOut, ...]

    def persons_of(self) -> tuple[int, ...]:
        return self.persons + tuple(one.person for one in self.left_out)


@command("enrolment.enrol_household", needs="enrolment.write")
def enrol_household(
    *, household: int, insurance_name: str, since: date, facts: Mapping[str, Any], own: Mapping[int, Mapping[str, Any]]
) -> Enrolled:
    """Enrol everybody who lives in a household on a day: by `facts` that hold for all, and `own` ones by person.

    Who is enrolled already, whom the insurance is not for, or who has another that may not stand beside it is left
    out and named; nobody is forced in by the others, nor kept out. Everything else that is wrong with one member
    refuses all (as `enrol`). Raises A114 for no household in scope, E117 when nobody is left to be enrolled.
    """
    before = household_on(household, since)
    name = insurance(pack_in_force(), insurance_name)
    lock(("household", household), *(("person", one.pk) for one in before))
    members = household_on(household, since)
    if [one.pk for one in members] != [one.pk for one in before]:
        raise fail("S301", what="household")
    done, left_out = [], []
    for one in members:
        during, state = days_of(one, since, None), State(None, {**facts, **own.get(one.pk, {})})
        try:
            _may_join(one, name, during, state)
        except ProblemError as error:
            problem = error.problems[0]
            if problem.code not in (*_NOT_FOR_THEM, "E102"):
                raise
            left_out.append(LeftOut(one.pk, problem.code, problem.message()))
            continue
        begin(one, name, during, state)
        done.append(one.pk)
    if not done:
        raise fail("E117", insurance=name, day=since)
    return Enrolled(household, name, tuple(done), tuple(left_out))


def _may_join(one: Person, name: str, during: DateRange, state: State) -> None:
    """Raises E102 for somebody who is enrolled already, and what `check_may` does."""
    if spells_of(one, name).filter(during__overlap=during).exists():
        raise fail("E102", insurance=name, period=str(during.lower))
    check_may(one, name, during, state)
