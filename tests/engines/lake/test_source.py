"""Columns of which a file says that they are empty are not read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.lake.small import Row, claim, line, person, write
from tongchou.engines.lake import open_source
from tongchou.engines.lake.source import Source


def _sources(folder: Path, claims: list[Row]) -> dict[str, Source]:
    return open_source(write(folder, {"persons": [person("P1")], "claims": claims, "lines": [line("L1", "C1")]}))


def test_empty_columns_go_and_required_and_nested_ones_stay(tmp_path: Path) -> None:
    source = _sources(tmp_path / "data", [claim("C1", None, account_person_id=None), claim("C2", "P1", option="1")])[
        "claims"
    ]
    empty = {name for name in source.schema.names if pq.read_table(source.path)[name].null_count == source.rows}
    kept = source.filled()
    required = {column.name for column in source.table.columns if column.required}
    nested = {field.name for field in source.schema if pa.types.is_nested(field.type)}
    gone = set(source.schema.names) - set(kept.schema.names)
    assert gone
    assert gone == empty - required - nested
    assert kept.rows == source.rows
    assert [batch.schema.names for batch in kept.batches()] == [kept.schema.names]


def test_words_are_read_as_dictionaries_and_names_as_texts(tmp_path: Path) -> None:
    source = _sources(tmp_path / "data", [claim("C1", "P1", level="一级"), claim("C2", "P1", level=None)])["claims"]
    (plain,), (coded,) = source.batches(), source.coded().batches()
    assert coded.to_pylist() == plain.to_pylist()
    assert [pa.types.is_dictionary(coded[name].type) for name in ("level", "kind", "claim_id")] == [True, True, False]


@pytest.mark.parametrize("statistics", [True, False])
def test_what_a_file_says_nothing_of_is_read(tmp_path: Path, statistics: bool) -> None:
    source = _sources(tmp_path / "data", [claim("C1", "P1")])["claims"]
    pq.write_table(pq.read_table(source.path), source.path, write_statistics=statistics)
    assert (source.filled().schema == source.schema) is not statistics


def test_one_cell_in_the_last_group_keeps_a_column(tmp_path: Path) -> None:
    rows = [claim(f"C{n}", "P1", option=None if n < 5 else "1") for n in range(6)]
    source = _sources(tmp_path / "data", rows)["claims"]
    pq.write_table(pq.read_table(source.path), source.path, row_group_size=2)
    assert "option" in source.filled().schema.names
