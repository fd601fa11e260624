"""One claim's numbers: tables looked up, formulas computed, conditions decided, and what decided them."""

from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import claim, pack, reasons, refused, settled
from tongchou.engines.benefits.numbers import GroupRow, LayerRow
from tongchou.engines.benefits.row import flatten
from tongchou.engines.benefits.shape import NO_LIMIT
from tongchou.ground.region.pack import Pack

TAKES = "pool.takes: in_scope\n"
VOCABULARY = "{lists: {item: [甲, 乙], place: [市内, 市外]}, facts: {倍数: number}}"
CLAIM = (("甲", 1000), ("乙", 1000))


def row_of(*sets: str, lines: Any = CLAIM, layer: int = 0, **facts: Any) -> LayerRow:
    region = pack(TAKES, *sets, vocabulary=VOCABULARY)
    row: LayerRow = settled(region, claim(*lines, **facts)).notes["rows"][layer]
    return row


def rates(*sets: str, **facts: Any) -> list[list[Fraction]]:
    return row_of(*sets, **facts).rates


def percent(row: LayerRow) -> list[list[Fraction]]:
    return [[rate * 100 for rate in band] for band in row.rates]


# --- the deductible ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "yuan"),
    [
        ("times: 50%", 250),
        ("plus: 100", 600),
        ("minus: 100", 400),
        ("minus: 501", 0),
        ("set: 30", 30),
        ("set: 1/3", Fraction("0.33")),
        ("at_least: 600", 600),
        ("at_least: 400", 500),
        ("at_most: 300", 300),
        ("at_most: 600", 500),
        ("at_most: 不限", 500),
        ("times: 50%, when: age >= 60", 500),
        ("times: 50%, when: age >= 20", 250),
    ],
)
def test_each_change_of_the_deductible(change: str, yuan: Fraction | int) -> None:
    row = row_of(
        f"pool.ratio: 50%\npool.deductible: {{per: stay, amount: 500}}\npool.deductible.改: {{{change}}}", age=40
    )
    assert Fraction(row.deductible, 100) == yuan


def test_changes_apply_in_written_order_and_never_below_zero_at_the_end_only() -> None:
    first = "pool.deductible.一: {minus: 600}\npool.deductible.二: {plus: 200}\npool.deductible.三: {times: 2}"
    deductible = "pool.ratio: 50%\npool.deductible: {per: stay, amount: 500}"
    assert row_of(deductible, first).deductible == 20_000
    other = "pool.deductible.三: {times: 2}\npool.deductible.一: {minus: 600}\npool.deductible.二: {plus: 200}"
    assert row_of(deductible, other).deductible == 60_000


def test_what_decided_the_deductible_is_remembered() -> None:
    row = row_of(
        """
        pool.ratio: 50%
        pool.deductible: {per: stay, amount: {by place: {市内: 500, 市外: 900}}}
        pool.deductible.减半: {when: age >= 60, times: 50%}
        pool.deductible.加: {when: always, plus: 10}
        """,
        place="市外",
        age=50,
    )
    uses = [u for u in row.uses if u.role.startswith("deductible")]
    assert [(u.role, u.fact.name, u.value, u.applied) for u in uses] == [
        ("deductible", None, 900, True),
        ("deductible adjustment", "减半", None, False),
        ("deductible adjustment", "加", 10, True),
    ]
    assert uses[0].cells == (("place", "市外", None),)
    assert row.deductible == 91_000


def test_the_article_of_a_cell_set_by_another_is_remembered() -> None:
    region = pack(
        TAKES,
        "pool.ratio: {by place: {市内: 80%, 市外: 60%}}",
        vocabulary=VOCABULARY,
        since_2024_01_01="pool.ratio[place=市外]: 50%",
    )
    row = settled(region, claim(*CLAIM, place="市外")).notes["rows"][0]
    (use,) = [u for u in row.uses if u.role == "ratio"]
    ((dimension, word, cite),) = use.cells
    assert (use.value, dimension, word, str(cite).split()[-1]) == (Fraction(1, 2), "place", "市外", "第2条")


def test_a_deductible_cannot_be_unlimited_or_beyond_all_bounds() -> None:
    assert row_of("pool.ratio: 1%\npool.deductible: {per: stay, amount: 100亿 × 倍数}", 倍数=3).deductible == 10**12
    region = pack(TAKES, "pool.ratio: 1%\npool.deductible: {per: stay, amount: 不限}")
    assert reasons(refused(region, claim(1))) == ["C006"]


