"""The three scales, where a claim stands on them, and the inverse of the bands when a payment is cut."""

from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, settled, shows
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.ground.region.pack import Pack

OPEN = "[{upto: 1000, pay: 50%}, {upto: 3000, pay: 60%}, {above: 3000, pay: 80%}]"
CLOSED = "[{upto: 1000, pay: 50%}, {upto: 3000, pay: 60%}]"
ITEMS = "{lists: {item: [甲, 乙]}}"


def scale(measured_on: str, rows: str = OPEN, over: str = "year", deductible: int | None = 200, *more: str) -> Pack:
    charge = f"pool.deductible: {{per: claim, amount: {deductible}}}" if deductible is not None else ""
    bands = f"pool.bands: {{measured_on: {measured_on}, over: {over}, rows: {rows}}}"
    return pack("pool.takes: in_scope", bands, charge, *more, vocabulary=ITEMS)


def lengths(result: Settlement, layer: int = 0) -> list[Fraction]:
    return [band.length / 100 for band in result.layers[layer].bands]


def visits(region: Pack, *amounts: int) -> list[tuple[list[Fraction], Any]]:
    """Lengths of the bands and payment of visits of one year."""
    engine, state = Engine(region), State()
    results = [settled(engine, claim(("甲", a), id=f"C{i}"), state) for i, a in enumerate(amounts)]
    return [(lengths(r), shows(r, "pool.paid")[0]) for r in results]


# --- expense ----------------------------------------------------------------------------------------------------------


def test_on_the_scale_of_expense_the_deductible_takes_the_lowest_place() -> None:
    result = settled(scale("expense"), claim(("甲", 4000)))
    assert lengths(result) == [800, 2000, 1000]
    assert shows(result, "pool.paid", "pool.band1.pays", "pool.band3.pays") == (2400, 400, 800)
    assert result.layers[0].start == fen(200)


def test_expense_of_the_period_so_far_places_the_next_claim() -> None:
    assert visits(scale("expense"), 900, 900, 2000) == [
        ([700, 0, 0], 350),
        ([0, 700, 0], 420),  # from 900 + 200 to 1800
        ([0, 1000, 800], 1240),  # from 1800 + 200 to 3800
    ]


def test_a_scale_over_one_claim_begins_anew() -> None:
    assert visits(scale("expense", over="claim"), 900, 900) == [([700, 0, 0], 350)] * 2


@pytest.mark.parametrize(("amount", "found"), [(1000, [800, 0, 0]), (1001, [800, 1, 0]), (999, [799, 0, 0])])
def test_an_edge_belongs_to_the_band_below(amount: int, found: list[int]) -> None:
    assert lengths(settled(scale("expense"), claim(("甲", amount)))) == found


def test_expense_that_reached_the_scale_advances_it_even_if_a_cap_cuts_the_payment() -> None:
    region = scale("expense", OPEN, "year", None, "pool.caps.单: {at_most: 100, of: paid, per: claim}")
    assert visits(region, 1000, 500) == [([1000, 0, 0], 100), ([0, 500, 0], 100)]


def test_a_closed_corridor_pays_nothing_beyond_its_last_edge() -> None:
    result = settled(scale("expense", CLOSED), claim(("甲", 4000)))
    assert lengths(result) == [800, 2000]
    assert shows(result, "pool.covered", "pool.paid", "pool.over_cap") == (2800, 1600, 1000)
    assert visits(scale("expense", CLOSED), 2500, 1000, 1000)[1:] == [([0, 300], 180), ([0, 0], 0)]


def test_a_corridor_cuts_items_alike() -> None:
    result = settled(scale("expense", CLOSED, "claim", None), claim(("甲", 3000), ("乙", 1000)))
    assert result.pots["pool.over_cap"] == (fen(750), fen(250))


def test_fractions_of_bands_add_up_before_they_are_rounded() -> None:
    rows = "[{upto: 1.01元, pay: 50%}, {upto: 2.02元, pay: 50%}, {above: 2.02元, pay: 1/3}]"
    result = settled(scale("expense", rows, "claim", None), claim(("甲", "2.03")))
    # 50.5 + 50.5 + a third of a fen
    assert (result.layers[0].target, result.layers[0].formula) == (101 + Fraction(1, 3), 101)


