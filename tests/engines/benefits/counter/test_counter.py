"""A claim settled by what is remembered of others comes out as it does when everything is looked up."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

import pytest

from tests.engines.benefits.counter.both import Both, bands, said
from tests.engines.benefits.small import claim, line, pack
from tests.oracle.histories import random_history
from tests.oracle.packs import random_world
from tongchou.engines.benefits import cases
from tongchou.engines.benefits.bulk import machine
from tongchou.engines.benefits.claim import Claim, Settlement
from tongchou.engines.benefits.counter import counter
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir, shipped_regions

BASE = "pool.takes: in_scope\npool.ratio: 50%\n"
PERSON = {"birth_date": date(1960, 5, 5), "place": "市内"}


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes a minute: the functions that would be compiled run as they are written."""
    plain = machine.machine(False)
    monkeypatch.setattr(machine, "machine", lambda compiled: plain)
    monkeypatch.setattr(counter, "wanted", lambda: True)


def again(number: int, one: Claim, **facts: Any) -> Claim:
    """The same claim under another number, of another day if need be."""
    lines = tuple(replace(line, id=f"{number}/{line.id}") for line in one.lines)
    return replace(one, id=str(number), lines=lines, facts={**one.facts, **facts})


def likes(claims: Iterable[Claim], seed: int) -> Iterator[Claim]:
    """Each claim, and two with other amounts after it: no rule can tell them apart unless it asks for amounts."""
    rng = random.Random(seed)
    for number, one in enumerate(claims):
        yield one
        for turn in range(2):
            lines = [
                replace(
                    line,
                    id=f"{turn}/{line.id}",
                    amount=rng.choice([line.amount, line.amount + 1, rng.randint(1, 10**7)]),
                )
                for line in one.lines
                if line.amount > 0 and line.given_parts is None
            ]
            if lines:
                yield replace(one, id=f"{number}/{turn}", lines=tuple(lines))


@pytest.mark.parametrize("seed", range(20))
def test_random_regions(seed: int) -> None:
    world = random_world(7_000 + seed)
    both = Both(world.pack)
    assert both.settle(likes(random_history(world, 0, 20).claims, seed)) == []


def test_a_good_part_is_remembered() -> None:
    """Also where packages, diverted lines and formulas over amounts abound."""
    known = 0
    for seed in range(8):
        world = random_world(7_100 + seed)
        both = Both(world.pack)
        assert both.settle(likes(random_history(world, 1, 12).claims, seed)) == []
        known += both.known
    assert known > 80


@pytest.mark.parametrize("seed", range(6))
def test_the_step_over_one_memory(seed: int, as_written: None) -> None:
    world = random_world(7_100 + seed)
    both = Both(world.pack)
    both.quick.counter.compile()
    assert both.settle(likes(random_history(world, 2, 20).claims, seed)) == []


def test_what_is_too_fine_for_the_machine_is_settled_all_the_same(as_written: None) -> None:
    fine = pack("pool.takes: in_scope\npool.ratio: 1/1000003\n")
    on_paid = pack(
        """
        pool.takes: in_scope
        pool.bands: {measured_on: amount paid, over: year, rows: [{upto: 100, pay: 1/3}, {above: 100, pay: 60%}]}
        """
    )
    for region in (fine, on_paid):
        both = Both(region)
        both.quick.counter.compile()
        assert both.settle([again(n, claim(100 * n)) for n in range(1, 6)]) == []
        assert both.known == 4


@pytest.mark.parametrize("name", [region.name for region in shipped_regions()])
def test_every_case_twice(name: str) -> None:
    region = load_region(regions_dir() / name)
    plain, quick = Engine(region, remembering=False), Engine(region)
    for entry in region.cases:
        expected = cases.run_case(plain, entry)
        for _ in range(2):
            found = cases.run_case(quick, entry)
            assert (found.status, found.problems) == (expected.status, expected.problems)
            assert (found.result and said(found.result)) == (expected.result and said(expected.result))
            assert (found.result and bands(found.result)) == (expected.result and bands(expected.result))


