"""One claim through its layers, paragraph by paragraph of the policy handbook, with figures a hand can check."""

from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.region.pack import Pack

TAKES = "pool.takes: in_scope\n"
HALF = TAKES + "pool.ratio: 50%\n"
TWO = "{pool: {}, large: {field: hifob_pay}}"
ITEMS = "{lists: {item: [甲, 乙]}}"
AMOUNTS = ("base", "entered", "deductible", "covered", "paid", "used", "own_share", "over_cap")


def amounts(result: Settlement, layer: str = "pool") -> tuple[Any, ...]:
    """base, entered, deductible, covered, paid, used, own share, over cap."""
    return shows(result, *(f"{layer}.{name}" for name in AMOUNTS))


def cells(result: Settlement, pot: str) -> tuple[int, ...]:
    return result.pots[pot]


def in_turn(region: Pack, figure: str, *amounts: Any, **facts: Any) -> list[Any]:
    """One figure of visits that follow each other."""
    engine, state = Engine(region), State()
    visits = [a if isinstance(a, tuple) else (a, {}) for a in amounts]
    return [
        shows(settled(engine, claim(amount, **{"id": f"C{i}", **facts, **more}), state), figure)[0]
        for i, (amount, more) in enumerate(visits)
    ]


# --- 1. the base ------------------------------------------------------------------------------------------------------


def test_a_layer_takes_pots_and_leaves_the_rest() -> None:
    region = pack("pool.takes: [in_scope, first_self_pay]\npool.ratio: 50%")
    visit = claim(line(100, price_limit=9_000, first_pay_rate=Fraction(1, 3)))
    result = settled(region, visit)
    assert shows(result, "pool.base", "pool.paid", "over_limit", "cash") == (90, 45, 10, 55)
    assert sum(map(sum, result.pots.values())) == fen(55)


def test_a_single_fen_is_money() -> None:
    assert shows(settled(pack(TAKES, "pool.ratio: 100%"), claim("0.01")), "pool.paid", "cash") == (Fraction("0.01"), 0)


def test_part_of_a_pot_is_taken_half_up_and_the_next_term_sees_what_is_left() -> None:
    region = pack("pool.takes: [1/3 × in_scope, 50% × in_scope]\npool.ratio: 100%")
    # 0.05: a third is 0.0167 → 0.02; half of the 0.03 left is 0.015 → 0.02
    assert shows(settled(region, claim("0.05")), "pool.base", "cash") == (Fraction("0.04"), Fraction("0.01"))


def test_layers_take_what_layers_before_have_left() -> None:
    region = pack(
        HALF,
        """
        pool.deductible: {per: stay, amount: 100}
        pool.caps.单: {at_most: 150, of: paid, per: claim}
        large.takes: [pool.own_share, 50% × pool.over_cap, pool.deductible_part]
        large.ratio: 40%
        """,
        layers=TWO,
    )
    # 800 above the deductible would pay 400; 150 use up 300; the other 500 lie over the cap.
    result = settled(region, claim(900))
    assert amounts(result) == (900, 900, 100, 800, 150, 300, 150, 500)
    assert shows(result, "large.base", "large.paid", "cash") == (500, 200, 550)


def test_unpaid_is_all_that_is_left_of_in_scope_money_and_nothing_else() -> None:
    region = pack(
        HALF,
        "large.takes: unpaid\nlarge.ratio: 100%",
        "items.package.包: {when: always, price: 80, per: claim, excess: person}",
        layers=TWO,
    )
    visit = claim(line(150, first_pay_rate=Fraction(1, 3)))
    assert shows(settled(region, visit), "pool.base", "large.base", "first_self_pay", "cash") == (80, 60, 50, 50)


def test_an_item_may_be_left_to_others() -> None:
    region = pack(
        "pool.takes: in_scope of 甲\npool.ratio: 50%\nlarge.takes: in_scope except 甲\nlarge.ratio: 10%",
        layers=TWO,
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 100), ("乙", 30)))
    assert shows(result, "pool.base", "pool.paid", "large.base", "large.paid") == (100, 50, 30, 3)


# --- 2. what may enter ------------------------------------------------------------------------------------------------


