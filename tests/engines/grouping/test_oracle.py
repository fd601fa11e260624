"""The compiled grouper against a slow one written apart, and against what other groupers were seen to give."""

import csv
import gzip
import io
import random
from pathlib import Path

import pyarrow as pa
import pytest

from tests.engines.grouping.oracle import Oracle
from tests.engines.grouping.stage import NINGHE, as_record, drawn, names, ninghe, published
from tongchou.engines.grouping.bulk import group_table
from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.load import load_scheme
from tongchou.engines.grouping.record import UNKNOWN

EXPECTED = ("beijing_2022", "chs_drg_10", "chs_drg_11", "guangxi_2022", "suzhou_2023", "wuhan_2022", "yunnan_2023")
EACH = 400


def differences(folder: Path, grouper: Grouper, seed: int, count: int) -> list[object]:
    """Records of which the three disagree: the oracle, one by one, and in a table."""
    oracle, chance = Oracle(folder), random.Random(seed)
    cases = [drawn(oracle, chance) for _ in range(count)]
    columns = {name: [_text(case[name]) for case in cases] for name in cases[0]}
    table = group_table(grouper, pa.table({"index": list(map(str, range(count))), **columns})).table.to_pylist()
    found = []
    for case, row in zip(cases, table, strict=True):
        one = grouper.group(as_record(case))
        alone, right = (one.status, one.mdc, one.adrg, one.drg), oracle.group(case)
        if not alone == right == tuple(row[name] for name in ("status", "mdc", "adrg", "drg")):
            found.append((case, right, alone, row))
    return found


def _text(value: object) -> str:
    if isinstance(value, list):
        return "|".join(value)
    return "" if value in (None, UNKNOWN) else str(value)


def test_the_shipped_scheme_is_what_the_oracle_says() -> None:
    assert differences(NINGHE, ninghe(), 1, 3_000) == []


def test_every_published_scheme_is_what_the_oracle_says(shared: Path, tmp_path: Path) -> None:
    for seed, name in enumerate(names(shared)):
        folder = published(shared, tmp_path, name)
        assert differences(folder, Grouper(load_scheme(folder)), seed, EACH) == [], name


@pytest.mark.parametrize("name", EXPECTED)
def test_the_groups_that_were_agreed_on(shared: Path, tmp_path: Path, name: str) -> None:
    """Every row on which the other builds agree; the rest are marked so in the file."""
    text = gzip.decompress((shared / "data" / "drg" / "expected" / f"{name}.csv.gz").read_bytes()).decode()
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row.get("agreed", "1") == "1"]
    grouper = Grouper(load_scheme(published(shared, tmp_path, name)))
    given = pa.table({column: [row[column] for row in rows] for column in rows[0]})
    told = ("index", "status", "mdc", "adrg", "drg")
    grouped = group_table(grouper, given)
    assert grouped.problems == []
    assert grouped.table.to_pylist() == [{name: row[name] for name in told} for row in rows]
