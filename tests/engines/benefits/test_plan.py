"""What is in force becomes a plan: layers in order, accumulators found from the facts that refer to them."""

from datetime import date

import pytest

from tests.engines.benefits.small import claim, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.plan import Count, Plan, is_account
from tongchou.engines.benefits.shape import (
    ABOVE_DEDUCTIBLE,
    ACCOUNT,
    CHARGED,
    COMPUTED,
    COVERED,
    ENTERING,
    GIVEN,
    NOWHERE,
    ON_EXPENSE,
    ON_PAID,
    PAID,
    SCALED,
)
from tongchou.engines.benefits.state import State
from tongchou.ground.region.pack import Pack

BASE = "pool.takes: in_scope\npool.ratio: 50%\n"
ONE = (("in_scope", None),)


def plan_of(region: Pack, day: date = date(2024, 3, 15), kind: str = "住院") -> Plan:
    return Engine(region).plan("resident", kind, {"admitted": day, "discharged": day, "settled": day})


def names(plan: Plan) -> list[str]:
    return [count.name for count in plan.counts]


@pytest.mark.parametrize(
    ("sets", "counts"),
    [
        ("", []),
        ("pool.deductible: {per: stay, amount: 100}", ["resident.pool.charged/stay"]),
        ("pool.deductible: {per: claim, amount: 100}", []),
        ("pool.deductible: {per: visit, amount: 100}", []),
        ("pool.deductible: {per: month, amount: 100, each: disease}", ["resident.pool.charged/month/disease"]),
        (
            "pool.deductible: {per: stay, amount: 100, yearly_maximum: 300, pool: 起付}",
            ["pool:起付.charged/stay", "pool:起付.charged/year"],
        ),
        ("pool.deductible: {per: year, amount: 100, yearly_maximum: 300}", ["resident.pool.charged/year"]),
        ("pool.caps.单次: {at_most: 100, of: paid, per: claim}", []),
        ("pool.caps.日: {at_most: 100, of: entering, per: day}", ["resident.pool.entering/day"]),
        ("pool.caps.终身: {at_most: 100, of: covered, per: ever}", ["resident.pool.covered/ever"]),
        ("pool.caps.户: {at_most: 100, of: paid, per: year, each: household}", ["resident.pool.paid/year/household"]),
        ("pool.caps.共: {at_most: 100, of: paid, per: year, pool: 共用}", ["pool:共用.paid/year"]),
        ("pool.caps.老: {at_most: 100, of: paid, per: year, when: age >= 60}", ["resident.pool.caps.老.paid/year"]),
        (
            "pool.caps.老: {at_most: 100, of: paid, per: year, when: age >= 60, pool: 共用}",
            ["pool:共用.paid/year"],
        ),
        (
            "pool.caps.a: {at_most: 100, of: paid, per: year}\npool.caps.b: {at_most: 90, of: paid, per: year}",
            ["resident.pool.paid/year"],
        ),
        (
            "pool.caps.a: {at_most: 100, of: paid, per: year}\npool.caps.b: {at_most: 90, of: paid, per: month}",
            ["resident.pool.paid/year", "resident.pool.paid/month"],
        ),
    ],
)
def test_accumulators_are_found_from_what_refers_to_them(sets: str, counts: list[str]) -> None:
    assert names(plan_of(pack(BASE, sets))) == counts


@pytest.mark.parametrize(
    ("measured_on", "scale", "over", "counts"),
    [
        ("expense", ON_EXPENSE, "year", ["resident.pool.entering/year"]),
        ("above the deductible", ABOVE_DEDUCTIBLE, "stay", ["resident.pool.scaled/stay"]),
        ("amount paid", ON_PAID, "episode", ["resident.pool.paid/episode"]),
        ("expense", ON_EXPENSE, "claim", []),
    ],
)
def test_a_scale_is_placed_by_what_it_measures(measured_on: str, scale: int, over: str, counts: list[str]) -> None:
    rows = "[{upto: 1000, pay: 50%}, {above: 1000, pay: 60%}]"
    plan = plan_of(
        pack(f"pool.takes: in_scope\npool.bands: {{measured_on: {measured_on}, over: {over}, rows: {rows}}}")
    )
    shape = plan.shape_for(ONE)
    assert names(plan) == counts
    assert (list(shape.scale), list(shape.band_start)) == ([scale], [0, 2])
    assert list(shape.scale_count) == [0 if counts else NOWHERE]
    assert list(shape.feed_count) == [0] * len(counts)


def test_a_pooled_scale_and_its_each() -> None:
    rows = "[{above: 0, pay: 50%}]"
    plan = plan_of(
        pack(
            "pool.takes: in_scope\n"
            f"pool.bands: {{measured_on: expense, over: year, each: disease, pool: 共用, rows: {rows}}}"
        )
    )
    assert names(plan) == ["pool:共用.entering/year/disease"]


