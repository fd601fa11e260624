"""One part of a claim: cells, periods of accumulators, the number of the stay, and what a settlement carries."""

from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, State

HALF = "pool.takes: in_scope\npool.ratio: 50%\n"
VOCABULARY = "{lists: {item: [甲, 乙, 丙], disease: [糖尿病, 高血压], place: [市内, 市外]}}"


def test_cells_are_part_major_and_follow_the_item_vocabulary() -> None:
    region = pack("pool.takes: [in_scope, first_self_pay]\npool.ratio: 50%", vocabulary=VOCABULARY)
    third = {"first_pay_rate": Fraction(1, 4)}
    result = settled(
        region, claim(line(4, "丙", **third), line(8, "甲", **third), ("丙", 1), line(2, "乙", **{"class": "丙"}))
    )
    assert result.cells == (
        ("full_self_pay", "乙"),
        ("first_self_pay", "甲"),
        ("first_self_pay", "丙"),
        ("in_scope", "甲"),
        ("in_scope", "丙"),
    )
    assert result.layers[0].paid_cells == (0, fen(1), fen("0.50"), fen(3), fen(2))
    assert result.pots["full_self_pay"] == (fen(2), 0, 0, 0, 0)
    assert result.pots["pool.own_share"] == (0, fen(1), fen("0.50"), fen(3), fen(2))


def test_without_items_there_is_one_group() -> None:
    assert settled(pack(HALF), claim(1, 2)).cells == (("in_scope", None),)


def test_an_empty_claim_keeps_one_cell() -> None:
    assert settled(pack(HALF), claim(line(0))).cells == (("in_scope", None),)
    assert settled(pack(HALF, vocabulary=VOCABULARY), claim(line(0, "乙"))).cells == (("in_scope", "甲"),)


PERIODS = {
    "day": "2024-03-15",
    "month": "2024-03",
    "year": "2024",
    "stay": "S",
    "episode": "E",
    "ever": "ever",
}


@pytest.mark.parametrize("per", list(PERIODS))
def test_the_period_of_an_accumulator(per: str) -> None:
    region = pack(HALF, f"pool.caps.限: {{at_most: 1000, of: paid, per: {per}}}")
    state = State()
    settled(region, claim(100, stay="S", episode="E"), state)
    assert state.get(Key(f"resident.pool.paid/{per}", "P1", PERIODS[per])) == fen(50)


def test_a_stay_without_an_id_and_an_episode_without_one() -> None:
    region = pack(
        HALF, "pool.caps.限: {at_most: 1000, of: paid, per: episode}", "pool.deductible: {per: stay, amount: 10}"
    )
    state = State()
    settled(region, claim(100), state)
    settled(region, claim(100, id="C2", stay="S"), state)
    found = {(k.name.rpartition(".")[2], k.period) for k in state.amounts if "pool" in k.name}
    assert found == {("paid/episode", "C1"), ("paid/episode", "S"), ("charged/stay", "C1"), ("charged/stay", "S")}


def test_the_insurance_year_is_that_of_the_basis_date() -> None:
    region = pack(
        HALF, "pool.caps.限: {at_most: 1000, of: paid, per: year}", region="{year: {starts: '07-01', basis: admission}}"
    )
    state = State()
    result = settled(region, claim(100, admitted="2024-06-30", day="2024-07-02"), state)
    assert (result.year, str(result.basis_date)) == ("2023", "2024-06-30")
    assert state.get(Key("resident.pool.paid/year", "P1", "2023")) == fen(50)


@pytest.mark.parametrize(
    ("each", "claims", "paid"),
    [
        ("disease", [("糖尿病", {}), ("高血压", {}), ("糖尿病", {})], [60, 60, 0]),
        ("person", [("糖尿病", {}), ("高血压", {}), ("糖尿病", {"person": "P2"})], [60, 0, 60]),
    ],
)
def test_each_value_has_a_count_of_its_own(
    each: str, claims: list[tuple[str, dict[str, Any]]], paid: list[int]
) -> None:
    region = pack(HALF, f"pool.caps.限: {{at_most: 60, of: paid, per: year, each: {each}}}", vocabulary=VOCABULARY)
    engine, state = Engine(region), State()
    found = [
        shows(settled(engine, claim(("甲", 200), id=f"C{i}", disease=disease, **more), state), "pool.paid")[0]
        for i, (disease, more) in enumerate(claims)
    ]
    assert found == paid


def test_a_household_shares_its_count() -> None:
    region = pack(HALF, "pool.caps.限: {at_most: 60, of: paid, per: year, each: household}")
    engine, state = Engine(region), State()
    found = [
        shows(settled(engine, claim(100, id=f"C{i}", person=p, household=h), state), "pool.paid")[0]
        for i, (p, h) in enumerate([("P1", "H"), ("P2", "H"), ("P1", None), ("P1", "I")])
    ]
    assert found == [50, 10, 50, 50]
    assert {(k.subject, k.each) for k in state.amounts if "household" in k.name} == {("H", ""), ("P1", ""), ("I", "")}