def test_a_ceiling_of_entering_comes_before_the_deductible() -> None:
    region = pack(
        HALF,
        "pool.deductible: {per: claim, amount: 100}",
        "pool.caps.进: {at_most: 1000, of: entering, per: year}",
    )
    state = State()
    assert amounts(settled(region, claim(700), state)) == (700, 700, 100, 600, 300, 600, 300, 0)
    assert amounts(settled(region, claim(700, id="C2"), state)) == (700, 300, 100, 200, 100, 200, 100, 400)
    assert amounts(settled(region, claim(700, id="C3"), state)) == (700, 0, 0, 0, 0, 0, 0, 700)


def test_the_smallest_room_of_several_ceilings_counts() -> None:
    region = pack(
        HALF,
        """
        pool.caps.大: {at_most: 900, of: entering, per: claim}
        pool.caps.小: {at_most: 300, of: entering, per: claim}
        pool.caps.中: {at_most: 500, of: entering, per: claim}
        pool.caps.无: {at_most: 不限, of: entering, per: claim}
        """,
    )
    assert shows(settled(region, claim(1000)), "pool.entered") == (300,)


# --- 3. the deductible ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "deductible"), [(99, 99), (100, 100), (101, 100)])
def test_the_deductible_is_at_most_what_entered(amount: int, deductible: int) -> None:
    result = settled(pack(HALF, "pool.deductible: {per: claim, amount: 100}"), claim(amount))
    assert shows(result, "pool.deductible") == (deductible,)
    assert result.layers[0].deductible_due == fen(100)


@pytest.mark.parametrize(
    ("per", "charged"),
    [("claim", [60, 100, 100]), ("stay", [60, 40, 100]), ("year", [60, 40, 0]), ("month", [60, 40, 100])],
)
def test_what_the_period_was_charged_already_counts(per: str, charged: list[int]) -> None:
    region = pack(HALF, f"pool.deductible: {{per: {per}, amount: 100}}")
    bills = [(60, {"stay": "S"}), (500, {"stay": "S"}), (500, {"stay": "T", "day": "2024-04-01"})]
    assert in_turn(region, "pool.deductible", *bills) == charged


def test_a_period_that_was_charged_more_owes_nothing() -> None:
    region = pack(HALF, "pool.deductible: {per: year, amount: {by place: {市内: 50, 市外: 100}}}",
                  vocabulary="{lists: {place: [市内, 市外]}}")  # fmt: skip
    bills = [(60, {"place": "市外"}), (60, {"place": "市内"}), (60, {"place": "市外"})]
    assert in_turn(region, "pool.deductible", *bills) == [60, 0, 40]


def test_the_yearly_maximum_leaves_only_its_room() -> None:
    region = pack(HALF, "pool.deductible: {per: stay, amount: 100, yearly_maximum: 250}")
    assert in_turn(region, "pool.deductible", *[500] * 4) == [100, 100, 50, 0]


def test_a_lower_yearly_maximum_than_was_charged_leaves_none() -> None:
    region = pack(HALF, "pool.deductible: {per: stay, amount: 100, yearly_maximum: 250 - age}")
    visits = [(500, {"age": 50}), (500, {"age": 50}), (500, {"age": 200})]
    assert in_turn(region, "pool.deductible", *visits) == [100, 100, 0]


def test_layers_may_share_a_deductible() -> None:
    region = pack(
        "pool.takes: in_scope of 甲\npool.ratio: 50%\npool.deductible: {per: year, amount: 100, pool: 起付}",
        "large.takes: in_scope of 乙\nlarge.ratio: 50%\nlarge.deductible: {per: year, amount: 150, pool: 起付}",
        layers=TWO,
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 80), ("乙", 300)))
    assert shows(result, "pool.deductible", "large.deductible") == (80, 70)