def test_the_measures_are_numbered_as_they_are_named() -> None:
    measures = [ENTERING, COVERED, PAID, SCALED, CHARGED]
    assert [Count("o", m, "year").name for m in measures] == [
        f"o.{word}/year" for word in ("entering", "covered", "paid", "scaled", "charged")
    ]


def test_two_caps_on_one_count_are_counted_once() -> None:
    region = pack(
        BASE,
        "pool.caps.a: {at_most: 900, of: paid, per: year}\npool.caps.b: {at_most: 600, of: paid, per: year}\n"
        "pool.caps.c: {at_most: 不限, of: paid, per: year, pool: p}\n"
        "pool.caps.d: {at_most: 不限, of: paid, per: year, pool: p, when: age >= 60}",
    )
    state = State()
    settled(region, claim(1000, age=70), state)
    assert {key.name: fen for key, fen in state.amounts.items() if "paid" in key.name} == {
        "resident.pool.paid/year": 50_000,
        "pool:p.paid/year": 50_000,
    }
    assert shows(settled(region, claim(1000, id="C2", age=70), state), "pool.paid") == (100,)


def test_a_conditional_cap_counts_only_where_its_condition_holds() -> None:
    region = pack(BASE, "pool.caps.老: {at_most: 600, of: paid, per: year, when: age >= 60}")
    state = State()
    assert shows(settled(region, claim(2000, age=59), state), "pool.paid") == (1000,)
    assert shows(settled(region, claim(1000, id="C2", age=60), state), "pool.paid") == (500,)
    assert shows(settled(region, claim(1000, id="C3", age=60), state), "pool.paid") == (100,)


def test_every_version_of_a_fact_is_counted_so_that_a_later_cap_finds_what_was_paid() -> None:
    region = pack(BASE, since_2024_07_01="pool.caps.年: {at_most: 800, of: paid, per: year}")
    state = State()
    assert names(plan_of(region)) == ["resident.pool.paid/year"]
    assert plan_of(region).layers[0].limit_counts == []
    assert shows(settled(region, claim(1000), state), "pool.paid") == (500,)
    assert shows(settled(region, claim(1000, id="C2", day="2024-07-01"), state), "pool.paid") == (300,)


def test_a_later_deductible_and_scale_are_fed_too_but_a_later_conditional_cap_is_not() -> None:
    region = pack(
        "pool.takes: in_scope",
        through_2024_06_30="pool.ratio: 50%\npool.deductible: {per: stay, amount: 100}",
        since_2024_07_01="""
        pool.deductible: {per: year, amount: 300}
        pool.bands: {measured_on: expense, over: year, rows: [{upto: 1000, pay: 50%}, {above: 1000, pay: 80%}]}
        pool.caps.老: {at_most: 100, of: paid, per: year, when: age >= 60}
        """,
    )
    assert sorted(names(plan_of(region))) == [
        "resident.pool.charged/stay",
        "resident.pool.charged/year",
        "resident.pool.entering/year",
    ]
    state = State()
    assert shows(settled(region, claim(900), state), "pool.deductible", "pool.paid") == (100, 400)
    later = settled(region, claim(700, id="C2", day="2024-07-01", age=30), state)
    # The year was charged 100 of 300 and 900 entered: 200 are due, then the scale starts at 1,100.
    assert shows(later, "pool.deductible", "pool.band1.length", "pool.band2.length", "pool.paid") == (200, 0, 500, 400)


LAYERED = pack(
    """
    pool.takes: [in_scope of 甲, 50% × first_self_pay]
    pool.ratio: 50%
    large.takes: [unpaid except 乙, pool.own_share of 乙]
    large.ratio: 80%
    help.takes: [large.own_share, in_scope]
    aid.takes: in_scope
    account.takes: [unpaid, full_self_pay]
    """,
    layers="""
    pool: {fund: 统筹基金}
    large: {payer: fund, field: hifob_pay}
    help: {payer: given, field: oth_pay}
    aid: {payer: given, field: maf_pay}
    account: {payer: account, field: acct_pay, account: 个人账户}
    """,
    visits="{住院: [pool, large, help, account], 门诊: [account, pool]}",
    vocabulary="{lists: {item: [甲, 乙]}}",
)


def test_the_flat_form_of_what_layers_take() -> None:
    plan = plan_of(LAYERED)
    cells = (("first_self_pay", "甲"), ("in_scope", "甲"), ("in_scope", "乙"))
    shape = plan.shape_for(cells)
    assert (list(shape.rank_at), list(shape.term_at[:3])) == ([0, 3, 6, 9], [0, 3, 6])
    assert list(shape.payer) == [COMPUTED, COMPUTED, GIVEN, ACCOUNT]
    assert plan.pot_names[:8] == [
        "full_self_pay",
        "over_limit",
        "first_self_pay",
        "in_scope",
        "package_excess",
        "pool.deductible_part",
        "pool.own_share",
        "pool.over_cap",
    ]
    terms = list(zip(shape.term_pot, [list(shape.term_cell[i : i + 3]) for i in range(0, 99, 3)], strict=False))
    start = list(shape.term_start)
    assert terms[start[0] : start[1]] == [(3, [1, 1, 0]), (2, [1, 1, 1])]
    # `unpaid` is in-scope money wherever it lies by now: in scope, package excess, the pots of the layers before.
    unpaid = [(pot, [0, 1, 0]) for pot in (3, 4, 5, 6, 7)]
    assert terms[start[1] : start[2]] == [*unpaid, (6, [0, 0, 1])]
    assert terms[start[2] : start[3]] == [(9, [1, 1, 1]), (3, [1, 1, 1])]
    everything = [(pot, [0, 1, 1]) for pot in (3, 4, *range(5, 14))]
    assert terms[start[3] : start[4]] == [*everything, (0, [1, 1, 1])]