def test_the_yearly_maximum() -> None:
    for most, fen in (("1000", 100_000), ("不限", NO_LIMIT)):
        deductible = f"pool.deductible: {{per: stay, amount: 500, yearly_maximum: {most}}}"
        assert row_of("pool.ratio: 50%", deductible).yearly_maximum == fen


# --- the ratio --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ("pool.factor.减: {pay: 50%}", 30),
        ("pool.factor.免: {own_share: 50%}", 80),
        ("pool.factor.免: {own_share: 0}", 100),
        ("pool.factor.减: {pay: 50%}\npool.factor.免: {own_share: 50%}", 65),
        ("pool.factor.免: {own_share: 50%}\npool.factor.减: {pay: 50%}", 40),
        ("pool.factor.减: {pay: 50%, when: age >= 60}", 60),
        ("pool.adjust.加: {points: 5}", 65),
        ("pool.adjust.减: {points: -10}", 50),
        ("pool.adjust.加: {points: 5}\npool.adjust.减: {points: -10}", 55),
        ("pool.adjust.加: {points: 5, when: age >= 60}", 60),
        ("pool.adjust.加: {points: 5}\npool.factor.减: {pay: 50%}", 35),  # factors first, wherever they are written
        ("pool.adjust.加: {points: 50}", 100),
        ("pool.adjust.减: {points: -70}", 0),
        ("pool.clamp: {at_least: 70%}", 70),
        ("pool.clamp: {at_least: 50%}", 60),
        ("pool.clamp: {at_most: 55%}", 55),
        ("pool.clamp: {at_most: 65%}", 60),
        ("pool.clamp: {at_least: 80%, at_most: 70%}", 70),
        ("pool.adjust.减: {points: -70}\npool.clamp: {at_most: 90%}", 0),
        ("pool.own_ratio.乙: {when: item is 甲 or item is 乙, pay: 20%}", 20),
    ],
)
def test_a_ratio_of_60(sets: str, expected: int) -> None:
    (band,) = percent(row_of("pool.ratio: 60%", sets, age=40))
    assert set(band) == {expected}


@pytest.mark.parametrize(
    ("points", "expected"),
    [((5, 10, 3), 70), ((10, 5, 3), 70), ((-5, -10, -3), 57), ((0, 0, 0), 60)],
)
def test_of_a_group_of_points_only_the_highest_counts(points: tuple[int, ...], expected: int) -> None:
    sets = "\n".join(f"pool.adjust.p{i}: {{points: {p}, highest_of: 倾斜}}" for i, p in enumerate(points))
    assert percent(row_of("pool.ratio: 60%", sets)) == [[expected]]


def test_groups_and_plain_points_add_up_and_what_lost_is_remembered() -> None:
    row = row_of(
        "pool.ratio: 50%",
        """
        pool.adjust.a: {points: 5, highest_of: 甲组}
        pool.adjust.b: {points: 7, highest_of: 甲组}
        pool.adjust.c: {points: 6, highest_of: 甲组}
        pool.adjust.d: {points: 1, highest_of: 乙组}
        pool.adjust.e: {points: 20}
        pool.adjust.f: {points: 9, highest_of: 甲组, when: age >= 60}
        """,
        lines=[("甲", 1)],
        age=50,
    )
    assert percent(row) == [[78]]
    points = {u.fact.name: (u.value, u.applied) for u in row.uses if u.role == "points"}
    assert points == {
        "a": (5, False),
        "b": (7, True),
        "c": (6, False),
        "d": (1, True),
        "e": (20, True),
        "f": (None, False),
    }


def test_items_with_ratios_of_their_own() -> None:
    row = row_of(
        """
        pool.ratio: 80%
        pool.own_ratio.一: {when: item is 乙 and age < 60, pay: 30%}
        pool.own_ratio.二: {when: item is 乙, pay: 40%}
        pool.adjust.甲: {when: item is 甲, points: 5}
        pool.factor.乙: {when: item is 乙, pay: 50%}
        """,
        age=50,
    )
    assert percent(row) == [[85, 15]]
    own = [(u.fact.name, u.item) for u in row.uses if u.role == "own ratio"]
    assert own == [("一", "乙")]
    factors = [(u.fact.name, u.item, u.applied) for u in row.uses if u.role == "factor"]
    assert factors == [("乙", "甲", False), ("乙", "乙", True)]


