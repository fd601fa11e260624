"""Entitlement at any date equals a model that knows each day by itself, whatever is done to enrolment and payments."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.engines.contributions.test_cover import FIRST, LAST, MONTHS, build, days_of, expected, written
from tests.record.contributions.stage import doing_everything, put_pack_in_force
from tests.record.entitlement.stage import pay
from tests.record.orgs.people import organisation
from tests.record.people.test_people import register
from tongchou.engines.contributions import Payment, Spell
from tongchou.ground.errors import ProblemError
from tongchou.record.enrolment import commands
from tongchou.record.entitlement import queries
from tongchou.record.people import dying

DAY = timedelta(days=1)
AHEAD = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]  # the last of them stands for all that follow
DAYS = st.sampled_from(AHEAD[:-1])
NAMES = st.sampled_from(["resident", "employee"])
NONE, ACTIVE, SUSPENDED = "none", "enrolled", "suspended"
NUMBERS = iter(range(1, 10_000))


def nothing() -> dict[str, dict[date, str]]:
    return {name: dict.fromkeys(AHEAD, NONE) for name in ("resident", "employee")}


class Record(RuleBasedStateMachine):
    """One person; the model holds, for each insurance, what each day is: not enrolled, enrolled, or suspended."""

    def __init__(self, rules: tuple[str, str]) -> None:
        super().__init__()
        self.rules = rules
        number = next(NUMBERS)
        self.person = register(organisation("agency", organisation("agency")), 1 + 2 * (number % 499),
                               born=date(1950, 1, 1) + number * DAY)  # fmt: skip
        self.days = nothing()
        self.paid: dict[tuple[str, date], date] = {}
        self.died: date | None = None
        self.lapsed = nothing()  # what holds but for the death

    def act(self, possible: bool, command: object, name: str, **given: object) -> None:
        """The command is refused exactly when the model says that it cannot be."""
        if "reason" not in given and command is not commands.enrol:
            given["reason"] = "x"
        try:
            command(person_id=self.person.pk, insurance_name=name, **given)
        except ProblemError:
            assert not possible
        else:
            assert possible

    def fill(self, name: str, since: date, through: date | None, what: str) -> None:
        for day in AHEAD:
            if since <= day and (through is None or day <= through):
                self.days[name][day] = what

    def rest_of(self, name: str, since: date) -> date | None:
        """The last day from `since` on which the same goes on; None when it goes on for ever. Rows that a change has
        cut apart are one in the model, so the record's own row says where it ends."""
        row = self.person.spells.get(insurance=name, during__contains=since)
        return None if row.during.upper is None else row.during.upper - DAY

    @rule(name=NAMES, since=DAYS, length=st.none() | st.integers(0, 400))
    def enrol(self, name: str, since: date, length: int | None) -> None:
        through = None if length is None else min(since + length * DAY, AHEAD[-2])
        wanted = [day for day in AHEAD if since <= day and (through is None or day <= through)]
        free = all(self.days[name][day] == NONE for day in wanted)
        alive = self.died is None or (through is not None and through <= self.died)
        self.act(free and alive, commands.enrol, name, since=since, through=through)
        if free and alive:
            self.fill(name, since, through, ACTIVE)

    @rule(name=NAMES, since=DAYS, to=st.sampled_from([SUSPENDED, ACTIVE]))
    def suspend_or_resume(self, name: str, since: date, to: str) -> None:
        possible = self.days[name][since] == (ACTIVE if to == SUSPENDED else SUSPENDED)
        through = self.rest_of(name, since) if possible else None
        self.act(possible, commands.suspend if to == SUSPENDED else commands.resume, name, since=since)
        if possible:
            self.fill(name, since, through, to)

    @rule(name=NAMES, last=DAYS)
    def end(self, name: str, last: date) -> None:
        possible = self.days[name][last] != NONE
        self.act(possible, commands.end, name, last=last)
        if possible:
            self.fill(name, last + DAY, None, NONE)
            self.lapsed[name] |= {day: NONE for day in AHEAD if day > last}

    @rule(name=NAMES, since=DAYS)
    def transfer(self, name: str, since: date) -> None:
        self.act(self.days[name][since] == ACTIVE, commands.transfer, name, since=since, employer=None)

    @rule(name=NAMES, since=DAYS, length=st.integers(0, 200), held=st.sampled_from([NONE, ACTIVE, SUSPENDED]))
    def change_past(self, name: str, since: date, length: int, held: str) -> None:
        through = min(since + length * DAY, AHEAD[-2])
        possible = self.died is None or through <= self.died
        self.act(possible, commands.change_past, name, since=since, through=through, held=held)
        if possible:
            self.fill(name, since, through, held)

    @rule(name=NAMES, month=st.integers(0, 23), count=st.integers(1, 8), lag=st.integers(-40, 200))
    def pay(self, name: str, month: int, count: int, lag: int) -> None:
        for first in MONTHS[month : min(24, month + count)]:
            if (name, first) not in self.paid:
                self.paid[name, first] = MONTHS[month] + lag * DAY
                pay(self.person, name, "费", first, days_of(first)[-1], self.paid[name, first])

    @rule(name=NAMES, month=st.integers(0, 23))
    def give_back(self, name: str, month: int) -> None:
        if self.paid.pop((name, MONTHS[month]), None) is not None:
            pay(self.person, name, "费", MONTHS[month], days_of(MONTHS[month])[-1], None)

    @rule(day=DAYS)
    def die(self, day: date) -> None:
        if self.died is None:
            dying.record_death(person_id=self.person.pk, on=day, reason="证明")
            self.lapse(day)

    @rule(day=st.none() | DAYS)
    def correct_death(self, day: date | None) -> None:
        """What the death took away holds again, save what was ended meanwhile; then the other day takes it."""
        possible = self.died is not None and day != self.died
        try:
            dying.correct_death(person_id=self.person.pk, on=day, reason="证明有误")
        except ProblemError:
            assert not possible
            return
        assert possible
        for name, days in self.lapsed.items():
            self.days[name] |= {of: what for of, what in days.items() if what != NONE}
        self.lapsed, self.died = nothing(), None
        if day is not None:
            self.lapse(day)

    def lapse(self, day: date) -> None:
        self.died = day
        for name, days in self.days.items():
            for after in AHEAD:
                if after > day:
                    self.lapsed[name][after], days[after] = days[after], NONE

    def spells(self) -> list[Spell]:
        """The enrolled days of the model as runs; a suspended stretch is a gap to the oracle."""
        found: list[Spell] = []
        for name, days in self.days.items():
            active = [day for day in AHEAD if days[day] == ACTIVE]
            for day in active:
                open_ended = None if day == AHEAD[-1] else day
                if found and found[-1].scheme == name and found[-1].through_date == day - DAY:
                    found[-1] = Spell("P1", name, found[-1].from_date, open_ended)
                else:
                    found.append(Spell("P1", name, day, open_ended))
        return found

    @invariant()
    def entitlement_is_that_of_the_model(self) -> None:
        payments = [
            Payment("P1", name, "费", first, days_of(first)[-1], paid_on)
            for (name, first), paid_on in self.paid.items()
        ]
        wanted = expected(*self.rules, self.spells(), payments)
        periods = queries.periods_of(person_id=self.person.pk)
        for name, days in self.days.items():
            last = self.died or LAST
            found = {day: p for p in periods if p.scheme == name for day in within(p.from_date, p.through_date)}
            entitled = {day for day, p in found.items() if p.level == "full"}
            assert entitled == {day for day in wanted[name] if day < LAST and day <= last}
            suspended = {day for day, p in found.items() if p.reason == "暂停参保"}
            assert suspended == {day for day in AHEAD[:-1] if days[day] == SUSPENDED and day <= last}

    @invariant()
    def spells_are_those_of_the_model(self) -> None:
        for name, days in self.days.items():
            rows = self.person.spells.filter(insurance=name)
            held = {day: row.suspended for row in rows for day in AHEAD if day in row.during}
            assert held == {day: what == SUSPENDED for day, what in days.items() if what != NONE}


def within(first: date, through: date | None) -> list[date]:
    return [day for day in AHEAD[:-1] if first <= day and (through is None or day <= through)]


@pytest.mark.parametrize("rules", [("strict", "from payment"), ("for ever", "strict"), ("from payment", "for ever")])
def test_entitlement_at_any_date_equals_the_model(record: None, rules: tuple[str, str], tmp_path: Path) -> None:
    pack = build(tmp_path, *(written(name) for name in rules))
    put_pack_in_force(pack)
    with doing_everything():
        run_state_machine_as_test(
            lambda: Record(rules), settings=settings(max_examples=5, stateful_step_count=10, deadline=None)
        )
