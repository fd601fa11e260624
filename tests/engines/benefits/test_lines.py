"""A settlement carried down to its lines: every figure of the claim is the sum over its lines, exactly."""

import random
from fractions import Fraction

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, refused, settled
from tongchou.engines.benefits.claim import Line, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.state import Key, State

LAYERED = pack(
    """
    pool.takes: in_scope
    pool.deductible: {per: claim, amount: 33.33元}
    pool.ratio: 57%
    pool.adjust.乙: {when: item is 乙, points: -17}
    pool.caps.单: {at_most: 400, of: paid, per: claim}
    pool.floor.保底: {at_least: 65%, of: base, paid_by: aid}
    large.takes: [1/3 × pool.over_cap, pool.own_share]
    large.ratio: 31%
    aid.takes: [first_self_pay, large.own_share]
    aid.ratio: 11%
    account.takes: [unpaid, full_self_pay, 50% × over_limit]
    items.package.包干: {when: always, price: 900, per: claim, excess: hospital}
    items.package.再: {when: always, price: 800, per: claim, excess: person}
    """,
    layers="""
    pool: {}
    large: {field: hifob_pay}
    aid: {field: maf_pay}
    account: {payer: account, field: acct_pay}
    """,
    vocabulary="{lists: {item: [甲, 乙]}}",
)


def check(result: Settlement) -> None:
    lines = line_results(result)
    assert [r.line_id for r in lines] == [one.id for one in result.claim.lines]
    for found, original, parts in zip(lines, result.claim.lines, result.line_parts, strict=True):
        assert (found.amount, found.parts) == (original.amount, parts)
        assert sum(found.parts) == found.amount == sum(found.paid.values()) + found.hospital + found.cash
    for layer, paid in result.paid.items():
        assert sum(r.paid[layer] for r in lines) == paid
    assert sum(r.hospital for r in lines) == result.hospital
    assert sum(r.cash for r in lines) == result.cash


def bought(rng: random.Random, name: str) -> Line:
    more = {"first_pay_rate": Fraction(rng.choice([0, 1, 3]), 10), "price_limit": rng.choice([None, 40_000])}
    return Line(name, rng.randrange(0, 60_000), rng.choice("甲乙"), facts={"class": rng.choice("甲甲丙")}, **more)


@pytest.mark.parametrize("seed", range(60))
def test_sums_over_the_lines_equal_the_claim(seed: int) -> None:
    rng = random.Random(seed)
    lines = [bought(rng, f"b{i}") for i in range(rng.randrange(1, 6))]
    for i, original in enumerate(list(lines)):
        if original.amount and rng.random() < 0.4:
            back = original.amount if rng.random() < 0.5 else rng.randrange(1, original.amount + 1)
            lines.append(Line(f"r{i}", -back, original.item, original=original.id))
    rng.shuffle(lines)
    state = State({Key("account:account", "P1", "ever"): rng.randrange(1, 50_000)})
    result = settled(LAYERED, claim(*lines), state)
    check(result)
    for found in line_results(result):
        if found.amount >= 0:
            assert min(found.cash, found.hospital, *found.paid.values()) >= 0


def test_payments_follow_the_lines_they_came_from() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%", vocabulary="{lists: {item: [甲, 乙]}}")
    result = settled(region, claim(("甲", 30), line(70, "甲", first_pay_rate=Fraction(1, 7)), ("乙", 100)))
    assert [(r.paid["pool"], r.cash) for r in line_results(result)] == [
        (fen(15), fen(15)),
        (fen(30), fen(40)),
        (fen(50), fen(50)),
    ]


def test_a_return_gives_back_in_proportion() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%")
    result = settled(region, claim(line(100, id="a"), line(-40, id="b", original="a"), line(60, id="c")))
    assert [(r.paid["pool"], r.cash) for r in line_results(result)] == [
        (fen(50), fen(50)),
        (fen(-20), fen(-20)),
        (fen(30), fen(30)),
    ]


def test_a_claim_that_returns_everything_pays_nothing() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%")
    result = settled(region, claim(line(100, id="a"), line(-100, id="b", original="a")))
    check(result)
    assert [(r.paid["pool"], r.cash) for r in line_results(result)] == [(0, fen(100)), (0, fen(-100))]


def test_two_lines_of_one_id() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%")
    assert refused(region, claim(line(100, id="a"), line(50, id="a"))).problems


def test_state_remembers_what_can_be_returned() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%")
    engine, state = Engine(region), State()
    settled(engine, claim(line(100, id="a", first_pay_rate=Fraction(1, 10)), line(-30, id="b", original="a")), state)
    assert (state.lines["a"].parts, state.lines["a"].returned_parts) == ((0, 0, 1000, 9000), (0, 0, 300, 2700))
    check(settled(engine, claim(200, line(-70, id="c", original="a", first_pay_rate=Fraction(0)),
                                line(10, first_pay_rate=Fraction(1)), id="C2"), state))  # fmt: skip
    assert state.lines["a"].returned_parts == state.lines["a"].parts
