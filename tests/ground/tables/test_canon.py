"""The definitions themselves: complete, consistent, and stated in both languages."""

import pytest

from tongchou.ground.tables import SETTLING, TABLES, Column, Table
from tongchou.ground.tables.shape import FEN, FENS, TYPES


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_a_table_is_well_defined(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.type in TYPES
        assert column.doc_zh
        assert column.doc_en
        assert column.required or not column.key
        assert not column.refers or len(TABLES[column.refers].key) == 1
        assert all(value is None or value in column.values for value in column.aliases.values())
        if column.type in (FEN, FENS):
            assert column.unit.startswith("fen")
    for name in (*table.disjoint, *(name for pair in table.in_order for name in pair)):
        table.column(name)
    if table.disjoint:
        assert {"from_date", "through_date"} <= set(table.names)
        assert all(table.column(name).required for name in table.disjoint)


def test_a_table_comes_after_those_it_refers_to() -> None:
    order = list(TABLES)
    for table in TABLES.values():
        for column in table.columns:
            assert not column.refers or order.index(column.refers) < order.index(table.name)


def test_a_column_by_name() -> None:
    assert isinstance(TABLES["claims"].column("total_fee"), Column)
    with pytest.raises(KeyError):
        TABLES["claims"].column("total")
    assert set(SETTLING) < set(TABLES)