@pytest.mark.parametrize(
    ("allocation", "left"),
    [
        ("pro rata", (200, 100)),
        ("[甲]", (150, 150)),
        ("[乙]", (300, 0)),
        ("[乙, 甲]", (300, 0)),
    ],
)
def test_how_the_deductible_is_spread_over_items(allocation: str, left: tuple[int, int]) -> None:
    region = pack(
        HALF,
        f"pool.deductible: {{per: claim, amount: 150}}\nallocation: {{deductible: {allocation}}}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 300), ("乙", 150)))
    scale = [fen(a) - b for a, b in zip((300, 150), cells(result, "pool.deductible_part"), strict=True)]
    assert tuple(scale) == tuple(map(fen, left))


@pytest.mark.parametrize(
    ("order", "charged"),
    [("[丙, 甲]", (40, 0, 60)), ("[甲, 丙]", (70, 0, 30)), ("[乙, 丙]", (0, 50, 50)), ("[丙, 乙]", (0, 40, 60))],
)
def test_items_are_charged_in_the_order_of_the_article(order: str, charged: tuple[int, ...]) -> None:
    region = pack(
        "large.takes: first_self_pay\nlarge.ratio: 1%",
        HALF,
        f"pool.deductible: {{per: claim, amount: 100}}\npool.allocation: {{deductible: {order}}}",
        layers="{large: {}, pool: {}}",
        vocabulary="{lists: {item: [甲, 乙, 丙]}}",
    )
    result = settled(region, claim(("甲", 70), ("乙", 50), ("丙", 60)))
    assert cells(result, "pool.deductible_part") == tuple(map(fen, charged))


def test_a_rank_that_the_claim_does_not_have_is_passed_over() -> None:
    region = pack(
        HALF,
        "pool.deductible: {per: claim, amount: 50}\nallocation: {deductible: [丙, 乙]}",
        vocabulary="{lists: {item: [甲, 乙, 丙]}}",
    )
    result = settled(region, claim(("甲", 60), ("乙", 60)))
    assert cells(result, "pool.deductible_part") == (0, fen(50))


def test_what_one_rank_cannot_bear_goes_to_the_next() -> None:
    region = pack(
        HALF,
        "pool.deductible: {per: claim, amount: 150}\nallocation: {deductible: [乙, 丁]}",
        vocabulary="{lists: {item: [甲, 乙, 丙, 丁]}}",
    )
    result = settled(region, claim(("甲", 60), ("乙", 50), ("丙", 30), ("丁", 70)))
    # 乙 50, 丁 70; the last 30 from 甲 and 丙 as 2 : 1
    assert cells(result, "pool.deductible_part") == tuple(map(fen, (20, 50, 10, 70)))


# --- 4. what may be covered -------------------------------------------------------------------------------------------


def test_a_ceiling_of_covered_counts_paid_and_own_share() -> None:
    region = pack(
        HALF,
        "pool.deductible: {per: claim, amount: 100}",
        "pool.caps.目录: {at_most: 1000, of: covered, per: year}",
    )
    state = State()
    assert amounts(settled(region, claim(800), state)) == (800, 800, 100, 700, 350, 700, 350, 0)
    assert amounts(settled(region, claim(800, id="C2"), state)) == (800, 800, 100, 300, 150, 300, 150, 400)
    assert state.get(Key("resident.pool.covered/year", "P1", "2024")) == fen(1000)


def test_cells_share_a_ceiling_of_covered() -> None:
    region = pack(HALF, "pool.caps.目录: {at_most: 100, of: covered, per: claim}", vocabulary=ITEMS)
    result = settled(region, claim(("甲", 300), ("乙", 100)))
    assert cells(result, "pool.over_cap") == (fen(225), fen(75))


# --- 6. payment, floor and caps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rounding", "paid"),
    [
        ("{}", "0.68"),
        ("{mode: down}", "0.67"),
        ("{unit: 角}", "0.70"),
        ("{unit: 元}", 1),
        ("{unit: 元, mode: down}", 0),
    ],
)
def test_payment_is_rounded_once(rounding: str, paid: str) -> None:
    region = pack(HALF, f"pool.rounding: {rounding}")
    assert shows(settled(region, claim("1.35")), "pool.paid") == (Fraction(paid),)


def test_payment_rounded_up_is_never_more_than_what_is_covered() -> None:
    region = pack(TAKES, "pool.ratio: 100%", "pool.rounding: {unit: 元, mode: up}")
    assert amounts(settled(region, claim("1.35"))) == (*[Fraction("1.35")] * 2, 0, *[Fraction("1.35")] * 3, 0, 0)


@pytest.mark.parametrize(
    ("cap", "figures"),
    [
        (400, (400, 800, 400, 200)),
        (500, (500, 1000, 500, 0)),
        (600, (500, 1000, 500, 0)),
        (0, (0, 0, 0, 1000)),
    ],
)
def test_a_cut_payment_uses_only_what_earns_it(cap: int, figures: tuple[int, ...]) -> None:
    region = pack(HALF, f"pool.caps.单: {{at_most: {cap}, of: paid, per: claim}}")
    result = settled(region, claim(1000))
    assert shows(result, "pool.paid", "pool.used", "pool.own_share", "pool.over_cap") == figures
    assert (result.layers[0].formula, result.layers[0].room) == (fen(500), fen(cap))