# --- above the deductible ---------------------------------------------------------------------------------------------


def test_above_the_deductible_the_scale_begins_at_nothing() -> None:
    assert visits(scale("above the deductible"), 1200, 1400, 2000) == [
        ([1000, 0, 0], 500),
        ([0, 1200, 0], 720),
        ([0, 800, 1000], 1280),
    ]


def test_only_what_stayed_in_the_corridor_counts() -> None:
    assert visits(scale("above the deductible", CLOSED), 9000, 500) == [([1000, 2000], 1700), ([0, 0], 0)]


# --- amount paid ------------------------------------------------------------------------------------------------------

PAID_ROWS = "[{upto: 400, pay: 50%}, {upto: 1000, pay: 60%}, {above: 1000, pay: 80%}]"


def test_bands_measured_on_what_is_paid() -> None:
    result = settled(scale("amount paid", PAID_ROWS), claim(("甲", 2300)))
    # 800 pay 400, 1000 pay 600, the last 300 pay 80 %.
    assert lengths(result) == [800, 1000, 300]
    assert shows(result, "pool.paid") == (1240,)


def test_what_was_paid_so_far_places_the_next_claim() -> None:
    assert visits(scale("amount paid", PAID_ROWS, "year", None), 600, 1000, 1000) == [
        ([600, 0, 0], 300),
        ([200, 800, 0], 580),  # 100 to the edge of 400, then 480
        ([0, 200, 800], 760),  # 120 to the edge of 1000
    ]


def test_lengths_on_the_scale_of_payments_are_exact_fractions() -> None:
    rows = "[{upto: 100, pay: 30%}, {upto: 200, pay: 70%}]"
    result = settled(scale("amount paid", rows, "claim", None), claim(("甲", 1000)))
    assert lengths(result) == [Fraction(1000, 3), Fraction(1000, 7)]
    assert result.layers[0].target == fen(200)
    # 333.33… + 142.857… = 476.190…
    assert shows(result, "pool.paid", "pool.covered", "pool.over_cap") == (200, Fraction("476.19"), Fraction("523.81"))


def test_the_last_band_takes_what_is_left() -> None:
    rows = "[{upto: 100, pay: 30%}, {upto: 200, pay: 70%}, {upto: 300, pay: 90%}]"
    result = settled(scale("amount paid", rows, "claim", None), claim(("甲", 400)))
    assert lengths(result) == [Fraction(1000, 3), Fraction(200, 3), 0]
    assert shows(result, "pool.paid", "pool.over_cap") == (Fraction("146.67"), 0)
    exact = settled(scale("amount paid", "[{upto: 100, pay: 50%}, {upto: 200, pay: 80%}]", "claim", None),
                    claim(("甲", 200)))  # fmt: skip
    assert (lengths(exact), shows(exact, "pool.paid")) == ([200, 0], (100,))


def test_a_band_that_pays_nothing_is_never_left() -> None:
    rows = "[{upto: 100, pay: 0%}, {above: 100, pay: 70%}]"
    result = settled(scale("amount paid", rows, "claim", None), claim(("甲", 400)))
    assert (lengths(result), shows(result, "pool.paid")) == ([400, 0], (0,))


def test_items_share_a_band_of_payments_by_the_average_ratio() -> None:
    region = scale("amount paid", PAID_ROWS, "claim", None, "pool.adjust.乙: {when: item is 乙, points: -20}")
    result = settled(region, claim(("甲", 1000), ("乙", 1000)))
    # 40 % and then 50 % on the average: 1000 pay 400, the other 1000 pay 500.
    assert lengths(result) == [1000, 1000, 0]
    assert shows(result, "pool.paid") == (900,)
    assert [band.ratio for band in result.layers[0].bands] == [Fraction(2, 5), Fraction(1, 2), Fraction(7, 10)]
    assert result.layers[0].paid_cells == (fen(550), fen(350))


