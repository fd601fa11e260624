"""Names as numbers, and the same when rows are left out."""

import random

import numpy as np
import pyarrow as pa
import pytest

from tests.ground.tables.damaged import arrow_of, damage, sound_rows
from tongchou.ground.tables import TABLES, Sifted, sift
from tongchou.ground.tables.links import HOUSEHOLD, Links, link


def sifted(seed: int, faults: int) -> Sifted:
    draw = random.Random(seed)
    rows = sound_rows(draw)
    for _ in range(faults):
        damage(draw, rows)
    return sift(arrow_of(draw, rows, 0))


def told(links: Links) -> tuple[dict[tuple[str, str], list[int]], dict[str, int]]:
    return {place: numbers.tolist() for place, numbers in links.numbers.items()}, links.counts


def left(found: Sifted) -> dict[str, pa.Table]:
    """The rows that were not chosen."""
    keep = {name: np.delete(np.arange(len(table)), found.chosen[name]) for name, table in found.tables.items()}
    return {name: table.take(pa.array(keep[name])) for name, table in found.tables.items()}


@pytest.mark.parametrize("seed", range(8))
def test_rows_that_are_left_out_were_never_numbered(seed: int) -> None:
    found = sifted(seed, 5)
    assert any(map(len, found.chosen.values()))
    assert told(found.links.without(found.chosen)) == told(link(left(found)))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_named_in_its_own_table_has_the_number_of_its_row(seed: int) -> None:
    found = sifted(seed, seed)
    links, tables = found.links.without(found.chosen), left(found)
    assert HOUSEHOLD in links.counts
    for kind in links.counts.keys() - {HOUSEHOLD}:
        (key,) = TABLES[kind].key
        assert links.numbers[kind, key].tolist() == list(range(len(tables[kind])))
        assert links.counts[kind] == len(tables[kind])


def test_nothing_left_out() -> None:
    found = sifted(1, 0)
    assert found.links.without(found.chosen) is found.links
    assert found.links.without({}) is found.links