def test_what_was_used_is_half_up_to_the_fen() -> None:
    region = pack(TAKES, "pool.ratio: 91%", "pool.caps.单: {at_most: 65000, of: paid, per: claim}")
    result = settled(region, claim(298800))
    # 65000 ÷ 0.91 = 71428.571…
    assert shows(result, "pool.used", "pool.over_cap") == (Fraction("71428.57"), Fraction("227371.43"))


def test_caps_commute_and_without_one_there_is_no_room_to_speak_of() -> None:
    caps = ("pool.caps.a: {at_most: 90, of: paid, per: claim}", "pool.caps.b: {at_most: 80, of: paid, per: year}")
    for first, second in (caps, caps[::-1]):
        assert shows(settled(pack(HALF, first, second), claim(1000)), "pool.paid") == (80,)
    assert settled(pack(HALF), claim(1000)).layers[0].room is None


def test_a_pool_is_used_first_by_earlier_layers_and_earlier_claims() -> None:
    region = pack(
        HALF,
        """
        pool.caps.共: {at_most: 900, of: paid, per: year, pool: 共用}
        large.takes: pool.own_share
        large.ratio: 50%
        large.caps.共: {at_most: 900, of: paid, per: year, pool: 共用}
        """,
        layers=TWO,
    )
    state = State()
    assert shows(settled(region, claim(1000), state), "pool.paid", "large.paid") == (500, 250)
    assert shows(settled(region, claim(1000, id="C2"), state), "pool.paid", "large.paid") == (150, 0)
    assert state.amounts[Key("pool:共用.paid/year", "P1", "2024")] == fen(900)


FLOOR = "pool.floor.保底: {at_least: 60%, of: base}"


@pytest.mark.parametrize(
    ("ratio", "deductible", "figures"),
    [
        # deductible, formula, paid, own share
        ("80%", 100, (100, 720, 720, 180)),  # the formula pays more
        ("50%", 100, (100, 450, 600, 300)),  # raised to 60 % of the base
        ("50%", 500, (400, 250, 600, 0)),  # 100 of it out of the deductible
    ],
)
def test_a_floor_is_a_share_of_the_base(ratio: str, deductible: int, figures: tuple[int, ...]) -> None:
    region = pack(TAKES, f"pool.ratio: {ratio}\npool.deductible: {{per: year, amount: {deductible}}}", FLOOR)
    state = State()
    result = settled(region, claim(1000), state)
    assert shows(result, "pool.deductible", "pool.formula", "pool.paid", "pool.own_share") == figures
    assert state.get(Key("resident.pool.charged/year", "P1", "2024")) == fen(figures[0])


def test_a_floor_reaches_no_further_than_covered_and_deductible() -> None:
    region = pack(
        TAKES,
        "pool.ratio: 50%\npool.deductible: {per: claim, amount: 100}",
        "pool.caps.目录: {at_most: 300, of: covered, per: claim}",
        FLOOR,
    )
    result = settled(region, claim(1000))
    assert shows(result, "pool.deductible", "pool.paid", "pool.own_share", "pool.over_cap") == (0, 400, 0, 600)
    assert result.layers[0].floor == fen(400)


def test_a_floor_is_rounded_like_its_layer() -> None:
    region = pack(TAKES, "pool.ratio: 0%", "pool.floor.保底: {at_least: 1/3, of: base}", "pool.rounding: {unit: 角}")
    assert shows(settled(region, claim(1)), "pool.paid") == (Fraction("0.30"),)


@pytest.mark.parametrize(
    ("cap", "figures"),
    [
        (700, (600, 900, 300, 0, 100)),  # no cut
        (500, (500, 900, 400, 0, 100)),  # between formula and floor: everything covered is used
        (450, (450, 900, 450, 0, 100)),
        (400, (400, 800, 400, 100, 100)),  # below the formula
    ],
)
def test_caps_come_after_the_floor(cap: int, figures: tuple[int, ...]) -> None:
    region = pack(
        HALF,
        "pool.deductible: {per: claim, amount: 100}",
        FLOOR,
        f"pool.caps.单: {{at_most: {cap}, of: paid, per: claim}}",
    )
    names = ("pool.paid", "pool.used", "pool.own_share", "pool.over_cap", "pool.deductible")
    assert shows(settled(region, claim(1000)), *names) == figures


