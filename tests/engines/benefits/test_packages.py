"""包干: in-scope expense up to a price for each period; what exceeds it is the hospital's or the person's."""

import pytest

from tests.engines.benefits.small import claim, line, pack, settled, shows
from tongchou.engines.benefits.lines import line_results
from tongchou.engines.benefits.state import State
from tongchou.ground.region.pack import Pack

FIGURES = ("in_scope", "package_excess", "hospital", "pool.base", "pool.paid", "cash")


def region(package: str, more: str = "") -> Pack:
    return pack(
        f"pool.takes: in_scope\npool.ratio: 50%\nitems.package.包干: {package}",
        more,
        vocabulary="{lists: {item: [甲, 乙], disease: [透析, 其他]}}",
        visits="{住院: [pool], 门诊: [pool]}",
    )


@pytest.mark.parametrize(
    ("excess", "figures"),
    [("hospital", (150, 0, 50, 100, 50, 50)), ("person", (150, 50, 0, 100, 50, 100))],
)
def test_who_bears_what_exceeds_the_price(excess: str, figures: tuple[int, ...]) -> None:
    package = f"{{when: always, price: 100, per: claim, excess: {excess}}}"
    assert shows(settled(region(package), claim(("甲", 150))), *FIGURES) == figures


@pytest.mark.parametrize("amount", [99, 100])
def test_up_to_the_price_nothing_is_cut(amount: int) -> None:
    result = settled(region("{when: always, price: 100, per: claim, excess: hospital}"), claim(("甲", amount)))
    assert shows(result, "hospital", "pool.base") == (0, amount)


def test_without_a_limit_or_a_reason_nothing_is_cut() -> None:
    unlimited = settled(region("{when: always, price: 不限, per: month, excess: hospital}"), claim(("甲", 999)))
    assert shows(unlimited, "hospital", "pool.base") == (0, 999)
    other = settled(region("{when: kind is 门诊, price: 1, per: claim, excess: person}"), claim(("甲", 999)))
    assert shows(other, "package_excess", "pool.base") == (0, 999)


@pytest.mark.parametrize(
    ("per", "second", "room"),
    [
        ("claim", {}, 100),
        ("visit", {}, 100),
        ("day", {}, 40),
        ("day", {"day": "2024-03-16"}, 100),
        ("month", {"day": "2024-03-31"}, 40),
        ("month", {"day": "2024-04-01"}, 100),
        ("year", {"day": "2024-12-31"}, 40),
        ("year", {"day": "2025-01-01"}, 100),
        ("stay", {"stay": "S"}, 40),
        ("stay", {"stay": "T"}, 100),
        ("episode", {"stay": "T", "episode": "E"}, 40),
        ("episode", {"stay": "S"}, 100),
        ("ever", {"day": "2035-01-01"}, 40),
    ],
)
def test_what_the_period_has_used_already(per: str, second: dict[str, str], room: int) -> None:
    package = region(f"{{when: always, price: 100, per: {per}, excess: person}}")
    state = State()
    settled(package, claim(("甲", 60), stay="S", episode="E"), state)
    assert shows(settled(package, claim(("甲", 500), id="C2", **second), state), "pool.base") == (room,)


def test_a_stay_without_an_id_is_its_own() -> None:
    package = region("{when: always, price: 100, per: stay, excess: person}")
    state = State()
    settled(package, claim(("甲", 60)), state)
    assert shows(settled(package, claim(("甲", 60), id="C2"), state), "pool.base") == (60,)
    assert sorted(key.period for key in state.amounts if "package" in key.name) == ["C1", "C2"]


def test_each_disease_has_a_package_of_its_own() -> None:
    package = region("{when: always, price: 100, per: month, each: disease, excess: person}")
    state = State()
    settled(package, claim(("甲", 100), disease="透析"), state)
    assert shows(settled(package, claim(("甲", 100), id="C2", disease="其他"), state), "pool.base") == (100,)
    assert shows(settled(package, claim(("甲", 100), id="C3", disease="透析"), state), "pool.base") == (0,)
    assert {(k.name, k.each) for k in state.amounts if "package" in k.name} == {
        ("resident.items.package.包干.used/month/disease", "透析"),
        ("resident.items.package.包干.used/month/disease", "其他"),
    }


def test_a_package_that_is_used_up_was_looked_at() -> None:
    """Whoever got nothing out of it shares it with those who used it up: a reversal must find them (I6)."""
    package = region(
        "{when: total_fee > 10, price: 100, per: month, excess: hospital}",
        "items.package.再: {when: total_fee > 1000, price: 80, per: month, excess: person}",
    )
    state = State()
    used = settled(package, claim(("甲", 100)), state)
    late = settled(package, claim(("甲", 50), id="C2"), state)
    (key,) = [key for key in used.state_delta if "package" in key.name]
    assert key not in late.state_delta
    assert [one for one in late.reads if "package" in one.name] == [key]


def test_a_refund_in_a_used_up_period_leaves_no_trace() -> None:
    package = region("{when: always, price: 0, per: month, excess: hospital}")
    state = State()
    settled(package, claim(("甲", 10)), state)
    assert [k for k in state.amounts if "package" in k.name] == []


def test_packages_cut_one_after_the_other() -> None:
    both = region(
        "{when: always, price: 100, per: claim, excess: hospital}",
        "items.package.再: {when: always, price: 80, per: claim, excess: person}",
    )
    result = settled(both, claim(("甲", 150)))
    assert shows(result, "hospital", "package_excess", "pool.base") == (50, 20, 80)
    assert [(p.address, price, used, cut) for p, price, used, cut in result.notes["packages"]] == [
        ("resident.items.package.包干", 10_000, 0, 5_000),
        ("resident.items.package.再", 8_000, 0, 2_000),
    ]


def test_only_in_scope_money_is_cut_and_from_all_items_alike() -> None:
    package = region("{when: always, price: 90, per: claim, excess: hospital}", "items.exclude.丙: {when: class is 丙}")
    bought = [(100, "甲", "甲"), (50, "乙", "甲"), (70, "甲", "丙")]
    visit = claim(*(line(amount, item, **{"class": of}) for amount, item, of in bought))
    result = settled(package, visit)
    assert shows(result, "full_self_pay", "hospital", "pool.base", "cash") == (70, 60, 90, 115)
    assert [(r.hospital, r.paid["pool"], r.cash) for r in line_results(result)] == [
        (4000, 3000, 3000),
        (2000, 1500, 1500),
        (0, 0, 7000),
    ]


def test_a_layer_may_take_the_excess() -> None:
    region_ = pack(
        """
        pool.takes: in_scope
        pool.ratio: 50%
        items.package.包干: {when: always, price: 100, per: claim, excess: person}
        large.takes: package_excess
        large.ratio: 30%
        """,
        layers="{pool: {}, large: {field: hifob_pay}}",
    )
    assert shows(settled(region_, claim(150)), "pool.paid", "large.base", "large.paid", "cash") == (50, 50, 15, 85)
