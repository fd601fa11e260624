"""Tables whose rows are numbered by kind, and of which only the columns needed were read, settle as whole ones do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.engines.benefits.bulk.drawn import Rows, random_rows
from tests.engines.benefits.bulk.test_ninghe import ninghe, people
from tests.engines.benefits.bulk.test_odd import BASE, two_people
from tests.engines.benefits.replay.test_joined import conformed, shuffled
from tests.engines.benefits.small import pack
from tests.oracle.packs import random_world
from tongchou.engines.benefits.bulk import lines
from tongchou.engines.benefits.bulk.sources import NEEDED
from tongchou.engines.benefits.replay import Replay
from tongchou.engines.benefits.replay.numbered import Numbered
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES
from tongchou.ground.tables import alike as kinds
from tongchou.ground.tables.links import Links, link


@pytest.fixture(autouse=True)
def _numbered_whatever_it_is_worth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "WORTH", 0)


def assert_same(pack: Pack, rows: Rows) -> int:
    """How often the whole tables were asked for."""
    whole = {
        name: table.append_column("_row", pa.array(range(1, len(table) + 1), pa.int64()))
        for name, table in conformed(rows).items()
    }
    links = link(whole)
    alike = {name: kinds.alike(TABLES[name], table) for name, table in whole.items()}
    links = Links(links.numbers, links.counts, {name: each for name, each in alike.items() if each is not None})
    needed = {name: _needed(name, table) for name, table in whole.items()}
    asked: list[int] = []

    def given() -> dict[str, pa.Table]:
        asked.append(1)
        return whole

    replay = Replay(pack, compiled=False)
    by_kind = replay.numbers(needed, traced=True, links=links, whole=given)
    again = replay.numbers(needed, traced=True, links=links, whole=given)  # with what was looked up before
    for found in (by_kind, again):
        assert_equal(found, Replay(pack, compiled=False).numbers(whole, traced=True))
    return len(asked)


def _needed(name: str, table: pa.Table) -> pa.Table:
    return table.select([*NEEDED[name], "_row"]) if name in NEEDED else table


def assert_equal(one: Numbered, other: Numbered) -> None:
    for name, table in one.tables.items():
        assert table.to_pylist() == other.tables[name].to_pylist()
    assert one.states == other.states
    assert (one.totals(), one.first(), one.seen(), one.rejects) == (
        other.totals(),
        other.first(),
        other.seen(),
        other.rejects,
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_random_region(seed: int) -> None:
    world = random_world(6_000 + seed)
    rows = random_rows(world, 0, 12)
    assert_same(world.pack, rows)
    assert_same(world.pack, shuffled(rows, seed))


def test_the_shipped_region_with_households_left_to_the_plain_step() -> None:
    rows = people(60, 5)
    assert assert_same(ninghe(), rows) == 0
    rows["claims"][0]["given"] = {"大病保险": 0}
    assert assert_same(ninghe(), rows) == 2
    assert_same(ninghe(), shuffled(rows, 1))


def test_pairs_of_kinds_that_are_too_many_for_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_MOST_PAIRS", 0)
    assert assert_same(ninghe(), people(30, 7)) == 0


WORDS = "{lists: {item: [甲, 乙], place: [市内], 医院: {of: provider, values: [一院, 二院]}}}"


def two_hospitals(*providers: str) -> Rows:
    rows = two_people()
    for claim, provider in zip(rows["claims"], providers, strict=True):
        claim["provider_id"] = provider
    return rows


def test_texts_that_are_too_many_for_kinds() -> None:
    """Institutions and codes are looked at row by row: their claims may be alike in all words."""
    region = pack(BASE + "\npool.adjust.院: {when: provider is 二院, points: 5}", vocabulary=WORDS)
    assert assert_same(region, two_hospitals("一院", "二院")) == 0
    assert assert_same(region, two_hospitals("一院", "三院")) == 2  # a hospital that the list does not hold
    region = pack(BASE + "\nitems.exclude.外: {when: national_code is X2}", vocabulary=WORDS)
    rows = two_people()
    for line, code in zip(rows["lines"], ("X1", "X2"), strict=True):
        line["national_code"] = code
    assert assert_same(region, rows) == 0


def test_spells_accounts_and_people_by_their_kinds() -> None:
    rows = two_people()
    spell: dict[str, Any] = {"scheme": "resident", "from_date": date(2020, 1, 1)}
    rows["spells"] = [
        {**spell, "spell_id": p, "person_id": p, "category": c} for p, c in (("P", "普通"), ("P2", "低保"))
    ]
    region = pack(BASE + "\npool.adjust.保: {when: category is 低保, points: 5}", vocabulary=WORDS)
    assert assert_same(region, rows) == 0
    rows["spells"] = []
    assert assert_same(region, rows) == 2  # nobody is insured
