"""What a run counts, for whom, over which period and for which value: always what the plain step's states say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.engines.benefits.bulk.drawn import Rows, tables_of
from tests.engines.benefits.replay.test_equal import assert_equal, both, keys
from tests.engines.benefits.small import pack
from tongchou.engines.benefits.bulk import counters
from tongchou.engines.benefits.bulk.run import Bulk
from tongchou.engines.benefits.replay import Replay
from tongchou.ground.region.pack import Pack

HALF = "pool.takes: in_scope\npool.ratio: 50%"
WORDS = """
lists: {place: [市内, 市外], disease: [高血压, 糖尿病], item: [甲]}
intervals: {年龄段: {of: age, cuts: [18, 60]}}
"""


def visits(*each: dict[str, Any], homes: tuple[str | None, ...] = ("H", "H", None)) -> Rows:
    """A visit of 1,000 yuan for each; P and Q share a household, R is alone, unless said otherwise."""
    born = {"P": date(1990, 1, 1), "Q": date(2015, 1, 1), "R": date(1940, 1, 1)}
    persons = [
        {"person_id": name, "birth_date": day, "household_id": home}
        for (name, day), home in zip(born.items(), homes, strict=True)
    ]
    claims, lines = [], []
    for number, visit in enumerate(each):
        name = visit.get("claim_id", f"C{number}")
        lines.append({"line_id": f"L{number}", "claim_id": name, "item": "甲", "amount": 100_000})
        base = {"claim_id": name, "person_id": "P", "scheme": "resident", "kind": "住院", "place": "市内"}
        base |= {"admitted_on": date(2024, 3, 1 + number), "disease": "高血压", "total_fee": 100_000}
        claims.append(base | visit)
    return {"persons": persons, "claims": claims, "lines": lines}


def counted(region: Pack, rows: Rows) -> dict[tuple[str, ...], int]:
    """What was added to the states, by name, subject, period and each; the same by the bulk run and the plain step."""
    replayed, plain = both(region, rows)
    assert_equal(replayed, plain)
    return {key[1:]: amount for key, amount in keys(replayed).items() if not key[1].startswith("stay")}


def looked_up(region: Pack, rows: Rows) -> list[bool]:
    done = Bulk(region, compiled=False).settle(tables_of(rows))
    return [not plain for plain in done.plain.tolist()]


def test_the_limit_of_a_household_is_called_by_it_or_by_the_person_alone() -> None:
    region = pack(HALF, "pool.caps.家: {at_most: 800, of: paid, per: year, each: household}", vocabulary=WORDS)
    rows = visits({"person_id": "Q"}, {"person_id": "P"}, {"person_id": "R"})
    name = "resident.pool.paid/year/household"
    assert counted(region, rows) == {(name, "H", "2024", ""): 80_000, (name, "R", "2024", ""): 50_000}
    assert looked_up(region, rows) == [True, True, True]


def test_a_household_is_called_by_the_first_of_its_people_whoever_was_ill() -> None:
    region = pack(HALF, "pool.caps.年: {at_most: 800, of: paid, per: year}", vocabulary=WORDS)
    replayed, plain = both(region, visits({"person_id": "Q"}))
    assert {key[0] for key in keys(replayed)} == {"P"}
    assert keys(replayed) == keys(plain)


@pytest.mark.parametrize(
    ("per", "periods"),
    [("month", ["2024-02", "2024-03"]), ("day", ["2024-02-29", "2024-03-01"]), ("year", ["2024"]), ("ever", ["ever"])],
)
def test_periods_are_called_as_the_plain_step_calls_them(per: str, periods: list[str]) -> None:
    region = pack(HALF, f"pool.caps.段: {{at_most: 300, of: paid, per: {per}}}", vocabulary=WORDS)
    found = counted(region, visits({"admitted_on": date(2024, 2, 29)}, {"admitted_on": date(2024, 3, 1)}))
    assert [key[2] for key in sorted(found)] == periods
    assert set(found.values()) == {30_000}


@pytest.mark.parametrize("per", ["stay", "episode"])
def test_a_stay_without_a_name_is_called_by_its_claim(per: str) -> None:
    region = pack(HALF, f"pool.caps.次: {{at_most: 800, of: paid, per: {per}}}", vocabulary=WORDS)
    first = {"claim_id": "C", "stay_id": None}
    rows = visits(first, {"stay_id": "C"}, {"stay_id": "S"}, {"stay_id": "S"}, {"episode_id": "S"}, {})
    found = {key[2]: amount for key, amount in counted(region, rows).items()}
    together = {"C": 80_000, "S": 80_000, "C5": 50_000}
    assert found == (together if per == "episode" else together | {"C4": 50_000})


def test_a_visit_that_is_no_stay_asks_for_none_and_shares_the_name_of_one() -> None:
    region = pack(
        HALF,
        "pool.caps.次: {at_most: 800, of: paid, per: stay}\nout.takes: in_scope\nout.ratio: 10%",
        layers="{pool: {}, out: {field: hifmi_pay}}",
        visits="{住院: [pool], 门诊: [out]}",
        vocabulary=WORDS,
    )
    out = {"kind": "门诊"}
    shared = [out | {"claim_id": "C"}, {"stay_id": "C"}, out | {"stay_id": "S"}, {"stay_id": "S"}]
    rows = visits(out, *shared, {}, {}, out)
    replayed, plain = both(region, rows)
    assert_equal(replayed, plain)
    stays = {key[1:]: amount for key, amount in keys(replayed).items() if key[1].startswith("stay")}
    numbers = {("stay", "P", "2024", name): nth for nth, name in enumerate(("C", "S", "C5", "C6"), 1)}
    assert stays == {("stays", "P", "2024", ""): 4, **numbers}


def test_limits_for_every_word_of_a_fact_or_of_a_class_made_from_it() -> None:
    for each, words in (("disease", {"高血压", "糖尿病"}), ("年龄段", {"18-60", "<18", ">=60"}), ("kind", {"住院"})):
        region = pack(HALF, f"pool.caps.类: {{at_most: 300, of: paid, per: year, each: {each}}}", vocabulary=WORDS)
        rows = visits({}, {"disease": "糖尿病"}, {"person_id": "Q"}, {"person_id": "R"}, {})
        found = counted(region, rows)
        assert len({key[3] for key in found}) == len(words)
        assert all(looked_up(region, rows))


def test_a_word_is_one_whichever_column_says_it() -> None:
    region = pack(HALF, "pool.caps.类: {at_most: 300, of: paid, per: year, each: disease}", vocabulary=WORDS)
    rows = visits({}, {"facts": [("disease", "高血压")]}, {"disease": None, "facts": [("disease", "高血压")]})
    assert list(counted(region, rows).values()) == [30_000]


@pytest.mark.parametrize("each", ["nth", "total_fee"])
def test_a_value_that_differs_from_claim_to_claim_is_left_to_the_plain_step(each: str) -> None:
    later = f"pool.caps.类: {{at_most: 300, of: paid, per: year, each: {each}}}"  # feeds its counter before it limits
    region = pack(HALF, since_2025_01_01=later)
    assert looked_up(region, visits({}, {})) == [False, False]
    assert len(counted(region, visits({}, {}))) == {"nth": 2, "total_fee": 1}[each]


def test_who_lacks_the_value_is_rejected_and_only_that_household_goes_through_the_plain_step() -> None:
    region = pack(
        HALF,
        "pool.caps.类: {at_most: 300, of: paid, per: year, each: disease}",
        vocabulary="{lists: {place: [市内], item: [甲]}, facts: {disease: word}}",
    )
    rows = visits({}, {"person_id": "R", "disease": None})
    assert looked_up(region, rows) == [True, False]
    counted(region, rows)


def test_a_package_counts_for_the_household() -> None:
    package = "{when: place is 市内, price: 1500, per: year, each: household, excess: hospital}"
    region = pack(HALF, f"items.package.包: {package}", vocabulary=WORDS)
    rows = visits({"person_id": "Q"}, {"person_id": "P"})
    name = "resident.items.package.包.used/year/household"
    assert counted(region, rows) == {(name, "H", "2024", ""): 150_000}


def test_a_package_may_come_to_hold_in_a_later_run_and_cease_to_in_the_next() -> None:
    package = "{when: place is 市内, price: 1500, per: year, excess: hospital}"
    region = pack(HALF, f"items.package.包: {package}", vocabulary=WORDS)
    runs = [tables_of(visits({"place": place}, {"place": place})) for place in ("市外", "市内", "市外")]
    after, fresh = Replay(region, compiled=False), [Replay(region, compiled=False) for _ in runs]
    used = []
    for tables, alone in zip(runs, fresh, strict=True):
        found = after.settle(tables, traced=True)
        assert_equal(found, alone.settle(tables, traced=True))
        used.append([amount for key, amount in keys(found).items() if ".used/" in key[1]])
    assert used == [[], [150_000], []]


def test_too_many_for_one_number_is_never_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_WIDEST", 1)
    with pytest.raises(OverflowError):
        Bulk(pack(HALF), compiled=False).settle(tables_of(visits({})))
