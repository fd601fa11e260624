"""Whatever is done in whatever order, the record stands where a simple model of it stands.

The model is an engine's history for each household, in memory, and a plain list of postings that is added up each time.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.record.orgs.people import organisation
from tests.record.settlement.paying_rules import STAGES, Payments
from tests.record.settlement.race import wrong
from tests.record.settlement.stage import ACCOUNT, hospital, retired, treated
from tests.record.undone import undone
from tongchou.engines.benefits.claim import Claim, Settlement
from tongchou.engines.benefits.history import Event as Happened
from tongchou.engines.benefits.history import History
from tongchou.engines.benefits.state import Key
from tongchou.engines.benefits.supplement import Supplement as Found
from tongchou.engines.benefits.supplement import supplement
from tongchou.ground.dates import add_months
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.entries import Movement, enter, held
from tongchou.record.accounts.models import Sharing
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.disbursement.bridge import bridge
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.months import close_month, reopen_month
from tongchou.record.ledger.queries import balances
from tongchou.record.people.models import Category, Household, Membership, Person
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.models import Accumulator, Affected, Event
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import rules_now, settle, trial
from tongchou.record.settlement.state import ACCOUNT as OF_ACCOUNT
from tongchou.record.settlement.supplementing import approve_supplement, open_supplement
from tongchou.record.visits.models import Visit

BEGIN, END = date(2025, 3, 15), date(2026, 10, 31)
LEDGER = (
    *("provider_payable", "benefit_accrued", "bearer_due", "account_liability"),
    *("person_payable", "recovery_due", *STAGES),
)
YEAR = date(2025, 1, 1)
HOMES = (0, 0, 1)
"""Of three persons two live together, and let each other's accounts pay; the third lives alone."""
PERSONS, FAMILY = st.integers(0, 2), st.integers(0, 1)
FEN = st.one_of(st.integers(1, 30_000), st.integers(1_000_00, 60_000_00), st.sampled_from((10_99, 400_00, 300_000_00)))