def test_an_explanation_from_memory_reads_the_same() -> None:
    region = load_region(regions_dir() / "ninghe")
    both = Both(region)
    explained = 0
    for entry in region.cases:
        if entry.case.lines and not entry.case.history and explained < 25:
            one = cases.build_claim(region, entry.case, None)
            both.settle([again(1, one)])
            quick, slow = both.explained(one)
            assert quick == slow
            explained += 1
    assert explained > 10


def test_an_article_refuses_from_memory() -> None:
    both = Both(pack(BASE + "claim.guard.第三方: {when: third_party is 有, do: refuse, because: 第三方负责}"))
    refused = [again(n, claim(100, third_party="有")) for n in range(3)]
    assert both.settle([*refused, claim(100, third_party="无")]) == []
    assert both.known == 2


@pytest.mark.parametrize(
    ("facts", "changed"),
    [
        ({"place": "市外"}, {"place": "县外"}),  # no word of the region
        ({"age": 59}, {"age": "六十"}),
        ({"age": 59}, {"age": 60}),
        ({}, {"birth_date": date(2030, 1, 1)}),
        ({"account_use": "own"}, {"account_use": "any"}),
        ({}, {"discharged": date(9999, 1, 1)}),
        ({}, {"settled": None}),
        ({}, {"place": ["市内"]}),
    ],
)
def test_another_fact_is_another_claim(facts: dict[str, Any], changed: dict[str, Any]) -> None:
    lists = "{lists: {place: [市内, 市外]}}"
    both = Both(
        pack(
            BASE + "pool.adjust.外: {when: place is 市外, points: -10}\npool.adjust.老: {when: age >= 60, points: 5}",
            vocabulary=lists,
        )
    )
    one = claim(1000, **{**PERSON, **facts})
    assert both.settle([again(1, one), again(2, one, **changed), again(3, one), again(4, one, **changed)]) == []


def test_what_asks_for_more_than_a_look_is_left_to_the_engine() -> None:
    vocabulary = "{lists: {item: [甲, 乙]}}"
    region = pack(
        BASE
        + "items.divert.乙: {when: item is 乙, to: 门诊}\n"
        + "items.package.包干: {when: option is 包, price: 10, per: claim, excess: hospital}",
        visits="{住院: [pool], 门诊: [pool]}",
        vocabulary=vocabulary,
    )
    both = Both(region)
    own = claim(line(100, item="甲"))
    odd = [
        claim(line(100, item="乙")),
        claim(line(100, item="甲"), option="包"),
        replace(own, lines=()),
        replace(own, lines=own.lines * 2),
        replace(own, given={"pool": 5}),
        replace(own, lines=(replace(own.lines[0], amount=-1),)),
        replace(own, lines=(replace(own.lines[0], item="丙"),)),
        replace(own, lines=(replace(own.lines[0], amount=10**13),)),
        replace(own, lines=tuple(replace(own.lines[0], id=str(n), amount=10**12) for n in range(2))),
        replace(own, lines=(replace(own.lines[0], given_parts=(1, 1, 1, 1)),)),
        replace(own, scheme="employee"),
        replace(own, kind="生育"),
    ]
    for number, one in enumerate(odd):
        both = Both(region)
        assert both.settle([own, again(1, one), again(2, one)]) == [], number
        assert both.known == 0, number


def test_an_item_rule_that_cannot_read_a_fact_is_left_to_the_engine() -> None:
    both = Both(pack(BASE + "items.first_pay.老: {when: age >= 60, rate: 10%}"))
    assert both.settle([again(n, claim(100, age=age)) for n, age in enumerate((70, "70", 71, 20))]) == []
    assert both.known == 1


def test_who_is_not_entitled_is_refused_each_time() -> None:
    both = Both(pack(BASE, region="{entitlement: required}"))
    levels = [{}, {}, {"pool": ("full", "")}, {"pool": ("full", "")}, {"pool": ("none", "欠费")}]
    claims = [replace(again(n, claim(100)), entitlements=level) for n, level in enumerate(levels)]
    assert both.settle(claims) == []
    assert both.known == 1