def test_what_a_floor_pays_counts_as_covered() -> None:
    region = pack(
        TAKES,
        "pool.ratio: 0%\npool.deductible: {per: claim, amount: 900}",
        FLOOR,
        "pool.caps.目录: {at_most: 1000, of: covered, per: year}",
    )
    state = State()
    result = settled(region, claim(1000), state)
    assert shows(result, "pool.deductible", "pool.covered", "pool.paid") == (400, 100, 600)
    assert state.get(Key("resident.pool.covered/year", "P1", "2024")) == fen(600)


TOPPED = """
pool.takes: in_scope
pool.ratio: {}
pool.deductible: {{per: year, amount: {}}}
pool.floor.倾斜: {{at_least: 60%, of: base, paid_by: aid}}
pool.caps.年: {{at_most: {}, of: paid, per: year}}
aid.takes: pool.own_share
aid.ratio: 10%
aid.caps.年: {{at_most: 1, of: paid, per: year}}
"""


@pytest.mark.parametrize(
    ("ratio", "deductible", "cap", "figures"),
    [
        # paid, topped up, own share, deductible, over cap, aid.base, aid.paid
        ("80%", 100, 9999, (720, 0, 180, 100, 0, 180, 1)),
        ("50%", 100, 9999, (450, 150, 300, 100, 0, 300, 151)),
        ("50%", 500, 9999, (250, 350, 0, 400, 0, 0, 350)),  # 250 of the own share, 100 of the deductible
        ("50%", 100, 400, (400, 200, 200, 100, 100, 200, 201)),  # the floor works after the caps
        ("50%", 100, 100, (100, 200, 0, 0, 700, 0, 200)),  # own share and deductible are all there is
    ],
)
def test_another_layer_tops_up_to_the_floor(ratio: str, deductible: int, cap: int, figures: tuple[int, ...]) -> None:
    region = pack(TOPPED.format(ratio, deductible, cap), layers="{pool: {}, aid: {field: maf_pay}}")
    state = State()
    result = settled(region, claim(1000), state)
    names = "pool.paid pool.topped_up pool.own_share pool.deductible pool.over_cap aid.base aid.paid".split()
    assert shows(result, *names) == figures
    assert state.get(Key("resident.pool.paid/year", "P1", "2024")) == fen(figures[0])
    assert state.get(Key("resident.pool.charged/year", "P1", "2024")) == fen(figures[3])
    # The cap of the layer that tops up looks at what it pays by itself.
    assert state.get(Key("resident.aid.paid/year", "P1", "2024")) <= fen(1)
    assert shows(result, "cash")[0] == 1000 - figures[0] - figures[6]