@pytest.mark.parametrize("order", ["[other, pool]", "[pool, other]"])
def test_fractions_of_a_band_are_shared_by_items(order: str) -> None:
    rows = "[{upto: 100, pay: 40%}, {above: 100, pay: 70%}]"
    region = pack(
        f"pool.takes: in_scope\npool.bands: {{measured_on: amount paid, over: claim, rows: {rows}}}",
        "pool.adjust.乙: {when: item is 乙, points: -10}",
        "other.takes: first_self_pay",
        "other.bands: {measured_on: amount paid, over: claim, rows: [{upto: 20, pay: 50%}, {above: 20, pay: 10%}]}",
        layers="{other: {}, pool: {}}",
        visits=f"{{住院: {order}}}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 300), line(400, "乙", first_pay_rate=Fraction(1, 4))))
    by_layer = {layer.layer: layer for layer in result.layers}
    # 35 % on the average pay 100 for 285.71…, then 65 % of the other 314.28…
    assert [band.length / 100 for band in by_layer["pool"].bands] == [Fraction(2000, 7), Fraction(2200, 7)]
    assert by_layer["pool"].target == Fraction(213_000, 7)
    # 167.142… and 137.142… of it; the fen that rounding adds goes to the larger remainder.
    in_scope = [result.cells.index(("in_scope", item)) for item in "甲乙"]
    assert [by_layer["pool"].paid_cells[k] for k in in_scope] == [16_715, 13_714]
    assert shows(result, "other.band1.length", "other.band2.length", "other.paid") == (40, 60, 26)


# --- the inverse ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cap", "used"),
    [
        (0, 0),
        (100, 200),
        (500, 1000),  # exactly the first band
        (Fraction("500.01"), Fraction("1000.02")),
        (1700, 3000),
        (2100, 3500),
        (2500, 4000),  # exactly what the formula pays: nothing is cut
    ],
)
def test_a_cut_payment_runs_the_bands_backwards(cap: Fraction | int, used: Fraction | int) -> None:
    amount = f"{float(cap)}元"
    region = scale("expense", OPEN, "claim", None, f"pool.caps.单: {{at_most: {amount}, of: paid, per: claim}}")
    result = settled(region, claim(("甲", 4000)))
    assert shows(result, "pool.paid", "pool.used", "pool.over_cap") == (cap, used, 4000 - used)


def test_the_inverse_starts_where_the_claim_stands() -> None:
    region = scale("expense", OPEN, "year", None, "pool.caps.单: {at_most: 460, of: paid, per: claim}")
    assert visits(region, 800)[0][1] == 400
    engine, state = Engine(region), State()
    settled(engine, claim(("甲", 800)), state)
    later = settled(engine, claim(("甲", 2000), id="C2"), state)
    # 200 at 50 %, then 600 at 60 %
    assert shows(later, "pool.paid", "pool.used", "pool.own_share", "pool.over_cap") == (460, 800, 340, 1200)


def test_the_inverse_passes_a_band_that_pays_nothing() -> None:
    rows = "[{upto: 1000, pay: 0%}, {above: 1000, pay: 50%}]"
    region = scale("expense", rows, "claim", None, "pool.caps.单: {at_most: 100, of: paid, per: claim}")
    assert shows(settled(region, claim(("甲", 4000))), "pool.used", "pool.own_share") == (1200, 1100)
    nothing = scale("expense", rows, "claim", None, "pool.caps.单: {at_most: 0, of: paid, per: claim}")
    assert shows(settled(nothing, claim(("甲", 4000))), "pool.used", "pool.over_cap") == (0, 4000)


def test_the_inverse_of_payments_rounded_up_uses_no_more_than_was_covered() -> None:
    region = scale(
        "expense",
        "[{above: 0, pay: 50%}]",
        "claim",
        None,
        "pool.rounding: {unit: 元, mode: up}\npool.caps.单: {at_most: 1.50元, of: paid, per: claim}",
    )
    # 2.01 would pay 1.005, rounded up to 2 yuan; 1.50 need 3.00, but there are only 2.01.
    assert shows(settled(region, claim(("甲", "2.01"))), "pool.formula", "pool.paid", "pool.used") == (
        2,
        Fraction("1.50"),
        Fraction("2.01"),
    )


