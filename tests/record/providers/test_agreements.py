"""Agreements: step after step by two people, one in force at a time, and what guards are told."""

import threading
from dataclasses import replace
from datetime import date

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.record.base.test_lock import both_at_once
from tests.record.contributions.stage import put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.providers.test_institutions import city, hospital, manager, register
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, actor, system_actor
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import Organisation
from tongchou.record.providers import agreements, queries
from tongchou.record.providers.budgets import BudgetLine, budgets_of
from tongchou.record.providers.models import Agreement, Institution, Step

__all__ = ["city", "hospital", "manager"]
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def apply(hospital: Institution, kind: str = "住院") -> Agreement:
    return agreements.apply(institution_id=hospital.pk, kind=kind, reason="申请定点")


def propose(deal: Agreement, verb: str, **given: object) -> Step:
    return agreements.propose_step(agreement_id=deal.pk, verb=verb, reason="见材料", **given)


@pytest.fixture
def reviewer(city: Organisation):
    return add_user("provider_reviewer", city)


@pytest.fixture
def do(reviewer):
    """Propose as who acts, decide as the reviewer."""

    with acting_as(reviewer) as checker:
        pass

    def run(deal: Agreement, verb: str, **given: object) -> Step:
        step = propose(deal, verb, **given)
        with acting(checker):
            return agreements.decide_step(step_id=step.pk, approve=True, reason="同意")

    return run


@pytest.fixture
def signed(hospital: Institution, do) -> Agreement:
    return sign(apply(hospital), do)


def sign(deal: Agreement, do, first: date = FIRST, last: date = LAST) -> Agreement:
    do(deal, "evaluate")
    do(deal, "negotiate", terms={"次均费用": 8000})
    do(deal, "sign", number=f"XY-{deal.pk}", first=first, last=last)
    return queries.agreement(deal.pk)


def status(hospital: Institution, *days: date) -> list[str]:
    return [queries.agreement_on(hospital.pk, "住院", day).status for day in days]


def test_from_application_to_signature(hospital: Institution, signed: Agreement) -> None:
    assert (signed.state, signed.terms) == ("signed", {"次均费用": 8000})
    assert [one.verb for one in queries.steps(signed.pk)] == ["evaluate", "negotiate", "sign"]
    assert status(hospital, date(2025, 12, 31), FIRST, LAST, date(2027, 1, 1)) == [
        "none", "in force", "in force", "none",
    ]  # fmt: skip
    assert queries.agreement_on(hospital.pk, "门诊", FIRST).status == "none"


def test_a_hospital_applies_and_does_no_more(hospital: Institution, city: Organisation) -> None:
    other = register(organisation("provider", city))
    with acting_as(add_user("hospital", hospital.organisation)):
        deal = apply(hospital)
        with pytest.raises(ProblemError, match="H302"):
            apply(hospital)
        with pytest.raises(ProblemError, match="A114"):
            apply(other)
        with pytest.raises(ProblemError, match="A101"):
            propose(deal, "evaluate")
        assert [one.pk for one in queries.agreements()] == [deal.pk]
    with acting_as(add_user("providers", organisation("agency", organisation("agency")))):
        assert list(queries.agreements()) == []
        assert queries.agreement_on(hospital.pk, "住院", FIRST).status == "none"


def test_who_proposes_does_not_decide(hospital: Institution) -> None:
    step = propose(apply(hospital), "evaluate")
    with (
        acting(replace(actor(), permissions=frozenset({"providers.decide"}))),
        pytest.raises(ProblemError, match="A112"),
    ):
        agreements.decide_step(step_id=step.pk, approve=True, reason="自己批")


def test_the_database_keeps_maker_and_checker_apart(hospital: Institution) -> None:
    step = propose(apply(hospital), "evaluate")
    step.state, step.decided_by = "approved", step.proposed_by
    with pytest.raises(Exception, match="agreement_step_decided_by_another"):
        step.save()


def test_steps_come_in_their_order(hospital: Institution, do) -> None:
    deal = apply(hospital)
    for verb in ("negotiate", "sign", "suspend", "resume", "end", "dance"):
        with pytest.raises(ProblemError, match="H301"):
            propose(deal, verb)
    do(deal, "evaluate")
    with pytest.raises(ProblemError, match="H306"):
        propose(deal, "negotiate")
    do(deal, "negotiate", terms={"a": 1})
    with pytest.raises(ProblemError, match="H306"):
        propose(deal, "sign", first=FIRST, last=LAST)
    with pytest.raises(ProblemError, match="H104"):
        propose(deal, "sign", number="1", first=LAST, last=FIRST)
    propose(deal, "refuse")
    with pytest.raises(ProblemError, match="H302"):
        propose(deal, "refuse")


