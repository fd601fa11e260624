"""The door: what a claim must bring, what is in force for it, and that a refusal leaves no trace."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits import SEMANTICS
from tongchou.engines.benefits.claim import Claim, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import ProblemError

HALF = "pool.takes: in_scope\npool.ratio: 50%\n"
CAPPED = HALF + "pool.caps.年: {at_most: 300, of: paid, per: year}"


def test_a_claim_without_lines() -> None:
    assert reasons(refused(pack(HALF), claim())) == ["C024"]


def test_a_scheme_nobody_has() -> None:
    refusal = refused(pack(HALF), claim(1, scheme="employee"))
    assert (reasons(refusal), refusal.problems[0].details) == (["C007"], {"scheme": "employee", "known": "resident"})


def test_a_kind_of_visit_nobody_serves() -> None:
    refusal = refused(pack(HALF), claim(1, kind="门诊"))
    assert (reasons(refusal), refusal.problems[0].details["known"]) == (["C001"], "住院")


@pytest.mark.parametrize("name", ["admitted", "discharged", "settled"])
@pytest.mark.parametrize("value", [None, "2024-03-15"])
def test_the_dates_every_claim_needs(name: str, value: Any) -> None:
    visit = claim(1)
    refusal = refused(pack(HALF), replace(visit, facts={**visit.facts, name: value}))
    assert (reasons(refusal), refusal.problems[0].details) == (["C003"], {"name": name})


@pytest.mark.parametrize(
    ("supports", "day", "supported"),
    [
        ("{from: 2024-01-01, through: 2024-12-31}", "2023-12-31", False),
        ("{from: 2024-01-01, through: 2024-12-31}", "2024-01-01", True),
        ("{from: 2024-01-01, through: 2024-12-31}", "2024-12-31", True),
        ("{from: 2024-01-01, through: 2024-12-31}", "2025-01-01", False),
        ("{from: 2024-01-01}", "2099-01-01", True),
        ("{from: 2024-01-01}", "2023-01-01", False),
    ],
)
def test_the_days_a_pack_speaks_for(supports: str, day: str, supported: bool) -> None:
    region = pack(HALF, region=f"{{supports: {supports}}}")
    if supported:
        assert shows(settled(region, claim(10, day=day)), "pool.paid") == (5,)
    else:
        assert reasons(refused(region, claim(10, day=day))) == ["C002"]


def test_the_basis_date_places_the_claim() -> None:
    visit = claim(1, admitted="2023-12-30", day="2024-01-02", settled="2025-01-03")
    days = {
        basis: Engine(pack(HALF, region=f"{{year: {{basis: {basis}}}}}")).basis_date(visit.facts)
        for basis in ("admission", "discharge", "settlement")
    }
    assert days == {
        "admission": date(2023, 12, 30),
        "discharge": date(2024, 1, 2),
        "settlement": date(2025, 1, 3),
    }
    with pytest.raises(ProblemError, match="C003"):
        Engine(pack(HALF)).basis_date({"discharged": "2024-01-01"})


def test_a_refused_claim_leaves_no_trace() -> None:
    region = pack(
        CAPPED, "claim.guard.g: {when: total_fee > 900, do: refuse}", "pool.adjust.a: {when: age < 3, points: 1 ÷ 0}"
    )
    state = State()
    settled(region, claim(100, age=5), state)
    before = (dict(state.amounts), dict(state.lines))
    for visit in (claim(901, id="C2", age=5), claim(100, id="C2", age=2), claim(100, id="C2"), claim(id="C2")):
        refused(region, visit, state)
        assert (state.amounts, state.lines) == before


@pytest.mark.parametrize(
    ("sets", "visit"),
    [
        ("items.first_pay.x: {when: always, rate: 10%, above: 5}", claim(line(9, quantity=Fraction(0)))),
        ("pool.adjust.x: {when: age >= 60, points: 1}", claim(9, birth_date=date(2030, 1, 1))),
        ("waiting.x: {months: 100000, after: paid_on}", claim(9, paid_on=date(2024, 1, 1))),
        ("", claim(line(9, fee_date=date(9999, 12, 31)), admitted="9999-01-01", day="9999-12-31")),
    ],
)
def test_no_bad_claim_raises(sets: str, visit: Claim) -> None:
    region = pack(HALF, sets, region="{year: {starts: 07-01, crossing: split}}")
    assert refused(region, visit).problems


def test_a_trial_records_nothing() -> None:
    engine, state = Engine(pack(CAPPED)), State()
    first, second = engine.trial(claim(line(500, id="a")), state), engine.trial(claim(500), state)
    assert isinstance(first, Settlement)
    assert isinstance(second, Settlement)
    assert (first.paid, second.paid, state) == ({"pool": fen(250)}, {"pool": fen(250)}, State())
    settled(engine, claim(500), state)
    third = engine.trial(claim(500, id="C2"), state)
    assert isinstance(third, Settlement)
    assert third.paid == {"pool": fen(50)}


def test_an_engine_holds_no_state_of_persons() -> None:
    engine = Engine(pack(CAPPED))
    assert [settled(engine, claim(500), State()).paid["pool"] for _ in range(2)] == [fen(250)] * 2


def test_what_is_in_force_on_the_day_of_each_basis() -> None:
    region = pack(
        "pool.takes: in_scope",
        effective="{by: admission}",
        through_2024_06_30="pool.ratio: 50%",
        since_2024_07_01="pool.ratio: 60%",
    )
    by_admission = pack("pool.takes: in_scope\npool.ratio: 50%", effective="{by: admission}",
                        since_2024_07_01="pool.factor.新: {pay: 50%}")  # fmt: skip
    visit = claim(100, admitted="2024-06-30", day="2024-07-01")
    assert shows(settled(region, visit), "pool.paid") == (60,)
    assert shows(settled(region, claim(100, day="2024-06-30")), "pool.paid") == (50,)
    assert shows(settled(by_admission, visit), "pool.paid") == (25,)
    assert {f.address for f in Engine(by_admission).in_force({"admitted": date(2024, 1, 1)})} == {
        "resident.pool.takes",
        "resident.pool.ratio",
    }


def test_plans_are_kept_for_each_span_between_two_changes() -> None:
    engine = Engine(pack(HALF, since_2024_07_01="pool.caps.年: {at_most: 1, of: paid, per: year}"))

    def plan(day: str, kind: str = "住院") -> Any:
        return engine.plan("resident", kind, {"discharged": date.fromisoformat(day)})

    assert plan("2024-01-01") is plan("2024-06-30")
    assert plan("2024-07-01") is plan("2030-01-01")
    assert plan("2024-06-30") is not plan("2024-07-01")


def test_layers_of_a_visit_may_be_declared_by_date() -> None:
    region = pack(
        HALF,
        "large.takes: pool.own_share\nlarge.ratio: 20%",
        layers="{pool: {}, large: {}}",
        visits="{住院: [pool]}",
        since_2024_07_01="visits.住院: [pool, large]\nvisits.日间: [pool]",
    )
    assert settled(region, claim(100, day="2024-06-30")).paid == {"pool": fen(50)}
    assert settled(region, claim(100, day="2024-07-01")).paid == {"pool": fen(50), "large": fen(10)}
    assert settled(region, claim(100, day="2024-07-01", kind="日间")).paid == {"pool": fen(50)}
    assert reasons(refused(region, claim(100, day="2024-06-30", kind="日间"))) == ["C001"]


def test_layers_that_run_later_serve_only_visits_of_their_own() -> None:
    region = pack(
        HALF,
        "relief.takes: in_scope\nrelief.ratio: 20%",
        layers="{pool: {}, relief: {runs: application}}",
        visits="{住院: [pool, relief], 申请: [relief]}",
    )
    assert settled(region, claim(100)).paid == {"pool": fen(50)}
    assert settled(region, claim(100, kind="申请")).paid == {"relief": fen(20)}


def test_facts_of_a_claim_before_anything_is_settled() -> None:
    engine = Engine(pack(HALF))
    facts = engine.facts_of(claim(line("12.34"), stay="S"), State())
    assert (facts("total_fee"), facts("nth"), facts("kind"), facts("scheme"), facts.year) == (
        Fraction("12.34"),
        1,
        "住院",
        "resident",
        "2024",
    )


def test_the_meaning_of_a_declaration_has_a_version() -> None:
    assert SEMANTICS == 1


@pytest.mark.parametrize("deductible", [0, 100])
def test_pots_and_payments_are_the_total_after_every_layer(deductible: int) -> None:
    region = pack(
        HALF,
        f"pool.deductible: {{per: stay, amount: {deductible}}}",
        "large.takes: [pool.own_share, 50% × pool.deductible_part]\nlarge.ratio: 33%",
        "pool.caps.单: {at_most: 77, of: paid, per: claim}",
        layers="{pool: {}, large: {}}",
    )
    result = settled(region, claim(line("333.33", first_pay_rate=Fraction(1, 7))))
    assert sum(result.paid.values()) + result.cash == result.claim.total
    for layer in result.layers:
        assert layer.base == layer.deductible + layer.paid + layer.topped_up + layer.own_share + layer.over_cap