def test_a_redirected_claim_is_looked_up_each_time() -> None:
    both = Both(
        pack(
            BASE + "claim.guard.轻: {when: level is 一级, do: redirect, to: 门诊}",
            visits="{住院: [pool], 门诊: [pool]}",
        )
    )
    assert both.settle([again(n, claim(100, level="一级")) for n in range(3)]) == []
    assert both.known == 0


def test_so_is_one_that_is_refused_where_it_was_sent() -> None:
    """By a guard that is looked at on either side: a refusal names the kind of visit that was refused."""
    guards = [
        "claim.guard.丙: {when: kind is 门诊 and third_party is 有, do: refuse, because: 第三方负责}",
        "claim.guard.轻: {when: kind is 住院 and level is 一级, do: redirect, to: 门诊}",
    ]
    both = Both(pack(BASE + "\n".join(guards), visits="{住院: [pool], 门诊: [pool]}"))
    assert both.settle([again(n, claim(100, level="一级", third_party="有")) for n in range(3)]) == []
    assert both.known == 0


def test_formulas_over_amounts_are_computed_each_time() -> None:
    both = Both(
        pack(
            "pool.takes: in_scope\npool.ratio: {by 大小: {小: 50%, 大: 60%}}",
            vocabulary="{intervals: {大小: {of: total_fee, cuts: [500], names: [小, 大]}}}",
        )
    )
    assert both.settle([again(n, claim(200 * n)) for n in range(1, 5)]) == []
    assert both.known == 0


def test_a_waiting_period_that_may_not_be_over_is_counted() -> None:
    both = Both(pack(BASE + "waiting.新: {after: enrolled_on, months: 6, starts: day}"))
    one = claim(100)
    admitted: date = one.facts["admitted"]
    days = [date(2010, 1, 1), date(2010, 1, 1), admitted.replace(year=admitted.year), date(2010, 1, 1), "2010-01-01"]
    claims = [again(n, one, enrolled_on=day) for n, day in enumerate(days)]
    assert both.settle([*claims, again(9, one), again(10, one)]) == []
    assert both.known == 4
    entitled = [
        replace(c, id=f"e{n}", lines=again(20 + n, c).lines, entitlements={"pool": ("full", "")})
        for n, c in enumerate(claims[:3])
    ]
    assert both.settle(entitled) == []
    assert both.known == 6


def test_a_stay_across_the_year_end_is_split_each_time() -> None:
    both = Both(pack(BASE, region="{year: {starts: 01-01, basis: discharge, crossing: split}}"))
    inside = claim(100, admitted="2024-03-01", day="2024-03-09")
    across = claim(line(100, fee_date=date(2024, 12, 30)), admitted="2024-12-20", day="2025-01-09")
    assert both.settle([again(1, inside), again(2, inside), again(3, across), again(4, across)]) == []
    assert both.known == 1


def test_a_settlement_from_memory_unfolds() -> None:
    engine, state = Engine(pack(BASE)), State()
    for number in range(2):
        result = engine.settle(again(number, claim(100)), state)
    assert isinstance(result, Settlement)
    with pytest.raises(AttributeError, match="nothing"):
        attrgetter("nothing")(result)
    other = copy(result)
    assert (other, other.paid, other.layers[0].base) == (result, {"pool": 5_000}, 10_000)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter, "KINDS", 4)
    both = Both(pack(BASE + "pool.adjust.科: {when: provider is 无, points: 0}"))
    claims = [again(n, claim(100, provider=str(n))) for n in range(40)]
    assert both.settle(claims) == []
    assert len(both.quick.counter._known) <= 8


def test_nothing_is_compiled_where_nobody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter, "wanted", lambda: False)
    engine = Engine(pack(BASE))
    engine.counter.compile()
    assert not engine.counter._compiled