def test_a_step_that_is_refused_changes_nothing(hospital: Institution, reviewer) -> None:
    deal = apply(hospital)
    step = propose(deal, "evaluate")
    with acting_as(reviewer):
        assert [one.pk for one in queries.open_steps()] == [step.pk]
        agreements.decide_step(step_id=step.pk, approve=False, reason="材料不全")
        with pytest.raises(ProblemError, match="H303"):
            agreements.decide_step(step_id=step.pk, approve=True, reason="再审")
    assert queries.agreement(deal.pk).state == "applied"


def test_suspended_for_a_time_and_resumed_early(hospital: Institution, signed: Agreement, do) -> None:
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    do(signed, "suspend", first=march, last=date(2026, 5, 31))
    assert queries.agreement_on(hospital.pk, "住院", march).why == "见材料"
    assert status(hospital, date(2026, 2, 28), march, date(2026, 5, 31), date(2026, 6, 1)) == [
        "in force", "suspended", "suspended", "in force",
    ]  # fmt: skip
    with pytest.raises(ProblemError, match="H105"):
        propose(signed, "suspend", first=april, last=april)
    for wrong in (
        {"first": date(2025, 1, 1), "last": march},
        {"first": march},
        {"first": march, "last": date(2027, 1, 1)},
    ):
        with pytest.raises(ProblemError, match="H104"):
            propose(signed, "suspend", **wrong)
    do(signed, "resume", first=april)
    assert status(hospital, date(2026, 3, 31), april) == ["suspended", "in force"]
    with pytest.raises(ProblemError, match="H307"):
        propose(signed, "resume", first=april)
    do(signed, "resume", first=march)
    assert status(hospital, march) == ["in force"]


def test_an_end_in_the_past_names_its_document(hospital: Institution, signed: Agreement, do) -> None:
    with clock.at(date(2026, 8, 1)):
        with pytest.raises(ProblemError, match="H305"):
            propose(signed, "end", last=date(2026, 6, 30))
        for wrong in (date(2025, 12, 31), date(2027, 1, 1)):
            with pytest.raises(ProblemError, match="H104"):
                propose(signed, "end", last=wrong, basis="x")
        do(signed, "end", last=date(2026, 6, 30), basis="医保处罚〔2026〕7号")
    assert status(hospital, date(2026, 6, 30), date(2026, 7, 1)) == ["in force", "none"]
    assert queries.agreement(signed.pk).state == "ended"


def test_the_next_agreement_begins_when_the_last_has_ended(hospital: Institution, signed: Agreement, do) -> None:
    following = apply(hospital)
    with pytest.raises(ProblemError, match="H304"):
        sign(following, do, first=LAST, last=date(2027, 12, 31))
    do(following, "sign", number="XY-2027", first=date(2027, 1, 1), last=date(2027, 12, 31))
    assert status(hospital, LAST, date(2027, 1, 1)) == ["in force", "in force"]
    other = sign(apply(hospital, "门诊"), do)
    assert other.during == signed.during


RACE = "ALTER TABLE agreement DROP CONSTRAINT one_agreement_at_a_time"


@pytest.mark.parametrize("kept", [False, True])
def test_two_signed_at_once(own_database: str, monkeypatch: pytest.MonkeyPatch, kept: bool) -> None:
    """Without lock and constraint both are in force; with the constraint alone one of them is refused: for the other
    one, or, where both wait for each other, by the database itself."""
    city_ = organisation("agency", organisation("agency"))
    with acting_as(add_user("providers", city_)):
        where = register(organisation("provider", city_))
        two = [
            Agreement.objects.create(institution=where, kind="住院", state="negotiated", applied_on=FIRST) for _ in "ab"
        ]
        steps = [propose(one, "sign", number=f"N{one.pk}", first=FIRST, last=LAST) for one in two]
    if not kept:
        with connections["owner"].cursor() as cursor:
            cursor.execute(RACE)
    monkeypatch.setattr(agreements, "lock", lambda *keys: None)
    meet, turns = threading.Barrier(2), iter(steps)
    checked = agreements._check

    def check(step: Step) -> None:
        checked(step)
        meet.wait(10)

    monkeypatch.setattr(agreements, "_check", check)

    def work() -> None:
        with acting(system_actor("race", "providers.decide")):
            agreements.decide_step(step_id=next(turns).pk, approve=True, reason="同时")

    problems = both_at_once(work)
    with scoped(system("look")):
        in_force = Agreement.objects.filter(state="signed").count()
    refused = [one.problems[0].code for one in problems]
    assert (in_force, refused) in ([(1, ["H304"]), (1, ["S302"])] if kept else [(2, [])])


