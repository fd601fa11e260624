"""A remembered answer is the answer: the same facts looked at, the same numbers."""

import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, facts_of, pack, settled
from tongchou.engines.benefits import memo, part, ratios
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.facts import Facts
from tongchou.engines.benefits.memo import Memo
from tongchou.engines.benefits.numbers import LayerRow
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import ProblemError

REGION = pack(
    "grant.补贴: {amount: 1, to: person}",
    layers="{}",
    visits="{住院: []}",
    vocabulary="""
    lists: {place: [市内, 市外], item: [甲, 乙]}
    intervals: {年龄段: {of: age, cuts: [60], names: [年轻, 年老]}}
    classes: {组: {values: {一: item is 甲 and age >= 60, 二: item is 乙 or age < 60}}}
    """,
)


class Desk:
    """Counts how often it is asked."""

    def __init__(self, *names: str, more: dict[str, Any] | None = None) -> None:
        self.memo: Memo[tuple[Any, ...]] = Memo()
        self.names, self.more, self.computed = names, more, 0

    def ask(self, facts: Facts, key: object = None) -> tuple[Any, ...]:
        def compute() -> tuple[Any, ...]:
            self.computed += 1
            seen = facts.with_facts(self.more) if self.more else facts
            return tuple(seen(name) for name in self.names)

        return self.memo.of(facts, key, compute)


def facts(**given: Any) -> Facts:
    return facts_of(REGION, **given)


def test_claims_alike_in_what_was_looked_at_share_an_answer() -> None:
    desk = Desk("place", "年龄段")
    answers = [desk.ask(facts(place="市内", age=age, months=months)) for age, months in ((20, 1), (30, 2), (59, 3))]
    assert (answers, desk.computed) == ([("市内", "年轻")] * 3, 1)
    assert desk.ask(facts(place="市外", age=20)) == ("市外", "年轻")
    assert desk.ask(facts(place="市内", age=60)) == ("市内", "年老")
    assert desk.computed == 3


def test_other_keys_have_other_answers() -> None:
    desk = Desk("place")
    desk.ask(facts(place="市内"), 1)
    desk.ask(facts(place="市内"), 2)
    desk.ask(facts(place="市内"), 1)
    assert desk.computed == 2


def test_a_name_that_only_some_are_asked_for_parts_only_those() -> None:
    known: Memo[str] = Memo()
    computed = []

    def compute(given: Facts) -> str:
        computed.append(given)
        return f"{given('age')}" if given("place") == "市外" else "-"

    def answer(**given: Any) -> str:
        own = facts(**given)
        return known.of(own, None, lambda: compute(own))

    assert [answer(place=p, age=a) for p, a in (("市内", 1), ("市外", 2), ("市外", 3), ("市内", 4))] == list("-23-")
    assert answer(place="市内") == "-"  # nobody asks the age here
    assert len(computed) == 3


def test_a_computation_that_fails_is_not_remembered() -> None:
    desk = Desk("place")
    for _ in range(2):
        with pytest.raises(ProblemError):
            desk.ask(facts())
    assert desk.ask(facts(place="市内")) == ("市内",)
    assert desk.computed == 3


def test_what_facts_on_top_give_is_not_asked_of_the_claim_but_the_rest_is() -> None:
    desk = Desk("组", more={"item": "甲"})
    # `组` follows from the item on top and from the age of the claim.
    assert [desk.ask(facts(age=a)) for a in (70, 50, 80)] == [("一",), ("二",), ("一",)]


def test_whether_a_fact_is_there_counts_as_looking() -> None:
    known: Memo[bool] = Memo()

    def has(given: Facts) -> bool:
        return known.of(given, None, lambda: given.has("months"))

    assert [has(facts(months=1)), has(facts()), has(facts(months=2))] == [True, False, True]


def test_the_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "LARGEST", 3)
    desk = Desk("months")
    for months in (1, 2, 3, 1):
        assert desk.ask(facts(months=months)) == (months,)
    assert desk.computed == 3
    desk.ask(facts(months=4))  # the memory is full and starts afresh
    desk.ask(facts(months=1))
    assert desk.computed == 5