BANDS = """
pool.bands:
  measured_on: expense
  over: stay
  rows: [{upto: 1000, own: 50%}, {upto: "{by place: {市内: 2000, 市外: 3000}}", pay: 60%}, {above: 3000, pay: 70%}]
""".replace('"', "")


def test_bands_and_the_own_share_they_may_be_written_with() -> None:
    row = row_of(BANDS, "pool.adjust.乙: {when: item is 乙, points: -10}", place="市外")
    assert row.edges == [100_000, 300_000, NO_LIMIT]
    assert percent(row) == [[50, 40], [60, 50], [70, 60]]
    assert [(u.role, u.value) for u in row.uses if u.role.startswith("band")] == [
        ("band 1", Fraction(1, 2)),
        ("band 2", Fraction(3, 5)),
        ("band 3", Fraction(7, 10)),
    ]


@pytest.mark.parametrize("edge", ["1000", "999.99元"])
def test_edges_must_rise(edge: str) -> None:
    rows = f"[{{upto: 1000, pay: 50%}}, {{upto: {edge}, pay: 60%}}]"
    region = pack(TAKES, f"pool.bands: {{measured_on: expense, over: stay, rows: {rows}}}")
    assert reasons(refused(region, claim(1))) == ["C017"]


def test_an_upper_edge_may_be_without_limit() -> None:
    rows = "[{upto: 1000, pay: 50%}, {upto: 不限, pay: 60%}]"
    row = row_of(f"pool.bands: {{measured_on: expense, over: stay, rows: {rows}}}")
    assert row.edges == [100_000, NO_LIMIT]


@pytest.mark.parametrize(
    ("sets", "code"),
    [
        ("pool.ratio: 120%", "C018"),
        ("pool.ratio: 1 - 50% × 倍数", "C018"),
        ("pool.ratio: 不限", "C006"),
        ("pool.ratio: 50%\npool.own_ratio.乙: {when: item is 甲, pay: 101%}", "C018"),
        ("pool.ratio: 50%\npool.clamp: {at_least: 101%}", "C018"),
        ("pool.ratio: 50%\npool.clamp: {at_most: 101%}", "C018"),
        ("pool.ratio: 50%\npool.floor.f: {at_least: 101%, of: base}", "C018"),
        ("pool.ratio: 50%\npool.factor.f: {pay: 不限}", "C006"),
        ("pool.ratio: 50%\npool.factor.f: {own_share: 1 ÷ (倍数 - 3)}", "C006"),
        ("pool.ratio: 50%\npool.adjust.f: {points: 不限}", "C006"),
        ("pool.ratio: 50%\npool.caps.f: {at_most: 1 - 倍数, of: paid, per: claim}", "C028"),
        ("pool.ratio: 50%\npool.takes: [200% × in_scope]", "C018"),
        ("pool.ratio: 50%\nclaim.guard.f: {when: always, do: reduce, pay: 101%}", "C018"),
        ("pool.deductible: {per: stay, amount: 1}", "C005"),  # neither bands nor a ratio
    ],
)
def test_numbers_that_cannot_be(sets: str, code: str) -> None:
    region = pack(TAKES, sets, vocabulary=VOCABULARY)
    assert reasons(refused(region, claim(("甲", 100), 倍数=3))) == [code]


def test_the_ratio_of_an_account_is_everything_or_what_is_declared() -> None:
    layers = "{pool: {payer: account, field: acct_pay}}"
    for sets, rate in (("", 1), ("pool.ratio: 30%", Fraction(3, 10))):
        row = settled(pack(TAKES, sets, layers=layers), claim(1)).notes["rows"][0]
        assert (row.rates, row.limits) == ([[rate]], [0])


# --- caps, floors and the rest ----------------------------------------------------------------------------------------


def test_caps_that_hold_limit_and_the_others_do_not() -> None:
    row = row_of(
        """
        pool.ratio: 50%
        pool.caps.年: {at_most: 4万, of: paid, per: year}
        pool.caps.老: {at_most: 5万, of: paid, per: year, when: age >= 60}
        pool.caps.单: {at_most: "{by place: {市内: 不限, 市外: 600}}", of: covered, per: claim}
        """.replace('"', ""),
        place="市外",
        age=50,
    )
    assert row.limits == [4_000_000, NO_LIMIT, 60_000]
    assert row.feeds == [True, False]
    caps = [(u.fact.name, u.value, u.applied, u.cells) for u in row.uses if u.role == "cap"]
    assert caps == [
        ("年", 40_000, True, ()),
        ("老", None, False, ()),
        ("单", 600, True, (("place", "市外", None),)),
    ]
    inside = row_of("pool.ratio: 50%", "pool.caps.单: {at_most: 不限, of: covered, per: claim}")
    assert inside.limits == [NO_LIMIT]