class Life(RuleBasedStateMachine):
    """An agreement against a set of days on which it is in force."""

    do = hospital = None

    def __init__(self) -> None:
        super().__init__()
        self.deal = sign(apply(Life.hospital, f"类{next(NUMBERS)}"), Life.do)
        self.days = {day for day in DAYS if FIRST <= day <= LAST}
        self.stopped: set[date] = set()
        self.ended = False

    def tries(self, verb: str, **given: object) -> bool:
        try:
            Life.do(self.deal, verb, **given)
        except ProblemError:
            return False
        return True

    @precondition(lambda self: not self.ended)
    @rule(data=st.data())
    def suspend(self, data: st.DataObject) -> None:
        first, last = sorted(data.draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
        wanted = {day for day in DAYS if first <= day <= last}
        fits = first >= FIRST and last <= LAST and not wanted & self.stopped and wanted <= self.days
        assert self.tries("suspend", first=first, last=last) == fits
        self.stopped |= wanted if fits else set()

    @precondition(lambda self: not self.ended)
    @rule(day=st.sampled_from([date(2026, month, 1) for month in (2, 5, 8, 11)]))
    def resume(self, day: date) -> None:
        fits = day in self.stopped
        assert self.tries("resume", first=day) == fits
        if fits:
            run = day
            while run in self.stopped:
                self.stopped.remove(run)
                run = next((later for later in DAYS if later > run), LAST)

    @precondition(lambda self: not self.ended)
    @rule(day=st.sampled_from([date(2026, month, 1) for month in (3, 6, 9)]))
    def end(self, day: date) -> None:
        assert self.tries("end", last=day, basis="决定书")
        self.ended, self.days = True, {one for one in self.days if one <= day}

    @precondition(lambda self: self.ended)
    @rule(verb=st.sampled_from(["suspend", "resume", "end", "sign"]))
    def too_late(self, verb: str) -> None:
        assert not self.tries(verb, first=FIRST, last=FIRST, number="x", basis="x")

    @invariant()
    def holds(self) -> None:
        for day in DAYS:
            expected = "none" if day not in self.days else "suspended" if day in self.stopped else "in force"
            assert queries.agreement_on(Life.hospital.pk, self.deal.kind, day).status == expected, day


DAYS = [
    date(2025, 12, 31),
    *(date(2026, month, day) for month in range(1, 13) for day in (1, 28)),
    LAST,
    date(2027, 1, 1),
]
NUMBERS = iter(range(10_000))


def test_any_life_of_an_agreement(hospital: Institution, do) -> None:
    Life.hospital, Life.do = hospital, staticmethod(do)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=4, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck), database=None
        ),
    )


def test_a_budget_is_agreed_on_by_two_and_the_latest_holds(signed: Agreement, do, hospital: Institution) -> None:
    put_in_force()
    lines = [BudgetLine(2026, "employee", "住院", 500_000_000), BudgetLine(2026, "resident", "住院", 0)]
    do(signed, "budget", budgets=lines)
    do(signed, "budget", budgets=[BudgetLine(2026, "employee", "住院", 600_000_000)])
    found = budgets_of(signed.pk, 2026)
    assert [(one.insurance, one.fen) for one in found] == [("employee", 600_000_000), ("resident", 0)]
    assert budgets_of(signed.pk, 2025) == []
    assert queries.agreement(signed.pk).terms == {"次均费用": 8000}
    step = propose(signed, "budget", budgets=lines)
    assert len(budgets_of(signed.pk, 2026)) == 2
    with acting_as(add_user("provider_reviewer", organisation("agency", organisation("agency")))):
        with pytest.raises(ProblemError, match="A114"):
            agreements.decide_step(step_id=step.pk, approve=True, reason="外地")
        with pytest.raises(ProblemError, match="A114"):
            budgets_of(signed.pk, 2026)


@pytest.mark.parametrize(
    "lines",
    [
        [BudgetLine(2026, "车险", "住院", 1)],
        [BudgetLine(2026, "employee", "住院", -1)],
        [BudgetLine(2026, "employee", " ", 1)],
        [BudgetLine(2027, "employee", "住院", 1)],
        [BudgetLine(2026, "employee", "住院", 1)] * 2,
        [BudgetLine(2026, "employee", str(at), 1) for at in range(201)],
    ],
)
def test_a_budget_that_cannot_be(signed: Agreement, lines: list[BudgetLine]) -> None:
    put_in_force()
    with pytest.raises(ProblemError, match="H309"):
        propose(signed, "budget", budgets=lines)


def test_a_budget_comes_with_its_own_step(signed: Agreement) -> None:
    put_in_force()
    with pytest.raises(ProblemError, match="H306"):
        propose(signed, "budget")
    with pytest.raises(ProblemError, match="H309"):
        propose(signed, "budget", terms={"x": 1})
    with pytest.raises(ProblemError, match="H309"):
        propose(signed, "end", last=LAST, budgets=[BudgetLine(2026, "employee", "住院", 1)])