def test_the_inverse_with_items_takes_the_average_ratio() -> None:
    region = scale(
        "expense",
        OPEN,
        "claim",
        None,
        "pool.adjust.乙: {when: item is 乙, points: -20}\npool.caps.单: {at_most: 650, of: paid, per: claim}",
    )
    result = settled(region, claim(("甲", 1000), ("乙", 1000)))
    # On the average 40 % to 1000, then 50 %: 400 + 250.
    assert shows(result, "pool.formula", "pool.used", "pool.over_cap") == (900, 1500, 500)
    assert result.pots["pool.over_cap"] == (fen(250), fen(250))


@pytest.mark.parametrize(("cap", "used"), [(0, 0), (100, 200), (400, 800), (700, 1300), (1200, 2050)])
def test_the_inverse_on_the_scale_of_payments(cap: int, used: int) -> None:
    region = scale("amount paid", PAID_ROWS, "claim", None, f"pool.caps.单: {{at_most: {cap}, of: paid, per: claim}}")
    result = settled(region, claim(("甲", 2300)))
    assert shows(result, "pool.formula", "pool.paid", "pool.used") == (1400, cap, used)


def test_the_inverse_on_the_scale_of_payments_starts_where_the_claim_stands() -> None:
    region = scale("amount paid", PAID_ROWS, "year", None, "pool.caps.单: {at_most: 700, of: paid, per: claim}")
    engine, state = Engine(region), State()
    assert shows(settled(engine, claim(("甲", 1000)), state), "pool.paid") == (520,)
    later = settled(engine, claim(("甲", 2000), id="C2"), state)
    # 480 to the edge of 1000 are earned by 800, then 80 % of the other 1200; 220 of it by 275.
    assert lengths(later) == [0, 800, 1200]
    assert shows(later, "pool.formula", "pool.paid", "pool.used") == (1440, 700, 1075)


def test_the_inverse_on_the_scale_of_payments_uses_no_more_than_was_covered() -> None:
    region = scale(
        "amount paid",
        "[{above: 0, pay: 50%}]",
        "claim",
        None,
        "pool.rounding: {unit: 元, mode: up}\npool.caps.单: {at_most: 1.50元, of: paid, per: claim}",
    )
    assert shows(settled(region, claim(("甲", "2.01"))), "pool.formula", "pool.paid", "pool.used") == (
        2,
        Fraction("1.50"),
        Fraction("2.01"),
    )


# --- what a settlement says of bands ----------------------------------------------------------------------------------


def test_bands_as_a_settlement_shows_them() -> None:
    region = scale("expense", OPEN, "claim", 200, "pool.adjust.乙: {when: item is 乙, points: -20}")
    first, second, third = settled(region, claim(("甲", 900), ("乙", 300))).layers[0].bands
    # 200 are charged 150 : 50; 750 : 250 are left.
    assert (first.lower, first.upper, first.length, first.ratio, first.pays) == (
        0,
        fen(1000),
        fen(800),
        Fraction(45, 100),
        fen(360),
    )
    assert (second.lower, second.upper, second.length) == (fen(1000), fen(3000), fen(200))
    assert (third.lower, third.upper, third.length) == (fen(3000), None, 0)
    assert first.rates == (Fraction(1, 2), Fraction(3, 10))


def test_without_expense_a_band_shows_its_first_ratio() -> None:
    result = settled(scale("expense"), claim(("甲", 100)))
    assert [band.ratio for band in result.layers[0].bands] == [Fraction(1, 2), Fraction(3, 5), Fraction(4, 5)]


def test_an_empty_claim_pays_nothing() -> None:
    for measured_on in ("expense", "above the deductible", "amount paid"):
        result = settled(scale(measured_on, CLOSED), claim(line(0, "甲")))
        assert shows(result, "total", "pool.base", "pool.paid", "cash") == (0, 0, 0, 0)