def test_a_top_up_is_taken_from_items_alike() -> None:
    region = pack(
        TOPPED.format("50%", 100, 9999).replace("aid.ratio: 10%", "aid.ratio: 0%"),
        layers="{pool: {}, aid: {field: maf_pay}}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 750), ("乙", 250)))
    # The aid's own layer has taken over what is left of the own share.
    assert cells(result, "aid.own_share") == (fen(225), fen(75))
    assert result.notes["paid_cells"] == [
        ("pool", [fen("337.50"), fen("112.50")]),
        ("aid", [fen("112.50"), fen("37.50")]),
        ("aid", [0, 0]),
    ]


def test_a_layer_in_the_middle_is_topped_up_out_of_its_own_money() -> None:
    region = pack(
        "first.takes: first_self_pay\nfirst.ratio: 50%",
        TOPPED.format("50%", 500, 9999).replace("aid.ratio: 10%", "aid.ratio: 0%"),
        layers="{first: {}, pool: {}, aid: {field: maf_pay}}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 750), line(500, "乙", first_pay_rate=Fraction(1, 2))))
    assert result.cells == (("first_self_pay", "乙"), ("in_scope", "甲"), ("in_scope", "乙"))
    # 250 of the own share and 100 of the deductible, 3 : 1; nothing of the first layer's.
    assert result.notes["paid_cells"] == [
        ("first", [fen(125), 0, 0]),
        ("pool", [0, fen("187.50"), fen("62.50")]),
        ("aid", [0, fen("262.50"), fen("87.50")]),
        ("aid", [0, 0, 0]),
    ]
    assert cells(result, "pool.deductible_part") == (0, fen(300), fen(100))
    assert cells(result, "first.own_share") == (fen(125), 0, 0)


# --- 7. where every fen of the base lies ------------------------------------------------------------------------------


def test_items_are_paid_by_their_own_ratio() -> None:
    region = pack(HALF, "pool.adjust.乙: {when: item is 乙, points: -10}", vocabulary=ITEMS)
    result = settled(region, claim(("甲", 100), ("乙", 200)))
    assert shows(result, "pool.paid") == (130,)
    assert result.layers[0].paid_cells == (fen(50), fen(80))
    assert cells(result, "pool.own_share") == (fen(50), fen(120))


def test_a_payment_that_follows_no_item_is_spread_by_what_is_covered() -> None:
    region = pack(TAKES, "pool.ratio: 0%", "pool.floor.保底: {at_least: 50%, of: base}", vocabulary=ITEMS)
    assert settled(region, claim(("甲", 100), ("乙", 300))).layers[0].paid_cells == (fen(50), fen(150))


def test_a_cut_comes_from_all_items_alike() -> None:
    region = pack(
        HALF,
        "pool.adjust.乙: {when: item is 乙, points: -10}\npool.caps.单: {at_most: 65, of: paid, per: claim}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 100), ("乙", 200)))
    # 130 would be paid for 300; 65 use up half of it, of either item.
    assert shows(result, "pool.used", "pool.over_cap") == (150, 150)
    assert cells(result, "pool.over_cap") == (fen(50), fen(100))
    assert result.layers[0].paid_cells == (fen(25), fen(40))
    assert cells(result, "pool.own_share") == (fen(25), fen(60))


def test_no_item_is_paid_more_than_it_used() -> None:
    region = pack(
        TAKES,
        "pool.ratio: 0%\npool.own_ratio.甲: {when: item is 甲, pay: 100%}",
        "pool.floor.保底: {at_least: 75%, of: base}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 100), ("乙", 100)))
    assert result.layers[0].paid_cells == (fen(100), fen(50))


def test_a_floor_pays_the_deductible_of_items_alike() -> None:
    region = pack(
        TAKES,
        "pool.ratio: 100%\npool.deductible: {per: claim, amount: 100}",
        "pool.floor.保底: {at_least: 95%, of: base}",
        vocabulary=ITEMS,
    )
    result = settled(region, claim(("甲", 300), ("乙", 100)))
    assert result.layers[0].paid_cells == (fen(285), fen(95))
    assert cells(result, "pool.deductible_part") == (fen(15), fen(5))


# --- 8. counts --------------------------------------------------------------------------------------------------------


def test_a_layer_feeds_every_measure() -> None:
    region = pack(
        HALF,
        """
        pool.deductible: {per: year, amount: 100}
        pool.caps.进: {at_most: 1500, of: entering, per: year}
        pool.caps.目录: {at_most: 1300, of: covered, per: year}
        pool.caps.支: {at_most: 550, of: paid, per: year}
        """,
        since_2030_01_01="""
        pool.bands: {measured_on: above the deductible, over: year, rows: [{above: 0, pay: 50%}]}
        """,
    )
    state = State()
    settled(region, claim(2000), state)
    # 1500 enter, 100 are charged, 1300 are covered and would pay 650; 550 use up 1100.
    counted = {k.name.rpartition(".")[2]: v for k, v in state.amounts.items() if "pool." in k.name}
    assert counted == {
        "charged/year": fen(100),
        "entering/year": fen(1500),
        "covered/year": fen(1100),
        "paid/year": fen(550),
        "scaled/year": fen(1300),
    }


# --- given payers and accounts ----------------------------------------------------------------------------------------

GIVEN = pack(
    """
    help.takes: [in_scope, first_self_pay]
    help.deductible: {per: year, amount: 9}
    pool.takes: help.own_share
    pool.ratio: 50%
    """,
    layers="{help: {payer: given, field: oth_pay}, pool: {}}",
    vocabulary=ITEMS,
    since_2024_01_01="help.caps.年: {at_most: 1, of: paid, per: year}",
)


def test_a_given_amount_is_paid_as_it_came() -> None:
    state = State()
    visit = claim(line(100, "甲", first_pay_rate=Fraction(1, 5)), ("乙", 300), given={"help": "100.01"})
    result = settled(GIVEN, visit, state)
    assert amounts(result, "help") == (400, 400, 0, 400, Fraction("100.01"), 400, Fraction("299.99"), 0)
    # 20 : 80 : 300 of 400
    assert result.layers[0].paid_cells == (500, 2000, 7501)
    assert shows(result, "pool.base", "pool.paid", "cash") == (Fraction("299.99"), 150, Fraction("149.99"))
    layer = result.layers[0]
    assert (layer.deductible_due, layer.start, layer.floor, layer.bands, layer.room) == (0, 0, 0, (), None)
    counted = {k.name: v for k, v in state.amounts.items() if "help" in k.name}
    assert counted == {"resident.help.paid/year": fen("100.01")}  # whatever is declared, nothing is charged


def test_nothing_given_pays_nothing() -> None:
    assert shows(settled(GIVEN, claim(("甲", 100))), "help.paid", "help.own_share", "pool.paid") == (0, 100, 50)


def test_more_given_than_can_be_borne_refuses_the_claim() -> None:
    assert shows(settled(GIVEN, claim(("甲", 100), given={"help": 100})), "help.paid") == (100,)
    state = State()
    refusal = refused(GIVEN, claim(("甲", 100), given={"help": "100.01"}), state)
    assert (reasons(refusal), state) == (["C009"], State())
    assert refusal.problems[0].details == {"layer": "help", "given": "100.01", "base": "100.00"}


@pytest.mark.parametrize("given", [{"help": -5}, {"nosuch": 5}, {"pool": 5}])
def test_given_amounts_that_cannot_be(given: dict[str, int]) -> None:
    assert refused(GIVEN, claim(("甲", 100), given=given)).problems


ACCOUNT = pack(
    HALF,
    "account.takes: [pool.own_share, full_self_pay]",
    "after.takes: [account.own_share, account.over_cap]\nafter.ratio: 10%",
    layers="{pool: {}, account: {payer: account, field: acct_pay, account: 个人账户}, after: {field: hifob_pay}}",
)


def balance(amount: int, person: str = "P1") -> State:
    state = State()
    state.apply({Key("account:个人账户", person, "ever"): fen(amount)})
    return state


@pytest.mark.parametrize(("had", "paid", "left"), [(0, 0, 0), (30, 30, 0), (50, 50, 0), (70, 50, 20)])
def test_an_account_pays_as_far_as_its_balance_goes(had: int, paid: int, left: int) -> None:
    state = balance(had)
    result = settled(ACCOUNT, claim(100), state)
    assert shows(result, "account.paid", "account.over_cap", "account.own_share") == (paid, 50 - paid, 0)
    assert shows(result, "after.paid") == (Fraction(50 - paid, 10),)
    assert state.get(Key("account:个人账户", "P1", "ever")) == fen(left)
    assert sorted(k.name for k in state.amounts if k.name.startswith("account")) == ["account:个人账户"] * (left > 0)


def test_whose_account_it_is() -> None:
    mine, theirs = balance(70), balance(70, "P2")
    visits = {
        "none": claim(100, account_use="none", account_person="P2"),
        "own": claim(100, account_use="own", account_person="P2"),
        "relative": claim(100, account_use="relative", account_person="P2"),
        "nobody's": claim(100, account_use="relative"),
    }
    paid = {
        use: [shows(settled(ACCOUNT, visit, state.copy()), "account.paid")[0] for state in (mine, theirs)]
        for use, visit in visits.items()
    }
    assert paid == {"none": [0, 0], "own": [50, 0], "relative": [0, 50], "nobody's": [0, 0]}
    assert shows(settled(ACCOUNT, visits["none"], mine), "account.base", "pool.own_share") == (0, 50)


def test_an_unknown_use_of_accounts() -> None:
    assert reasons(refused(ACCOUNT, claim(100, account_use="weird"))) == ["C004"]


def test_an_account_may_pay_a_share_only() -> None:
    region = pack(
        "account.takes: in_scope\naccount.ratio: 80%",
        layers="{account: {payer: account, field: acct_pay, account: 个人账户}}",
    )
    assert shows(settled(region, claim(100), balance(500)), "account.paid", "account.own_share") == (80, 20)
    assert shows(settled(region, claim(100), balance(40)), "account.paid", "account.own_share", "account.over_cap") == (
        40,
        10,
        50,
    )


def test_a_layer_that_is_left_out_leaves_its_money_where_it_was() -> None:
    region = pack(HALF, "pool.guard.g: {when: always, do: skip}", "large.takes: in_scope\nlarge.ratio: 30%", layers=TWO)
    assert shows(settled(region, claim(100)), "pool.base", "pool.paid", "large.paid", "cash") == (0, 0, 30, 70)