def test_a_missing_value_for_each_refuses_the_claim() -> None:
    region = pack(HALF, "pool.caps.限: {at_most: 60, of: paid, per: year, each: disease}", vocabulary=VOCABULARY)
    assert reasons(refused(region, claim(("甲", 1)))) == ["C003"]


NTH = pack(
    HALF,
    "pool.deductible: {per: stay, amount: {by 次: {首次: 100, 第二次: 50, 以后: 0}}}",
    visits="{住院: [pool], 门诊: [pool]}",
    vocabulary="{intervals: {次: {of: nth, cuts: [2, 3], names: [首次, 第二次, 以后]}}}",
)


def test_the_number_of_the_stay_in_the_year() -> None:
    engine, state = Engine(NTH), State()
    visits = [
        claim(500, id="a", stay="S1"),
        claim(500, id="b", kind="门诊"),  # no stay, and not counted
        claim(500, id="c", stay="S2", day="2024-04-01"),
        claim(500, id="d", stay="S1", day="2024-05-01"),  # a further bill keeps its number
        claim(500, id="e", day="2024-06-01"),
        claim(500, id="f", stay="S9", day="2025-01-01"),
        claim(500, id="g", stay="S1", person="P2"),
    ]
    numbers = [settled(engine, visit, state).notes["facts"]("nth") for visit in visits]
    assert numbers == [1, 2, 2, 1, 3, 1, 1]
    assert state.get(Key("stays", "P1", "2024")) == 3
    assert state.get(Key("stay", "P1", "2024", "S2")) == 2
    assert state.get(Key("stay", "P1", "2024", "e")) == 3


def test_which_visits_are_counted_is_declared() -> None:
    region = pack(HALF, visits="{住院: [pool], 日间: [pool]}", region="{nth: {kinds: [日间]}}")
    state = State()
    settled(region, claim(1, id="a"), state)
    settled(region, claim(1, id="b", kind="日间"), state)
    assert [k for k in state.amounts if k.name == "stay"] == [Key("stay", "P1", "2024", "b")]


def test_a_number_that_came_with_the_claim_stands() -> None:
    assert settled(NTH, claim(500, nth=3)).layers[0].deductible == 0


def test_what_a_settlement_read_and_changed() -> None:
    region = pack(
        HALF,
        "pool.caps.年: {at_most: 9, of: paid, per: year}\npool.caps.终身: {at_most: 0, of: covered, per: ever}",
        visits="{门诊: [pool]}",
    )
    result = settled(region, claim(100, kind="门诊"))
    year, ever = Key("resident.pool.paid/year", "P1", "2024"), Key("resident.pool.covered/ever", "P1", "ever")
    assert result.state_delta == {}  # nothing was covered, so nothing was paid
    assert result.reads == {year, ever}
    assert result.notes["counts"] == {"resident.pool.paid/year": 0, "resident.pool.covered/ever": 0}


def test_facts_of_money_are_sums_of_the_split_in_yuan() -> None:
    region = pack(
        HALF,
        """
        pool.caps.限:
          at_most: full_self_pay + over_limit × 2 + first_self_pay × 3 + in_scope + total_fee ÷ 10
          of: paid
          per: claim
        """,
    )
    lines = [line(10, **{"class": "丙"}), line(100, price_limit=8_000, first_pay_rate=Fraction(1, 4))]
    result = settled(region, claim(*lines))
    assert shows(result, "full_self_pay", "over_limit", "first_self_pay", "in_scope") == (10, 20, 20, 60)
    assert result.layers[0].room == fen(10 + 40 + 60 + 60 + 11)


def test_a_package_does_not_change_the_facts_of_money() -> None:
    region = pack(
        HALF,
        "items.package.包: {when: in_scope > 50, price: 40, per: claim, excess: hospital}",
        "pool.caps.限: {at_most: in_scope, of: paid, per: claim}",
    )
    assert settled(region, claim(100)).layers[0].room == fen(100)


def test_a_class_that_cannot_be_decided_names_the_visit() -> None:
    region = pack(
        HALF,
        "pool.caps.限: {at_most: 60, of: paid, per: year, each: 组}",
        vocabulary="{classes: {组: {values: {一: 1 ÷ months > 1, 二: 1 ÷ months <= 1}}}}",
    )
    refusal = refused(region, claim(1, months=0))
    assert (reasons(refusal), refusal.problems[0].details["address"]) == (["C006"], "resident.住院")


def test_the_trace_of_a_settlement_holds_all_its_money() -> None:
    region = pack(HALF, "pool.deductible: {per: stay, amount: 10}", vocabulary=VOCABULARY)
    result = settled(region, claim(("甲", 30), ("乙", 70)))
    trace = result.notes["trace"]
    assert sum(trace.pots) + sum(trace.paid) + sum(trace.extra) == fen(100)
    assert result.cash == sum(trace.pots) == sum(map(sum, result.pots.values()))
