"""What holds for every region and every history, whatever the rules are."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.book import Book
from tests.oracle.compare import compare, compare_states, open_accounts
from tests.oracle.histories import FIRST, History, random_history
from tests.oracle.oracle import Oracle
from tests.oracle.packs import World, random_world, small_pack
from tests.oracle.rounding import share_out, to_unit
from tests.oracle.strategies import worlds_with_histories
from tongchou.engines.benefits.claim import Claim, Line, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.ground.money import MODES, UNITS, allocate, round_fraction

few = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def opened(history: History) -> State:
    state = State()
    open_accounts(history, state, Book())
    return state


def outcome(result: Result) -> object:
    """What must be equal when two settlements are said to be."""
    if isinstance(result, Refusal):
        return result.guard, [problem.code for problem in result.problems]
    return result.parts, result.line_parts, result.layers, result.paid, result.hospital, result.cash, result.pots


def parts_of(result: Settlement) -> tuple[Settlement, ...]:
    return tuple(result.notes.get("parts") or [result])


@few
@given(worlds_with_histories())
def test_engine_and_oracle_agree(drawn: tuple[World, History]) -> None:
    world, history = drawn
    engine, oracle, state, book = Engine(world.pack), Oracle(world.pack), State(), Book()
    open_accounts(history, state, book)
    for claim in history.claims:
        assert list(compare(engine.settle(claim, state), oracle.settle(claim, book))) == []
    assert list(compare_states(state, book)) == []


@few
@given(worlds_with_histories())
def test_no_fen_is_lost_or_paid_twice(drawn: tuple[World, History]) -> None:
    world, history = drawn
    engine, state = Engine(world.pack), opened(history)
    for claim in history.claims:
        result = engine.settle(claim, state)
        if not isinstance(result, Settlement):
            continue
        assert claim.total == sum(result.parts.values()) == sum(map(sum, result.line_parts))
        assert claim.total == sum(result.paid.values()) + result.hospital + result.cash
        for part in parts_of(result):
            assert part.cash == sum(sum(pot) for pot in part.pots.values())
            assert all(fen >= 0 for pot in part.pots.values() for fen in pot)
        for layer in result.layers:
            taken = layer.deductible, layer.paid, layer.topped_up, layer.own_share, layer.over_cap
            assert layer.base == sum(taken)
            assert min(taken) >= 0
            assert layer.paid == sum(layer.paid_cells)
            assert layer.room is None or layer.paid <= max(0, layer.room)
            assert layer.used <= layer.covered <= layer.entered <= layer.base
        assert all(fen >= 0 for fen in state.amounts.values())


@few
@given(worlds_with_histories(), st.data())
def test_a_prefix_settles_the_same(drawn: tuple[World, History], data: st.DataObject) -> None:
    """What comes later never changes what was settled, and neither does an engine that has seen other claims."""
    world, history = drawn
    end = data.draw(st.integers(0, len(history.claims)))
    engine, state = Engine(world.pack), opened(history)
    whole = [outcome(engine.settle(claim, state)) for claim in history.claims]
    fresh, state = Engine(world.pack), opened(history)
    assert [outcome(fresh.settle(claim, state)) for claim in history.claims[:end]] == whole[:end]


@few
@given(worlds_with_histories())
def test_state_may_be_put_away_between_any_two_claims(drawn: tuple[World, History]) -> None:
    world, history = drawn
    engine, kept, stored = Engine(world.pack), opened(history), opened(history)
    for claim in history.claims:
        stored = State.from_json(stored.to_json())
        assert outcome(engine.settle(claim, kept)) == outcome(engine.settle(claim, stored))
    assert kept == stored


@few
@given(worlds_with_histories())
def test_resubmitted_on_the_same_state_a_claim_gives_the_same_result(drawn: tuple[World, History]) -> None:
    world, history = drawn
    engine, state = Engine(world.pack), opened(history)
    for claim in history.claims:
        before = state.to_json()
        tried = engine.trial(claim, state)
        assert state.to_json() == before
        again = engine.settle(claim, State.from_json(before))
        assert outcome(tried) == outcome(again) == outcome(engine.settle(claim, state))


@few
@given(worlds_with_histories())
def test_a_refused_claim_leaves_no_trace(drawn: tuple[World, History]) -> None:
    world, history = drawn
    engine, state = Engine(world.pack), opened(history)
    for claim in history.claims:
        before = state.to_json()
        if isinstance(engine.settle(claim, state), Refusal):
            assert state.to_json() == before


@few
@given(worlds_with_histories(longest=8), st.integers(0, 10**11))
def test_a_claim_of_nothing_pays_nothing(drawn: tuple[World, History], amount: int) -> None:
    """Money follows money: with no expense nobody pays, and what is paid never exceeds the expense."""
    world, history = drawn
    engine, state = Engine(world.pack), opened(history)
    for claim in history.claims:
        result = engine.settle(one_line(claim, 0), state)
        if isinstance(result, Settlement):
            assert not any(result.paid.values())
            assert result.cash == result.hospital == 0
        result = engine.trial(one_line(claim, amount), state)
        if isinstance(result, Settlement):
            assert 0 <= sum(result.paid.values()) <= amount


def one_line(claim: Claim, amount: int) -> Claim:
    """The claim with a single line that arrives in scope, and nothing else that looks at amounts."""
    first = claim.lines[0]
    line = Line("only", amount, first.item, given_parts=(0, 0, 0, amount), facts=first.facts)
    return replace(claim, lines=(line,), given={})


def plain_layer(ratio: str, **more: object) -> dict[str, object]:
    return {"pool.takes": "in_scope", "pool.ratio": ratio, **more}


@settings(max_examples=60)
@given(st.integers(0, 10**11), st.integers(0, 5_000), st.integers(0, 10**6))
def test_at_full_ratio_all_above_the_deductible_is_paid(amount: int, deductible: int, cap: int) -> None:
    sets = plain_layer(
        "100%",
        **{
            "pool.deductible": {"per": "claim", "amount": str(deductible)},
            "pool.caps.次": {"at_most": str(cap), "of": "paid", "per": "claim"},
        },
    )
    (layer,) = settle_plainly(sets, amount).layers
    assert layer.deductible == min(amount, deductible * 100)
    assert layer.paid == min(amount - layer.deductible, cap * 100)
    assert layer.own_share == 0
    assert layer.used == layer.paid


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=12), st.integers(0, 100), st.integers(0, 3_000))
def test_more_expense_is_never_paid_less(amounts: list[int], percent: int, deductible: int) -> None:
    """True of one layer with rising bands, a deductible and caps; not of a floor, a factor of the bill or a package."""
    sets = {
        "pool.takes": "in_scope",
        "pool.deductible": {"per": "claim", "amount": str(deductible)},
        "pool.bands": {
            "measured_on": "expense",
            "over": "claim",
            "rows": [{"upto": "5000", "pay": f"{percent}%"}, {"above": "5000", "pay": "1/3"}],
        },
        "pool.caps.次": {"at_most": "3万", "of": "paid", "per": "claim"},
    }
    layers = [settle_plainly(sets, amount).layers[0] for amount in sorted(amounts)]
    for less, more in pairwise(layers):
        assert less.paid <= more.paid
        assert less.deductible <= more.deductible
        assert less.paid + less.own_share <= more.paid + more.own_share


def settle_plainly(sets: dict[str, object], amount: int) -> Settlement:
    claim = Claim("c", "p", "resident", "住院", dict.fromkeys(("admitted", "discharged", "settled"), FIRST), lines=())
    result = Engine(small_pack(sets)).settle(replace(claim, lines=(Line("1", amount, "甲类"),)), State())
    assert isinstance(result, Settlement)
    return result


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**4)), min_size=1, max_size=9), st.data())
def test_both_ways_of_sharing_out_agree(parts: list[tuple[int, int]], data: st.DataObject) -> None:
    weights, limits = [w for w, _ in parts], [limit for _, limit in parts]
    total = data.draw(st.integers(0, sum(limits)))
    shared = share_out(total, weights, limits)
    assert shared == allocate(total, weights, limits)
    assert sum(shared) == total
    assert all(0 <= share <= limit for share, limit in zip(shared, limits, strict=True))


@given(st.fractions(max_denominator=10**6), st.sampled_from(sorted(UNITS)), st.sampled_from(MODES))
def test_both_ways_of_rounding_agree(value: object, unit: str, mode: str) -> None:
    assert to_unit(value, unit, mode) == round_fraction(value, UNITS[unit], mode)


def test_a_history_is_the_same_each_time() -> None:
    """A seed is enough to repeat a difference."""
    world, again = random_world(3), random_world(3)
    assert world.documents == again.documents
    assert random_history(world, 5, 40) == random_history(again, 5, 40)