class Work(Payments):
    """Three persons who are settled, reversed, corrected and given money, and a hospital that is paid, while months go
    by, are closed and opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = rules_now()
        self.policy = self.rules.pack.region.reversal
        self.day, self.closed = BEGIN, date(2025, 2, 1)
        self.events: dict[tuple[int, str], int] = {}  # person and claim → the live event
        self.visits: dict[tuple[int, str], Visit] = {}  # reversed and not settled again
        self.words: dict[str, str] = {}  # person → the category that became known late
        self.posted: list[tuple[date, str, int]] = []
        self.credits = 0

    @initialize()
    def begin(self) -> None:
        self.undone = undone()
        self.undone.__enter__()
        with clock.at(self.day):
            self.city = organisation("agency", organisation("agency"))
            self.at = hospital(self.city, "二级")
            self.persons: list[Person] = [retired(self.city) for _ in HOMES]
            self.live_together()
            self.begin_paying()
        self.homes = [History(self.rules.engine) for _ in set(HOMES)]
        self.histories = [self.homes[home] for home in HOMES]

    def live_together(self) -> None:
        homes = [Household.objects.create(agency=self.city) for _ in set(HOMES)]
        Membership.objects.filter(person__in=self.persons).delete()
        for person, home in zip(self.persons, HOMES, strict=True):
            Membership.objects.create(person=person, household=homes[home], during=days(YEAR, None))
        for owner, relative in ((0, 1), (1, 0)):
            Sharing.objects.create(
                owner=self.persons[owner], relative=self.persons[relative], relation="配偶", insurance="employee",
                account=ACCOUNT, evidence="x", during=days(YEAR, None),
            )  # fmt: skip

    def teardown(self) -> None:
        if hasattr(self, "undone"):
            assert wrong() == set()
            self.undone.__exit__(None, None, None)

    @rule(who=PERSONS, fen=FEN, stay=st.booleans(), ago=st.integers(0, 20), use=st.sampled_from(("own", "none")))
    def settle_a_visit(self, who: int, fen: int, stay: bool, ago: int, use: str) -> None:
        with clock.at(self.day):
            day, kind = self.day - timedelta(days=ago + 5), "住院" if stay else "普通门诊"
            self.settle(who, treated(self.at, self.persons[who], day, fen, kind), Choice(use))

    @rule(who=FAMILY, fen=FEN, stay=st.booleans())
    def settle_from_the_account_of_a_relative(self, who: int, fen: int, stay: bool) -> None:
        with clock.at(self.day):
            one = treated(self.at, self.persons[who], self.day - timedelta(days=5), fen, "住院" if stay else "普通门诊")
            self.settle(who, one, Choice("relative", self.persons[1 - who].pk))

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def settle_again_what_was_reversed(self, data: st.DataObject) -> None:
        self.settle_one_again(*data.draw(st.sampled_from(sorted(self.visits))))

    def settle_one_again(self, who: int, claim: str) -> None:
        with clock.at(self.day):
            self.settle(who, self.visits.pop((who, claim)), Choice())

    @rule(who=PERSONS, fen=FEN)
    def try_a_visit(self, who: int, fen: int) -> None:
        with clock.at(self.day):
            one = treated(self.at, self.persons[who], self.day, fen, "普通门诊")
            before = Event.objects.count()
            trial(visit_id=one.pk)
            assert Event.objects.count() == before

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def reverse_one(self, data: st.DataObject) -> None:
        self.reverse(*data.draw(st.sampled_from(sorted(self.events))))

    def reverse(self, who: int, claim: str) -> None:
        """Both refuse, or both make as many events; under `freeze` both mark the same ones."""
        history = self.histories[who]
        number = self.events[who, claim]
        visit = Event.objects.get(pk=number).visit
        with clock.at(self.day):
            try:
                expected = history.reverse(claim)
            except ProblemError as error:
                with pytest.raises(ProblemError, match=error.problems[0].code):
                    reverse(event_id=number, reason="录入错误")
                assert self.policy == "refuse"
                return
            self.follow(reverse(event_id=number, reason="录入错误"), expected)
        del self.events[who, claim]
        self.visits[who, claim] = visit

    def follow(self, made: list[Event], expected: list[Happened]) -> None:
        """The record made the events of the model."""
        assert [(one.kind, one.claim["id"], abs(one.total)) for one in made] == [
            (one.kind, one.claim.id, one.claim.total) for one in expected
        ]
        for one, event in zip(expected, made, strict=True):
            assert abs(event.cash) == one.settlement.cash
            self.post(one.settlement, 1 if one.kind == "settle" else -1)
            if one.kind == "settle":
                self.events[self.who(one.claim), one.claim.id] = event.pk

    @rule(who=PERSONS, fen=st.integers(1, 3_000_00))
    def credit_an_account(self, who: int, fen: int) -> None:
        person, self.credits = self.persons[who], self.credits + 1
        with clock.at(self.day):
            enter([Movement(person.pk, "employee", ACCOUNT, self.day, "credit", fen, f"model {self.credits}")])
        for state in (self.histories[who].opening, self.histories[who].state):
            state.apply({self.account(who): fen})
        self.posted.append((self.posting_day(), "account_liability", -fen))

    @rule(who=PERSONS, word=st.sampled_from(("低保", "特困")), corrected=st.booleans())
    def make_a_category_known_late(self, who: int, word: str, corrected: bool) -> None:
        """From the beginning of the year; what is settled stands until it is corrected."""
        if f"p{self.persons[who].pk}" not in self.words:
            Category.objects.create(person=self.persons[who], name=word, during=days(YEAR, None))
            self.words[f"p{self.persons[who].pk}"] = word
        if corrected:
            self.correct(who)

    def correct(self, who: int) -> None:
        """重算补差: what the whole household settled, from the first that differs on."""
        history, person = self.histories[who], self.persons[who].pk
        expected = supplement(history, self.rules.engine, self.corrected)
        asked = {"person_id": person, "why": "facts", "since": YEAR, "reason": "追认"}
        with clock.at(self.day):
            if not expected.differences:
                with pytest.raises(ProblemError, match="V301"):
                    open_supplement(**asked)
                return
            case = open_supplement(**asked)
            assert set(case.differences.values_list("event__claim__id", "payer", "old", "new")) == {
                (one.claim_id, one.payer, one.old, one.new) for one in expected.differences
            }
            made = approve_supplement(supplement_id=case.pk, reason="同意")
        self.follow(made, self.settle_again(history, expected))
        self.pass_on(expected)

    def settle_again(self, history: History, found: Found) -> list[Happened]:
        """The model's events of it: all are reversed from the last to the first that differs, and settled in order."""
        assert not found.refused
        live, differ = history.live(), {one.claim_id for one in found.differences}
        first = next(place for place, one in enumerate(live) if one.claim.id in differ)
        before = len(history.events)
        for one in reversed(live[first:]):
            history._void(one)
        for one in live[first:]:
            assert isinstance(history.settle(self.corrected(one.claim)), Settlement)
        return history.events[before:]

    def corrected(self, claim: Claim) -> Claim:
        word = self.words.get(claim.person_id)
        return claim if word is None else replace(claim, facts={**claim.facts, "category": word})

    def pass_on(self, found: Found) -> None:
        """What funds pay more goes to the person, what they pay less comes from there."""
        day = self.posting_day()
        for one in found.differences:
            if one.payer not in ("cash", "hospital"):
                whose = "person_payable" if one.amount > 0 else "recovery_due"
                self.posted += [(day, "provider_payable", one.amount), (day, whose, -one.amount)]

    @rule(count=st.integers(1, 40))
    def wait(self, count: int) -> None:
        self.day = min(END, self.day + timedelta(days=count))

    @precondition(lambda self: add_months(self.closed, 2, "clamp") <= self.day)
    @rule()
    def close_the_next_month(self) -> None:
        month = add_months(self.closed, 1, "clamp")
        with clock.at(self.day):
            close_month(book=BUSINESS, month=month)
        self.closed = month

    @precondition(lambda self: self.closed > date(2025, 2, 1))
    @rule()
    def open_the_last_month_again(self) -> None:
        with clock.at(self.day):
            reopen_month(book=BUSINESS, month=self.closed, reason="漏记")
        self.closed = add_months(self.closed, -1, "clamp")

    @invariant()
    def state_is_the_same(self) -> None:
        if not hasattr(self, "undone"):
            return
        expected = {
            key: fen
            for history in self.homes
            for key, fen in history.state.amounts.items()
            if not key.name.startswith(OF_ACCOUNT)
        }
        rows = Accumulator.objects.exclude(fen=0).values_list("name", "subject", "period", "each", "fen")
        assert {Key(*row[:4]): row[4] for row in rows} == expected

    @invariant()
    def money_is_the_same(self) -> None:
        if not hasattr(self, "undone"):
            return
        for who, history in enumerate(self.histories):
            found = sum(one.balance(self.day) for one in held([self.persons[who].pk]))
            assert found == history.state.get(self.account(who))
        for on in (self.day, add_months(self.closed, 1, "clamp") - timedelta(days=1)):
            found = {line.of[0]: line.after for line in balances(BUSINESS, on, on, ("account",), None)}
            for account in LEDGER:
                expected = sum(fen for day, name, fen in self.posted if name == account and day <= on)
                assert found.get(account, 0) == expected

    @invariant()
    def the_two_books_are_explained(self) -> None:
        if hasattr(self, "undone"):
            assert [one for one in bridge(on=self.day) if one.unexplained or one.timing] == []

    @invariant()
    def affected_are_the_same(self) -> None:
        if hasattr(self, "undone"):
            expected = sum(len(history.affected) for history in self.homes)
            assert Affected.objects.values("event").distinct().count() == expected

    def settle(self, who: int, visit: Visit, choice: Choice) -> None:
        claim: Claim = trial(visit_id=visit.pk, choice=choice).claim
        expected = self.histories[who].settle(claim)
        assert isinstance(expected, Settlement)
        event = settle(visit_id=visit.pk, choice=choice)
        assert event.paid == {layer: fen for layer, fen in expected.paid.items() if fen}
        assert (event.cash, event.hospital, event.total) == (expected.cash, expected.hospital, claim.total)
        self.events[who, claim.id] = event.pk
        self.post(expected, 1)

    def post(self, settlement: Settlement, sign: int) -> None:
        day, layers = self.posting_day(), self.rules.pack.layers["employee"]
        for name, fen in settlement.paid.items():
            if layers[name].payer == "account":
                debit = "account_liability"
            else:
                debit = "benefit_accrued" if layers[name].bearer == "fund" else "bearer_due"
            self.posted += [(day, debit, sign * fen), (day, "provider_payable", -sign * fen)]

    def posting_day(self) -> date:
        """Today, or the first day of the first open month."""
        return max(self.day, add_months(self.closed, 1, "clamp"))

    def who(self, claim: Claim) -> int:
        return [f"p{one.pk}" for one in self.persons].index(claim.person_id)

    def account(self, who: int) -> Key:
        return Key(OF_ACCOUNT + ACCOUNT, f"p{self.persons[who].pk}", "ever")
