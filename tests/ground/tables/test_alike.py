"""Rows that no word tells apart have one number."""

import random

import numpy as np
import pyarrow as pa
import pytest

from tests.ground.tables.damaged import arrow_of, damage, sound_rows
from tongchou.ground.tables import TABLES, sift
from tongchou.ground.tables.alike import WORTH, Alike, alike
from tongchou.ground.tables.conform import conform
from tongchou.ground.tables.shape import NESTED


def numbers(name: str, times: int, **cells: list[object]) -> list[int] | None:
    """Those of rows with these cells, all of them several times over."""
    given = {column: pa.array(values) for column, values in cells.items()}
    content = pa.concat_tables([pa.table(given)] * times)
    table, _ = conform(TABLES[name], content)
    found = alike(TABLES[name], table)
    return None if found is None else found.of[: len(content) // times].tolist()


def test_words_and_empty_cells_tell_rows_apart_and_figures_do_not() -> None:
    fees = {"amount": [1, 2, 3, 4], "claim_id": ["A", "B", "C", "D"]}
    assert numbers("lines", WORTH, **fees) == [0, 0, 0, 0]
    assert numbers("lines", WORTH, **fees, item=["甲", "乙", "甲", None]) == [0, 1, 0, 2]
    assert numbers("lines", WORTH, **fees, price_limit=[5, 6, None, 7]) == [0, 0, 1, 0]
    assert numbers("lines", WORTH, **fees, hospital_code=["x", "y", "z", None]) == [0, 0, 0, 1]


def test_lists_and_facts_tell_rows_apart_whatever_their_order() -> None:
    diseases = [["a"], ["a", "b"], [], ["a"]]
    facts = [[("m", "1"), ("n", "2")], [("m", "1")], [("n", "2"), ("m", "1")], [("n", "1")]]
    maps = pa.array(facts, pa.map_(pa.string(), pa.string()))
    given = pa.array([[("p", 1)], [], [], [("q", 2)]], pa.map_(pa.string(), pa.int64()))
    assert numbers("claims", WORTH, diseases=diseases) == [0, 1, 2, 0]
    assert numbers("claims", WORTH, facts=maps) == [0, 1, 0, 2]
    assert numbers("claims", WORTH, given=given) == [0, 1, 1, 0]


def test_numbers_are_of_use_where_many_rows_are_alike() -> None:
    assert numbers("lines", WORTH, item=["a", "b"]) == [0, 1]
    assert numbers("lines", WORTH - 1, item=["a", "b"]) is None


def test_many_words_in_many_columns() -> None:
    """Whose combinations are more than a number of 64 bits can tell."""
    draw = random.Random(1)
    names = [column.name for column in TABLES["claims"].columns if column.is_word]
    rows = [{name: str(draw.randrange(2_000)) for name in names} for _ in range(4_000)]
    table = pa.Table.from_pylist(rows * WORTH)
    found = alike(TABLES["claims"], conform(TABLES["claims"], table)[0])
    assert found is not None
    assert len(set(found.of.tolist())) == len({tuple(row.values()) for row in rows})


def test_kinds_of_fewer_rows() -> None:
    kinds = Alike(np.array([0, 1, 0, 2], np.int32), pa.table({"item": ["a", "b", "c"]})).without(np.array([0, 1]))
    assert (kinds.of.tolist(), kinds.rows.to_pydict()) == ([0, 1], {"item": ["a", "c"]})


@pytest.mark.parametrize("seed", range(4))
def test_rows_with_one_number_say_the_same(seed: int) -> None:
    draw = random.Random(seed)
    rows = sound_rows(draw)
    damage(draw, rows)
    for name, table in sift(arrow_of(draw, rows, 0.2)).tables.items():
        found = alike(TABLES[name], pa.concat_tables([table] * WORTH))
        if found is None:
            continue
        said = [_said(name, row) for row in table.to_pylist()]
        own = found.of[: len(said)].tolist()
        assert len(set(own)) == len(set(said)) == len(set(zip(own, said, strict=True)))
        first = [said[own.index(number)] for number in sorted(set(own))]
        assert [_said(name, row) for row in found.rows.to_pylist()] == first


def _said(name: str, row: dict[str, object]) -> str:
    cells = []
    for column in TABLES[name].columns:
        value = row[column.name]
        plain = column.type not in NESTED and not column.is_word
        cells.append(bool(value) if column.type == "map<string,fen>" else value is None if plain else value)
    return repr(
        [sorted(cell) if isinstance(cell, list) and cell and isinstance(cell[0], tuple) else cell for cell in cells]
    )