def test_the_highest_floor_that_holds() -> None:
    floors = """
    pool.ratio: 50%
    pool.floor.a: {at_least: 60%, of: base}
    pool.floor.b: {at_least: 55%, of: base}
    pool.floor.c: {at_least: 90%, of: base, when: age >= 60}
    """
    row = row_of(floors, age=50)
    assert row.floor == Fraction(3, 5)
    assert [(u.fact.name, u.value, u.applied) for u in row.uses if u.role == "floor"] == [
        ("a", Fraction(3, 5), True),
        ("b", Fraction(11, 20), True),
        ("c", None, False),
    ]


@pytest.mark.parametrize(
    ("allocation", "rank"),
    [("[甲]", [0, 1]), ("[乙]", [1, 0]), ("[乙, 甲]", [1, 0]), ("pro rata", [0])],
)
def test_the_order_in_which_the_deductible_takes_items(allocation: str, rank: list[int]) -> None:
    deductible = "pool.ratio: 50%\npool.deductible: {per: stay, amount: 1}\n"
    assert row_of(deductible, f"pool.allocation: {{deductible: {allocation}}}").rank == rank
    without = row_of("pool.ratio: 50%", f"pool.allocation: {{deductible: {allocation}}}")
    assert (without.rank, [u for u in without.uses if u.role == "allocation"]) == ([0], [])


@pytest.mark.parametrize(
    ("rounding", "unit", "mode"),
    [
        ("{}", 1, 0),
        ("{unit: 角}", 10, 0),
        ("{unit: 元, mode: half_even}", 100, 1),
        ("{mode: down}", 1, 2),
        ("{mode: up}", 1, 3),
    ],
)
def test_the_rounding_of_a_layer(rounding: str, unit: int, mode: int) -> None:
    row = row_of("pool.ratio: 50%", f"pool.rounding: {rounding}")
    assert (row.unit, row.mode) == (unit, mode)
    assert [u.fact.kind for u in row.uses if u.role == "rounding"] == ["rounding"]


def test_guards_of_a_layer_are_remembered_whether_they_hold_or_not() -> None:
    region: Pack = pack(TAKES, "pool.ratio: 50%\npool.guard.a: {when: age < 18, do: skip}", vocabulary=VOCABULARY)
    adult = settled(region, claim(("甲", 1), age=30)).notes["rows"][0]
    child = settled(region, claim(("甲", 1), age=3)).notes["rows"][0]
    assert [(u.role, u.applied) for u in adult.uses][:1] == [("guard", False)]
    assert (adult.active, adult.skipped_by) == (True, None)
    assert (child.active, child.skipped_by.address) == (False, "resident.pool.guard.a")
    assert (child.rates, child.limits, child.rank, child.coefficients) == ([[0]], [], [0], [1])


def test_the_integers_of_a_row() -> None:
    first = LayerRow(
        coefficients=[Fraction(1), Fraction(2, 3)],
        limits=[5, NO_LIMIT],
        deductible=7,
        yearly_maximum=8,
        edges=[10, NO_LIMIT],
        floor=Fraction(3, 5),
        feeds=[True, False],
        groups=(GroupRow("甲", [Fraction(1, 2), Fraction(1)], 1), GroupRow("乙", [Fraction(1, 3), Fraction(0)], 0)),
    )
    alike = GroupRow(None, [Fraction(1, 4)], 0)
    second = LayerRow(active=False, unit=10, mode=2, edges=[NO_LIMIT], groups=(alike,))
    row = flatten([first, second], (("in_scope", "甲"), ("in_scope", "乙")))
    assert row._asdict() == {
        "active": [1, 0],
        "take_numerator": [1, 2],
        "take_denominator": [1, 3],
        "limit": [5, NO_LIMIT],
        "deductible": [7, 0],
        "yearly_maximum": [8, NO_LIMIT],
        "edge": [10, NO_LIMIT, NO_LIMIT],
        "rate": [3, 2, 6, 0, 1, 1],
        "rate_unit": [6, 4],
        "floor_numerator": [3, 0],
        "floor_denominator": [5, 1],
        "unit": [1, 10],
        "mode": [0, 2],
        "rank": [1, 0, 0, 0],
        "feed": [1, 0],
    }