def test_a_pot_of_a_layer_that_does_not_come_before_holds_nothing() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\nlarge.takes: [pool.own_share, in_scope]\nlarge.ratio: 100%",
        layers="{pool: {}, large: {}}",
        visits="{住院: [large, pool], 门诊: [pool, large]}",
    )
    assert list(plan_of(region).shape_for(ONE).term_pot) == [3, 3]
    assert list(plan_of(region, kind="门诊").shape_for(ONE).term_pot) == [3, 6, 3]
    assert shows(settled(region, claim(100)), "large.paid", "pool.paid") == (100, 0)
    assert shows(settled(region, claim(100, kind="门诊")), "pool.paid", "large.paid") == (50, 50)


def test_a_layer_cannot_take_what_it_leaves_itself() -> None:
    region = pack(
        "large.takes: [50% × large.deductible_part, 50% × in_scope]\nlarge.ratio: 100%",
        "pool.takes: [50% × pool.deductible_part, 80% × in_scope]\npool.ratio: 100%",
        layers="{large: {}, pool: {}}",
    )
    assert list(plan_of(region).shape_for(ONE).term_pot) == [3, 3]
    assert shows(settled(region, claim(100)), "large.paid", "pool.paid") == (50, 40)


def test_an_account_layer_is_limited_by_its_balance() -> None:
    plan = plan_of(LAYERED)
    assert names(plan) == ["account:个人账户.paid/ever"]
    assert is_account(plan.counts[0])
    assert not is_account(Count("pool:p", PAID, "ever"))
    shape = plan.shape_for(ONE)
    assert (list(shape.limit_start), list(shape.limit_of), list(shape.limit_count)) == ([0, 0, 0, 0, 1], [PAID], [0])
    assert (list(shape.feed_start), list(shape.feed_of), list(shape.feed_count)) == ([0, 0, 0, 0, 1], [PAID], [0])


def test_an_account_without_a_name_is_called_as_its_layer() -> None:
    region = pack("wallet.takes: in_scope", layers="{wallet: {payer: account, field: acct_pay}}")
    assert names(plan_of(region)) == ["account:wallet.paid/ever"]


def test_who_tops_up_under_a_floor() -> None:
    region = pack(
        """
        pool.takes: in_scope
        pool.ratio: 40%
        pool.floor.保底: {at_least: 60%, of: base, paid_by: aid}
        pool.floor.另付: {at_least: 50%, of: base, paid_by: absent}
        aid.takes: pool.own_share
        aid.ratio: 0%
        aid.floor.自保: {at_least: 10%, of: base}
        absent.takes: in_scope
        absent.ratio: 10%
        """,
        layers="{pool: {}, aid: {}, absent: {}}",
        visits="{住院: [pool, aid], 门诊: [pool]}",
    )
    assert plan_of(region).floor_payer == [1, 1]
    assert plan_of(region, kind="门诊").floor_payer == [0]  # nobody who could: the layer's own


def test_layers_and_visits_come_in_declared_order() -> None:
    assert [p.name for p in plan_of(LAYERED).layers] == ["pool", "large", "help", "account"]
    assert [p.name for p in plan_of(LAYERED, kind="门诊").layers] == ["account", "pool"]


def test_an_allocation_of_the_scheme_serves_layers_without_their_own() -> None:
    region = pack(
        BASE,
        "large.takes: in_scope\nlarge.ratio: 1%\nallocation: {deductible: [乙]}\n"
        "large.allocation: {deductible: pro rata}",
        layers="{pool: {}, large: {}}",
        vocabulary="{lists: {item: [甲, 乙]}}",
    )
    pool, large = plan_of(region).layers
    assert pool.allocation is not None
    assert large.allocation is not None
    assert (pool.allocation.address, large.allocation.address) == ("resident.allocation", "resident.large.allocation")


def test_a_layer_that_takes_nothing_cannot_be_settled() -> None:
    region = pack("pool.ratio: 50%")
    assert reasons(refused(region, claim(100))) == ["C026"]
    with pytest.raises(Exception, match="C026"):
        plan_of(region).shape_for(ONE)


def test_the_same_cells_have_the_same_shape() -> None:
    plan = plan_of(LAYERED)
    cells = (("in_scope", "甲"),)
    assert plan.shape_for(cells) is plan.shape_for(cells)
