"""Entitlement at any date equals a model that knows each day by itself, whatever is done to enrolment and to money.

Money goes as it does in the record: a month is assessed, receipts come singly or in the tax bureau's file, and are
reversed, given back by two people, or set off; a month without money is taken back and assessed again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.engines.contributions.test_cover import FIRST, LAST, MONTHS, build, days_of, expected, written
from tests.record.contributions.stage import doing_everything, put_pack_in_force
from tests.record.contributions.test_files import as_csv, read
from tests.record.entitlement.money import OWED, Book, Owed, days_of_money, payments, surpluses
from tests.record.orgs.people import organisation
from tests.record.people.test_people import register
from tongchou.engines.contributions import Spell
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.contributions import reports
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.files import take_file
from tongchou.record.contributions.models import Part, Receipt, RefundCase
from tongchou.record.contributions.queries import payments_of
from tongchou.record.contributions.receiving import cancel, receive, reverse
from tongchou.record.contributions.refunding import ask_refund, decide_refund
from tongchou.record.enrolment import commands
from tongchou.record.entitlement import queries
from tongchou.record.ledger.queries import balance_of
from tongchou.record.people import dying

DAY = timedelta(days=1)
AHEAD = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]  # the last of them stands for all that follow
DAYS = st.sampled_from(AHEAD[:-1])
NAMES = st.sampled_from(["resident", "employee"])
NONE, ACTIVE, SUSPENDED = "none", "enrolled", "suspended"
MONTH = st.integers(0, 23)
LAG = st.integers(-40, 200)
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
        self.agency = self.person.agency_id
        self.firms = [None, *(organisation("employer", self.person.agency).pk for _ in range(2))]
        self.days = nothing()
        self.book: Book = {}
        self.numbers = count(1)
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

    @rule(name=NAMES, since=DAYS, at=st.integers(0, 2))
    def transfer(self, name: str, since: date, at: int) -> None:
        employer = self.firms[at]
        self.act(self.days[name][since] == ACTIVE, commands.transfer, name, since=since, employer=employer)

    @rule(name=NAMES, since=DAYS, length=st.integers(0, 200), held=st.sampled_from([NONE, ACTIVE, SUSPENDED]))
    def change_past(self, name: str, since: date, length: int, held: str) -> None:
        through = min(since + length * DAY, AHEAD[-2])
        possible = self.died is None or through <= self.died
        self.act(possible, commands.change_past, name, since=since, through=through, held=held)
        if possible:
            self.fill(name, since, through, held)

    def number(self) -> str:
        """Of a receipt: never used twice."""
        return f"{self.person.pk}-{next(self.numbers)}"

    @rule(name=NAMES, month=MONTH, count=st.integers(1, 8))
    def assess(self, name: str, month: int, count: int) -> None:
        """Whoever is enrolled, and not suspended, on a day of the month, and has no order for it, gets one."""
        for first in MONTHS[month : min(24, month + count)]:
            enrolled = any(self.days[name].get(day) == ACTIVE for day in days_of(first))
            if not enrolled:
                assert refusal(assess_month, insurance=name, month=first, agency=self.agency) == "J101"
                continue
            done = assess_month(insurance=name, month=first, agency=self.agency)
            assert (done.people, done.ordered) == (1, (name, first) not in self.book)
            if done.ordered:
                part = Part.objects.get(order__assessment=done.assessment)
                assert part.fen == OWED
                self.book[name, first] = Owed(part.order_id, part.pk)

    def chosen(self, name: str, month: int, wanted: Callable[[Owed], bool] = lambda _: True) -> Owed | None:
        """An order at or after a month, or else the last before it, that is wanted."""
        firsts = sorted(first for of, first in self.book if of == name and wanted(self.book[of, first]))
        later = [first for first in firsts if first >= MONTHS[month]]
        return self.book[name, (later or firsts[-1:])[0]] if firsts else None

    @rule(name=NAMES, month=MONTH, lag=LAG, fen=st.sampled_from([OWED, OWED, OWED, 400, 600, 2500]))
    def receive(self, name: str, month: int, lag: int, fen: int) -> None:
        owed = self.chosen(name, month)
        if owed is not None:
            day = MONTHS[month] + lag * DAY
            receipt = receive(number=self.number(), part=owed.part, day=day, fen=fen)
            owed.moved.append((day, fen))
            owed.receipts[receipt.pk] = (day, fen)

    @rule(name=NAMES, month=MONTH, count=st.integers(1, 8), lag=LAG)
    def receive_file(self, name: str, month: int, count: int, lag: int) -> None:
        """A file pays what is left of some months, and takes nothing when one of its rows is wrong."""
        months = MONTHS[month : min(24, month + count)]
        found = [one for first in months if (one := self.book.get((name, first))) is not None and one.left]
        if not found:
            return
        day = MONTHS[month] + lag * DAY
        rows = [[self.number(), str(one.part), str(day), f"{one.left / 100:.2f}", ""] for one in found]
        with pytest.raises(ProblemError, match="J106"):
            take_file(sheet=read("x.csv", as_csv([*rows, [self.number(), "999999999", str(day), "1", ""]])))
        take_file(sheet=read("x.csv", as_csv(rows)))
        for row, one in zip(rows, found, strict=True):
            one.receipts[Receipt.objects.get(number=row[0]).pk] = (day, one.left)
            one.moved.append((day, one.left))

    @rule(name=NAMES, month=MONTH, later=st.integers(0, 60))
    def reverse(self, name: str, month: int, later: int) -> None:
        owed = self.chosen(name, month, lambda one: bool(one.receipts))
        if owed is None:
            return
        number, (day, fen) = max(owed.receipts.items())
        back, possible = day + later * DAY, owed.bears(day + later * DAY, fen)
        told = refusal(reverse, receipt_id=number, number=self.number(), day=back, reason="退票")
        assert told == ("" if possible else "P004")
        if not possible:
            return
        del owed.receipts[number]
        owed.moved.append((day + later * DAY, -fen))

    @rule(name=NAMES, month=MONTH, fen=st.sampled_from([OWED, 400, 1500]), lag=LAG)
    def give_back(self, name: str, month: int, fen: int, lag: int) -> None:
        owed = self.chosen(name, month, lambda one: one.held() > 0)
        if owed is None:
            return
        day = MONTHS[month] + lag * DAY
        if fen > owed.held():
            with pytest.raises(ProblemError, match="J110"):
                ask_refund(part=owed.part, fen=fen, reason="退费")
            return
        if self.decide(ask_refund(part=owed.part, fen=fen, reason="退费"), day, owed.bears(day, fen)):
            owed.moved.append((day, -fen))

    @rule(name=NAMES, month=MONTH, fen=st.sampled_from([OWED, 400, 1500]), lag=LAG)
    def set_off(self, name: str, month: int, fen: int, lag: int) -> None:
        """What was paid too much pays for another month of the same insurance."""
        owed = self.chosen(name, month, lambda one: one.over > 0)
        to = self.chosen(name, month, lambda one: one.left > 0)
        if owed is None or to is None:
            return
        day = MONTHS[month] + lag * DAY
        if fen > min(owed.over, to.left):
            with pytest.raises(ProblemError, match="J125"):
                ask_refund(part=owed.part, fen=fen, to=to.part, reason="抵缴")
            return
        if self.decide(ask_refund(part=owed.part, fen=fen, to=to.part, reason="抵缴"), day, owed.bears(day, fen)):
            owed.moved.append((day, -fen))
            to.moved.append((day, fen))
            to.receipts[Receipt.objects.filter(part=to.part).latest("id").pk] = (day, fen)

    def decide(self, case: RefundCase, day: date, possible: bool) -> bool:
        """Approved where it is possible; else the refusal of the command leaves it open, and it is refused."""
        common = {"case_id": case.pk, "number": self.number(), "day": day, "reason": "审核"}
        assert refusal(decide_refund, approve=True, **common) == ("" if possible else "P004")
        if not possible:
            decide_refund(approve=False, **common)
        return possible

    @rule(name=NAMES, month=MONTH)
    def cancel(self, name: str, month: int) -> None:
        owed = self.chosen(name, month)
        if owed is None:
            return
        possible = owed.held() == 0
        assert refusal(cancel, order_id=owed.order, reason="核定有误") == ("" if possible else "J104")
        if not possible:
            return
        self.book = {key: one for key, one in self.book.items() if one is not owed}

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
        wanted = expected(*self.rules, self.spells(), payments(self.book))
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

    @invariant()
    def what_was_paid_is_that_of_the_model_as_known_on_any_day(self) -> None:
        days = days_of_money(self.book)
        for on in {AHEAD[0], clock.today(), *days, *(day - DAY for day in days)}:
            found = payments_of([self.person.pk], on)
            assert {(one.scheme, one.from_date, one.paid_on) for one in found} == {
                (one.scheme, one.from_date, one.paid_on) for one in payments(self.book, on)
            }

    @invariant()
    def what_is_too_much_is_listed_and_the_books_hold_what_is_owed(self) -> None:
        found = {one.part: one.fen for one in reports.surpluses(person_id=self.person.pk)}
        assert found == surpluses(self.book.values())
        for name in self.days:
            owed = sum(OWED - one.held() for (of, _), one in self.book.items() if of == name)
            booked = balance_of("contribution_due", clock.today(), scheme=name, county=self.agency)
            assert booked == owed

    def teardown(self) -> None:
        """Derived in bulk it is the same."""
        for on in (date(2022, 7, 1), date(2023, 1, 31), date(2023, 10, 15)):
            rows = entitled_on(self.person.pk, on)
            periods = queries.periods_of(person_id=self.person.pk)
            alone = {(one.scheme, one.level) for one in periods if on in within(one.from_date, one.through_date)}
            assert rows == alone


def refusal(command: Callable[..., object], **given: object) -> str:
    """The code with which a command is refused; nothing when it is done."""
    try:
        command(**given)
    except ProblemError as error:
        return error.problems[0].code
    return ""


def entitled_on(person: int, on: date) -> set[tuple[str, str]]:
    found = queries.entitled(on=on).periods.to_pylist()
    return {(row["scheme"], row["level"]) for row in found if int(row["person_id"]) == person}


def within(first: date, through: date | None) -> list[date]:
    return [day for day in AHEAD[:-1] if first <= day and (through is None or day <= through)]


@pytest.mark.parametrize("rules", [("strict", "from payment"), ("for ever", "strict"), ("from payment", "for ever")])
def test_entitlement_at_any_date_equals_the_model(record: None, rules: tuple[str, str], tmp_path: Path) -> None:
    pack = build(tmp_path, *(written(name) for name in rules))
    put_pack_in_force(pack)
    with doing_everything():
        run_state_machine_as_test(
            lambda: Record(rules), settings=settings(max_examples=5, stateful_step_count=14, deadline=None)
        )
