"""A line in four parts: full self-pay, over-limit, first self-pay, in scope; a return gives back exactly its share."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.claim import Line
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import SettledLine, State
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.pack import Pack

BASE = "pool.takes: in_scope\npool.ratio: 50%\n"
ITEMS = "{lists: {item: [药品, 检查, 耗材]}}"
PLAIN = pack(BASE)


def parts(region: Pack, *lines: Line | int, **facts: Any) -> tuple[tuple[int, int, int, int], ...]:
    """The four parts of every line, fen."""
    return settled(region, claim(*lines, **facts)).line_parts


def rate(text: str) -> Fraction:
    return Fraction(text)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (0, 0, 0, 10_000)),
        ({"class": "甲"}, (0, 0, 0, 10_000)),
        ({"class": "01"}, (0, 0, 0, 10_000)),
        ({"class": "丙"}, (10_000, 0, 0, 0)),
        ({"class": "03"}, (10_000, 0, 0, 0)),
        ({"class": "02", "first_pay_rate": rate("0.1")}, (0, 0, 1_000, 9_000)),
        ({"first_pay_rate": rate("0.1")}, (0, 0, 1_000, 9_000)),
        ({"limited_use": "1"}, (10_000, 0, 0, 0)),
        ({"limited_use": "1", "approved": "0"}, (10_000, 0, 0, 0)),
        ({"limited_use": "1", "approved": "1"}, (0, 0, 0, 10_000)),
        ({"limited_use": "0", "approved": "0"}, (0, 0, 0, 10_000)),
        ({"limited_use": "0", "approved": "2"}, (10_000, 0, 0, 0)),
        ({"price_limit": 9_000}, (0, 1_000, 0, 9_000)),
        ({"price_limit": 10_000}, (0, 0, 0, 10_000)),
        ({"price_limit": 10_001}, (0, 0, 0, 10_000)),
        ({"price_limit": 4_000, "quantity": Fraction(2)}, (0, 2_000, 0, 8_000)),
        # The first self-pay is of what the limit leaves.
        ({"price_limit": 9_000, "first_pay_rate": rate("0.2")}, (0, 1_000, 1_800, 7_200)),
        ({"class": "丙", "price_limit": 9_000, "first_pay_rate": rate("0.2")}, (10_000, 0, 0, 0)),
    ],
)
def test_a_line_of_100_yuan(facts: dict[str, Any], expected: tuple[int, ...]) -> None:
    assert parts(PLAIN, line(100, **facts)) == (expected,)


def test_class_b_needs_a_rate_from_somewhere() -> None:
    assert reasons(refused(PLAIN, claim(line(100, **{"class": "乙"}), line(5, **{"class": "02"})))) == ["C011", "C011"]
    declared = pack(BASE, "items.first_pay.乙: {when: class is 02, rate: 20%}")
    assert parts(declared, line(100, **{"class": "02"})) == ((0, 0, 2_000, 8_000),)


def test_the_articles_speak_in_written_order_and_before_the_line() -> None:
    region = pack(
        BASE,
        """
        items.exclude.检查: {when: item is 检查 and age < 18}
        items.price_limit.大件: {when: item is 耗材 and unit_price > 1000, at_most: 800}
        items.price_limit.耗材: {when: item is 耗材, at_most: 500}
        items.price_limit.药品: {when: item is 药品, at_most: 不限}
        items.first_pay.耗材: {when: item is 耗材, rate: "{by place: {市内: 10%, 市外: 30%}}"}
        items.first_pay.所有: {when: item is not 药品, rate: 5%}
        """.replace('"', ""),
        vocabulary="{lists: {item: [药品, 检查, 耗材], place: [市内, 市外]}}",
    )
    here = {"place": "市内", "age": 30}
    assert parts(region, line(100, "检查"), **here) == ((0, 0, 500, 9_500),)
    assert parts(region, line(100, "检查"), place="市内", age=17) == ((10_000, 0, 0, 0),)
    assert parts(region, line(600, "耗材", unit_price=Fraction(600)), **here) == ((0, 10_000, 5_000, 45_000),)
    assert parts(region, line(600, "耗材", unit_price=Fraction(600)), place="市外", age=1) == (
        (0, 10_000, 15_000, 35_000),
    )
    assert parts(region, line(1200, "耗材", unit_price=Fraction(1200)), **here) == ((0, 40_000, 8_000, 72_000),)
    # No limit in the article stands above the limit of the line; the rate of the line speaks where no article does.
    assert parts(region, line(100, "药品", price_limit=1, first_pay_rate=rate("0.2")), **here) == (
        (0, 0, 2_000, 8_000),
    )


FEE_DATED = pack(
    BASE,
    fee_through_2024_06_30="items.first_pay.乙: {when: class is 乙, rate: 10%}\nitems.exclude.旧: {when: item is 检查}",
    fee_since_2024_07_01="""
    items.first_pay.乙: {when: class is 乙, rate: 20%}
    items.price_limit.新: {when: item is 耗材, at_most: 5}
    """,
    vocabulary=ITEMS,
)


@pytest.mark.parametrize(
    ("item", "on", "expected"),
    [
        ("药品", "2024-06-30", (0, 0, 100, 900)),
        ("药品", "2024-07-01", (0, 0, 200, 800)),
        ("检查", "2024-06-30", (1000, 0, 0, 0)),
        ("检查", "2024-07-01", (0, 0, 200, 800)),
        ("耗材", "2024-06-30", (0, 0, 100, 900)),
        ("耗材", "2024-07-01", (0, 500, 100, 400)),
    ],
)
def test_rules_by_the_date_of_the_fee(item: str, on: str, expected: tuple[int, ...]) -> None:
    charged = line(10, item, fee_date=date.fromisoformat(on), **{"class": "乙"})
    for day in ("2024-06-29", "2024-07-10"):
        assert settled(FEE_DATED, claim(charged, day=day)).line_parts == (expected,)


def test_a_rule_by_the_date_of_the_fee_needs_one() -> None:
    refusal = refused(FEE_DATED, claim(line(10, "药品", **{"class": "乙"})))
    assert (reasons(refusal), refusal.problems[0].details["by"]) == (["C023"], "fee")


def test_a_settlement_names_the_articles_that_split_a_line() -> None:
    region = pack(
        BASE,
        "items.exclude.检查: {when: item is 检查}\nitems.price_limit.耗材: {when: item is 耗材, at_most: 5}\n"
        "items.first_pay.耗材: {when: item is 耗材, rate: 10%}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("检查", 1), ("耗材", 10), ("药品", 3)))
    assert [[rule.address.rpartition(".items.")[2] for rule in s.rules] for s in result.notes["splits"]] == [
        ["exclude.检查"],
        ["price_limit.耗材", "first_pay.耗材"],
        [],
    ]


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"unit_price": Fraction(1500)}, 10_000),  # (1500 − 1000) × 20 %
        ({"unit_price": Fraction(1500), "quantity": Fraction(2)}, 20_000),  # of each of two
        ({"unit_price": Fraction(900)}, 0),
        ({"quantity": Fraction(3)}, 0),  # 1000 each
        ({"quantity": Fraction(2)}, 20_000),  # 1500 each: 2 × 500 × 20 %
        ({"unit_price": Fraction(99_999)}, 60_000),  # never more than the rate of the whole line
    ],
)
def test_first_self_pay_of_the_slice_above_a_price(facts: dict[str, Any], first: int) -> None:
    region = pack(BASE, "items.first_pay.贵: {when: always, rate: 20%, above: 1000}")
    assert parts(region, line(3000, **facts)) == ((0, 0, first, 300_000 - first),)


def test_half_a_fen_goes_up_and_a_declared_unit_is_kept() -> None:
    assert parts(PLAIN, line("0.05", first_pay_rate=rate("0.1"))) == ((0, 0, 1, 4),)
    assert parts(PLAIN, line("0.04", first_pay_rate=rate("0.1"))) == ((0, 0, 0, 4),)
    tens = pack(BASE, "items.rounding: {unit: 角, mode: up}")
    assert parts(tens, line("1.01", price_limit=100, first_pay_rate=rate("0.1"))) == ((0, 10, 10, 81),)
    # A part rounded up is never more than what there is.
    assert parts(tens, line("0.03", price_limit=1)) == ((0, 3, 0, 0),)
    assert parts(tens, line("0.03", first_pay_rate=rate("0.1"))) == ((0, 0, 3, 0),)


def test_fractions_of_a_unit() -> None:
    assert parts(PLAIN, line(10, quantity=Fraction(1, 3), price_limit=1000)) == ((0, 667, 0, 333),)


def test_a_line_that_arrives_split() -> None:
    given = Line("a", 1000, given_parts=(100, 200, 300, 400), facts={"class": "丙"})
    assert parts(PLAIN, given) == ((100, 200, 300, 400),)


@pytest.mark.parametrize("given", [(100, 200, 300, 401), (-100, 300, 400, 400)])
def test_given_parts_that_cannot_be(given: tuple[int, int, int, int]) -> None:
    assert reasons(refused(PLAIN, claim(Line("a", 1000, given_parts=given)))) == ["C025"]


def test_amounts_out_of_range() -> None:
    assert reasons(refused(PLAIN, claim(Line("a", 10**12 + 1)))) == ["C010"]
    assert parts(PLAIN, Line("a", 10**12)) == ((0, 0, 0, 10**12),)
    assert reasons(refused(PLAIN, claim(Line("a", 10**12), Line("b", 1)))) == ["C010"]
    assert parts(PLAIN, Line("a", 0)) == ((0, 0, 0, 0),)


def test_an_unknown_item_is_refused() -> None:
    region = pack(BASE, vocabulary=ITEMS)
    assert reasons(refused(region, claim(("茶叶", 100)))) == ["C004"]
    assert reasons(refused(region, claim(100))) == ["C003"]
    assert reasons(refused(region, claim(100, line(-50, "茶叶", original="C1/1")))) == ["C003", "C013"]


SPLIT = {"price_limit": 9_000, "first_pay_rate": Fraction(1, 3)}  # 100 yuan: 10.00 over, 30.00 first, 60.00 in scope


def test_a_return_in_the_same_visit_is_split_as_its_original() -> None:
    bought = line(100, id="a", **SPLIT)
    assert parts(PLAIN, bought, line(-100, id="b", original="a")) == ((0, 1000, 3000, 6000), (0, -1000, -3000, -6000))
    assert parts(PLAIN, line(-50, id="b", original="a"), bought)[0] == (0, -500, -1500, -3000)


def test_returns_in_parts_end_exactly_where_they_began() -> None:
    bought = line("0.10", id="a", price_limit=9, first_pay_rate=Fraction(1, 3))  # 1 over, 3 first, 6 in scope
    back = [line(f"-0.0{n}", id=f"b{n}", original="a") for n in (3, 5, 2)]
    found = parts(PLAIN, bought, *back)
    assert found == ((0, 1, 3, 6), (0, 0, -1, -2), (0, -1, -1, -3), (0, 0, -1, -1))
    assert [sum(column) for column in zip(*found, strict=True)] == [0, 0, 0, 0]


def test_more_than_was_charged_cannot_be_returned() -> None:
    assert reasons(refused(PLAIN, claim(line(1, id="a"), line("-1.01", id="b", original="a")))) == ["C012"]
    twice = [line(-1, id="b", original="a"), line("-0.01", id="c", original="a")]
    assert reasons(refused(PLAIN, claim(line(1, id="a"), *twice))) == ["C012"]


def test_a_return_of_what_nobody_bought() -> None:
    assert reasons(refused(PLAIN, claim(1, line(-1, original="x")))) == ["C013"]
    without = refused(PLAIN, claim(1, line(-1)))
    assert (reasons(without), without.problems[0].details["original"]) == (["C013"], "-")


def test_a_line_bought_at_an_earlier_visit_may_be_returned_against_new_ones() -> None:
    state = State()
    settled(PLAIN, claim(line(100, id="a", **SPLIT)), state)
    visit = claim(
        line(200, id="b", price_limit=0, first_pay_rate=Fraction(0)), line(-40, id="c", original="a"), id="C2"
    )
    assert reasons(refused(PLAIN, visit, state)) == ["C012"]  # a cell of the visit would be negative
    assert state.lines["a"] == SettledLine((0, 1000, 3000, 6000))
    new = line(200, id="b", price_limit=10_000, first_pay_rate=Fraction(1, 5))
    result = settled(PLAIN, claim(new, line(-40, id="c", original="a"), id="C2"), state)
    assert result.line_parts == ((0, 10_000, 2_000, 8_000), (0, -400, -1_200, -2_400))
    assert shows(result, "over_limit", "first_self_pay", "in_scope", "pool.paid") == (96, 8, 56, 28)
    assert state.lines["a"] == SettledLine((0, 1000, 3000, 6000), (0, 400, 1200, 2400))
    over = claim(line(200, id="d"), line("-60.01", id="e", original="a"), id="C3")
    assert reasons(refused(PLAIN, over, state)) == ["C012"]


def test_a_return_belongs_to_its_own_item() -> None:
    region = pack(BASE, vocabulary=ITEMS)
    visit = claim(line(100, "药品", id="a"), line(10, "检查"), line(-100, "药品", id="b", original="a"))
    result = settled(region, visit)
    assert result.cells == (("in_scope", "检查"),)
    wrong = claim(line(100, "药品", id="a"), line(10, "检查"), line(-20, "检查", id="b", original="a"))
    refusal = refused(region, wrong)
    assert (reasons(refusal), refusal.problems[0].details["line"]) == (["C012"], "检查")


def test_lines_are_split_before_anything_is_settled() -> None:
    """As they will be when they are settled; nothing is remembered, so that it can be asked again."""
    engine, state = Engine(PLAIN), State()
    visit = claim(line(100, **{"class": "02", "first_pay_rate": rate("0.1")}), line(50, **{"class": "丙"}))
    assert engine.split(visit, state) == engine.split(visit, state) == parts(PLAIN, *visit.lines)
    assert state == State()
    with pytest.raises(ProblemError, match="C024"):
        engine.split(claim(), state)
    asks = pack(
        BASE,
        "items.first_pay.耗材: {when: item is 耗材, rate: {by place: {市内: 10%, 市外: 30%}}}",
        vocabulary="{lists: {item: [药品, 检查, 耗材], place: [市内, 市外]}}",
    )
    assert Engine(asks).split(claim(line(100, "耗材"), place="市外"), state) == ((0, 0, 3_000, 7_000),)
    with pytest.raises(ProblemError, match="C00"):
        Engine(asks).split(claim(line(100, "耗材")), state)
