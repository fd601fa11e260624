"""Writing, and the round trip through every format."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.ground.errors import ProblemError
from tongchou.ground.money import MAX_FEN
from tongchou.ground.tables import TABLES, Column, TableWriter, read_tables, write_table
from tongchou.ground.tables.files import FORMATS, load
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, FENS, INT, MONTH, TEXTS, TIMESTAMP, WORDS
from tongchou.ground.tables.values import FIRST_DAY, LAST_DAY, reader

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), min_size=1).filter(
    lambda text: text == text.strip()
)
FENS_IN = st.integers(-MAX_FEN, MAX_FEN)


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Any value the column may hold."""
    low, high = column.low, column.high
    if column.type in (FEN, INT):
        numbers = st.integers(
            int(low) if low is not None else -MAX_FEN, int(high) if high is not None else MAX_FEN
        ).filter(lambda number: number not in column.aliases)
        found: st.SearchStrategy[Any] = numbers
    elif column.type in DECIMALS:
        digits, scale = DECIMALS[column.type]
        edge = 10**digits - 1
        found = st.integers(
            edge * -1 if low is None else int(low) * 10**scale, edge if high is None else int(high) * 10**scale
        ).map(lambda n: Decimal(n).scaleb(-scale))
    else:
        found = {
            DATE: st.dates(FIRST_DAY, LAST_DAY),
            TIMESTAMP: st.datetimes(
                datetime.fromisoformat("1900-01-01 00:00:00"), datetime.fromisoformat("2199-12-31 00:00:00")
            ),
            MONTH: st.dates(FIRST_DAY, LAST_DAY).map(lambda day: f"{day:%Y-%m}"),
            TEXTS: st.lists(TEXT, max_size=3),
            WORDS: st.dictionaries(TEXT, TEXT, max_size=3),
            FENS: st.dictionaries(TEXT, FENS_IN if low is None else st.integers(0, MAX_FEN), max_size=3),
        }.get(column.type, st.sampled_from(column.values) if column.values else TEXT)
    return found if column.required or column.type in (TEXTS, WORDS, FENS) else st.none() | found


ROWS = st.sampled_from(sorted(TABLES)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.lists(st.fixed_dictionaries({c.name: cells(c) for c in TABLES[name].columns}), max_size=4),
    )
)


@given(ROWS, st.sampled_from(FORMATS))
def test_every_table_reads_back_as_it_was_written(named: tuple[str, list[dict[str, Any]]], form: str) -> None:
    name, rows = named
    with TemporaryDirectory() as folder:
        path = write_table(Path(folder), name, rows, form)
        raw = load(TABLES[name], path)
    readers = {column.name: reader(column) for column in TABLES[name].columns}
    assert raw.broken == []
    assert [{key: read(cell.get(key)) for key, read in readers.items()} for _, cell in raw.rows] == rows


@pytest.mark.parametrize("form", FORMATS)
def test_batches(tmp_path: Path, form: str) -> None:
    with TableWriter(tmp_path, "events", form) as writer:
        for number in range(1, 4):
            writer.write([{"event_no": number, "kind": "settle", "_note": "left out"}])
        writer.write([])
        assert not writer.path.exists()
    tables = read_tables(tmp_path, required=())
    assert [(row["_row"], row["event_no"]) for row in tables.rows["events"]] == [(1, 1), (2, 2), (3, 3)]
    assert sorted(tmp_path.iterdir()) == [writer.path]


def test_a_bad_row_writes_nothing(tmp_path: Path) -> None:
    rows = [
        {"event_no": 1, "kind": "settle"},
        {"event_no": 2.0, "kind": "settled", "nmae": 1},
        {"kind": "settle"},
    ]
    with pytest.raises(ProblemError) as caught:
        write_table(tmp_path, "events", rows)
    found = [(p.place.row, p.place.column, p.code) for p in caught.value.problems]
    assert found == [(2, "event_no", "T128"), (2, "kind", "T123"), (2, "nmae", "T108"), (3, "event_no", "T122")]
    assert list(tmp_path.iterdir()) == []


def test_who_calls_it_wrongly_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="parquet, csv, jsonl"):
        write_table(tmp_path, "claims", [], "xlsx")
    with pytest.raises(KeyError):
        write_table(tmp_path, "claim", [])


def test_writing_again_replaces(tmp_path: Path) -> None:
    for number in (1, 2):
        write_table(tmp_path / "new", "events", [{"event_no": number, "kind": "grant"}], "csv")
    assert [row["event_no"] for row in read_tables(tmp_path / "new", ()).rows["events"]] == [2]


def test_how_csv_looks(tmp_path: Path) -> None:
    row = {
        "entry_id": "E1",
        "event_no": 1,
        "book": "resident",
        "fund": "pool",
        "account": "a",
        "amount": -5,
        "business_date": date(2024, 1, 2),
        "posted_month": "2024-01",
    }
    text = write_table(tmp_path, "postings", [row], "csv").read_text(encoding="utf-8")
    assert text.splitlines()[1] == "E1,1,resident,pool,a,,,-5,2024-01-02,2024-01"


def test_the_codes_of_a_refusal(tmp_path: Path, refused: Callable[[Callable[[], object]], list[str]]) -> None:
    assert refused(lambda: write_table(tmp_path, "events", [{"event_no": True, "kind": "grant"}])) == ["T137"]
