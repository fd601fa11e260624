"""In bulk the same is derived as for each person by themselves."""

from dataclasses import asdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.contributions.test_cover import build, days_of
from tests.engines.contributions.test_precedence import pack_of
from tongchou.engines.contributions import Payment, Period, Spell, entitlement, entitlement_in_bulk
from tongchou.ground.region.pack import Pack

FIRST = date(2022, 1, 1)
DAYS = st.integers(0, 700).map(lambda n: FIRST + n * timedelta(days=1))
SCHEMES = st.sampled_from(["resident", "employee"])
MONTHS = [date(2022 + i // 12, i % 12 + 1, 1) for i in range(24)]
DAY = pa.date32()


def spell_table(spells: list[Spell]) -> pa.Table:
    return pa.table({
        "person_id": pa.array([int(s.person_id) for s in spells], pa.int64()),
        "scheme": pa.array([s.scheme for s in spells], pa.string()),
        "from_date": pa.array([s.from_date for s in spells], DAY),
        "through_date": pa.array([s.through_date for s in spells], DAY),
        "suspended": pa.array([s.suspended for s in spells], pa.bool_()),
    })  # fmt: skip


def payment_table(payments: list[Payment]) -> pa.Table:
    return pa.table({
        "person_id": pa.array([int(p.person_id) for p in payments], pa.int64()),
        "scheme": pa.array([p.scheme for p in payments], pa.string()),
        "levy": pa.array([p.levy for p in payments], pa.string()),
        **{n: pa.array([getattr(p, n) for p in payments], DAY) for n in ("from_date", "through_date", "paid_on")},
    })  # fmt: skip


def death_table(deaths: dict[str, date]) -> pa.Table:
    people = pa.array([int(person) for person in deaths], pa.int64())
    return pa.table({"person_id": people, "died_on": pa.array(list(deaths.values()), DAY)})


def rows(periods: list[Period]) -> list[tuple]:
    return sorted((int(p.person_id), *list(asdict(p).values())[1:]) for p in periods)


def rows_of(table: pa.Table) -> list[tuple]:
    order = ("person_id", "scheme", "fund", "from_date", "through_date", "level", "reason", "cite")
    return sorted(tuple(row[name] for name in order) for row in table.to_pylist())


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Spell], list[Payment], dict[str, date]]:
    """A few people, few ways to live, so that some share one; rows of all of them mixed."""
    ways = draw(st.lists(st.tuples(st.lists(st.tuples(SCHEMES, DAYS, st.booleans()), max_size=3),
                                   st.lists(st.tuples(SCHEMES, st.sampled_from(MONTHS), DAYS), max_size=5),
                                   st.none() | DAYS), min_size=1, max_size=3))  # fmt: skip
    spells, payments, deaths = [], [], {}
    for person in range(draw(st.integers(1, 6))):
        own, paid, died = draw(st.sampled_from(ways))
        for scheme in ("resident", "employee"):
            suspended = {first: suspended for s, first, suspended in own if s == scheme}
            ends = {first: later - timedelta(days=1) for first, later in pairwise(sorted(suspended))}
            spells += [Spell(str(person), scheme, a, ends.get(a), {}, suspended[a]) for a in suspended]
        payments += [Payment(str(person), s, "费", m, days_of(m)[-1], on) for s, m, on in dict.fromkeys(paid)]
        if died is not None:
            deaths[str(person)] = died
    return draw(st.permutations(spells)), draw(st.permutations(payments)), deaths


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("region"), "entitled", ", keeps: 1, repair: 3, ends: month")


@settings(max_examples=60, deadline=None)
@given(histories(), DAYS)
def test_in_bulk_the_same_as_one_by_one(pack: Pack, given_: tuple, on: date) -> None:
    spells, payments, deaths = given_
    tables = spell_table(spells), payment_table(payments), death_table(deaths)
    one_by_one = entitlement(pack, spells, payments, deaths)
    found = entitlement_in_bulk(pack, *tables)
    assert rows_of(found.periods) == rows(one_by_one)
    assert found.refused == {}
    holding = [p for p in one_by_one if p.from_date <= on and (p.through_date is None or on <= p.through_date)]
    assert rows_of(entitlement_in_bulk(pack, *tables, on=on).periods) == rows(holding)


def test_people_of_one_history_are_derived_once(pack: Pack) -> None:
    spells = [Spell(str(person), "employee", FIRST) for person in range(50)]
    payments = [Payment(str(person), "employee", "费", FIRST, date(2022, 1, 31), FIRST) for person in range(49)]
    found = entitlement_in_bulk(pack, spell_table(spells), payment_table(payments))
    assert (found.histories, len(found.periods)) == (2, 49 * 3 + 1)


def test_facts_are_read_as_the_region_types_them_and_a_missing_one_refuses_that_person(tmp_path: Path) -> None:
    pack = build(tmp_path, ", when: resumed is 是", "")
    spells = spell_table([Spell(str(n), "resident", FIRST) for n in range(3)])
    facts = pa.array(['{"resumed": "是"}', None, '{"resumed": "maybe"}'], pa.string())
    found = entitlement_in_bulk(pack, spells.append_column("facts", facts), payment_table([]))
    assert {row["person_id"] for row in found.periods.to_pylist()} == {0}
    assert {person: [p.code for p in problems] for person, problems in found.refused.items()} == {2: ["C004"]}


def test_nobody_is_entitled_to_nothing(pack: Pack) -> None:
    found = entitlement_in_bulk(
        pack, spell_table([]), payment_table([Payment("7", "employee", "费", FIRST, FIRST, FIRST)])
    )
    assert (found.periods.num_rows, found.refused, found.histories) == (0, {}, 0)