def test_peeking_answers_nothing_for_what_is_missing() -> None:
    given = facts(place="市外", age=60)
    assert (given.peek("place"), given.peek("place"), given.peek("sex"), given.peek("组")) == (
        "市外",
        "市外",
        None,
        None,
    )


def test_recording_gathers_names_and_ends() -> None:
    given = facts(place="市外", birth_date=date(1960, 1, 1), months=3)
    with given.recording() as reads:
        given("年龄段")
        given("年龄段")
        assert given.has("months")
        given.with_facts({"item": "乙"})("item")
    given("place")
    assert list(reads) == ["年龄段", "months"]


def test_the_flat_numbers_of_claims_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "LARGEST", 2)
    region = pack("pool.takes: in_scope\npool.ratio: 1% × months")
    engine = Engine(region)
    for months in (1, 2, 3, 1):
        visit = claim(100, months=months)
        assert settled(engine, visit).paid == {"pool": 100 * months}
        assert len(engine.plan("resident", "住院", visit.facts).flat) <= 2


def test_ratios_are_worked_out_once_for_all_rows_with_the_same_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratios, "LARGEST", 2)
    half = ratios.Adjusting("甲", rank=3, slope=Fraction(1, 2))
    one, two, three = (LayerRow(pays=[Fraction(1, n)], scale=n) for n in (1, 2, 3))
    first = half.of(one)
    assert (first.item, first.rank, first.pays) == ("甲", 3, [Fraction(1, 2)])
    assert half.of(LayerRow(pays=[Fraction(1)], scale=1)) is first
    assert [half.of(row).pays for row in (two, three)] == [[Fraction(1, 4)], [Fraction(1, 6)]]
    assert half.of(one) is not first  # the memory was full and started afresh
    assert half.of(one) == first


POLICY = """
pool.takes: [in_scope, 50% × first_self_pay]
pool.ratio: {by place: {市内: 80%, 市外: 60%}}
pool.deductible: {per: stay, amount: {by 次: {首次: 100, 再次: 50}}}
pool.deductible.老: {when: age >= 60, times: 50%}
pool.adjust.乙: {when: item is 乙 and 年龄段 is 年轻, points: -10}
pool.adjust.高: {when: in_scope > 500, points: 5}
pool.own_ratio.检: {when: 贵重 is 是 and item is 乙, pay: 30%}
pool.caps.年: {at_most: 工资 × 1%, of: paid, per: year}
pool.guard.无: {when: months < 2 and place is 市外, do: skip}
claim.guard.减: {when: total_fee > 900 and place is 市外, do: reduce, pay: 50%}
claim.guard.拒: {when: total_fee > 1200 and age < 3, do: refuse}
"""


@pytest.mark.parametrize("seed", range(8))
def test_an_engine_that_remembers_settles_like_one_that_does_not(seed: int) -> None:
    region = pack(
        POLICY,
        vocabulary="""
        lists: {place: [市内, 市外], item: [甲, 乙], 贵重: [是, 否]}
        intervals:
          年龄段: {of: age, cuts: [60], names: [年轻, 年老]}
          次: {of: nth, cuts: [2], names: [首次, 再次]}
        indices:
          工资: {carry: forward, values: {"2023": {value: 20000}, "2024": {value: 30000, published: 2024-07-01}}}
        """,
    )
    rng = random.Random(seed)
    engine = Engine(region)
    for i in range(40):
        visit = claim(
            *((rng.choice("甲乙"), rng.randrange(1, 900)) for _ in range(rng.randrange(1, 4))),
            id=f"C{i}",
            day=rng.choice(["2023-03-01", "2024-03-01", "2024-08-01"]),
            place=rng.choice(["市内", "市外"]),
            age=rng.choice([2, 30, 70]),
            months=rng.choice([1, 2]),
            贵重=rng.choice("是否"),
            nth=rng.choice([1, 2]),
        )
        remembered, fresh = engine.settle(visit, State()), Engine(region).settle(visit, State())
        assert type(remembered) is type(fresh)
        told = [(r.paid, r.layers, r.cash) if hasattr(r, "paid") else r.guard for r in (remembered, fresh)]
        assert told[0] == told[1]
