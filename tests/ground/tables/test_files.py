"""Files as a whole: what stands in the way before a cell is read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import read_tables, write_table

Refused = Callable[[Callable[[], object]], list[str]]


def test_no_folder(tmp_path: Path, refused: Refused) -> None:
    assert refused(lambda: read_tables(tmp_path / "nothing")) == ["T101"]
    (tmp_path / "file").write_text("")
    assert refused(lambda: read_tables(tmp_path / "file")) == ["T101"]


def test_required_tables_are_named_all_at_once(tmp_path: Path, refused: Refused) -> None:
    assert refused(lambda: read_tables(tmp_path)) == ["T106"] * 3
    assert read_tables(tmp_path, required=()).counts() == {}


def test_other_files_of_a_folder(folder: Any, refused: Refused) -> None:
    (folder.path / "README.md").write_text("not a table")
    assert folder.found() == []
    (folder.path / "spell.csv").write_text("")
    (folder.path / "Lines.CSV").write_text("")
    (folder.path / "claims.CSV").write_text("")
    assert refused(folder.read) == ["T107"] * 3
    with pytest.raises(ProblemError, match="nearest: spells"):
        folder.read()


def test_one_table_in_two_formats(folder: Any, refused: Refused) -> None:
    (folder.path / "claims.jsonl").write_text("")
    assert refused(folder.read) == ["T105"]
    assert refused(lambda: write_table(folder.path, "lines", [])) == ["T105"]


def test_every_faulty_file_is_named(folder: Any, refused: Refused) -> None:
    (folder.path / "claims.csv").write_text("claim_id,name,claim_id\n")
    (folder.path / "persons.csv").write_bytes(b"")
    codes = refused(folder.read)
    assert sorted(set(codes)) == ["T108", "T109", "T110", "T112"]
    assert codes.count("T110") == 5


def test_a_national_field_name_is_answered_with_our_column(folder: Any) -> None:
    (folder.path / "persons.csv").write_text("psn_no\nP1\n")
    with pytest.raises(ProblemError, match="no column “psn_no”; nearest: person_id"):
        folder.read()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("person_id,household_id\nP1,张三\n".encode("gb18030"), "T104"),
        ("person_id,sex\nP1,女\n".encode("utf-16"), "T103"),
        (b"person_id\nP1\n\xe9\x00", "T103"),
        (b'person_id\n"P1\n', "T111"),
        (b'person_id\n"P1"x\n', "T111"),
        (b"person_id\n" + b"x" * 200_000, "T111"),
        (b"\n", "T112"),
    ],
)
def test_text_that_is_none(folder: Any, refused: Refused, data: bytes, code: str) -> None:
    (folder.path / "persons.csv").write_bytes(data)
    assert refused(folder.read) == [code]


def test_the_line_of_a_wrong_character_is_named(folder: Any) -> None:
    (folder.path / "persons.csv").write_bytes(b"person_id\nP1\nP\xb2\xce\n")
    with pytest.raises(ProblemError, match="line 3"):
        folder.read()


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(folder: Any) -> None:
    for name in ("persons", "claims"):
        path = folder.path / f"{name}.csv"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert folder.found() == []


def test_rows_of_another_length(folder: Any) -> None:
    path = folder.path / "persons.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\nP3,H3\n", encoding="utf-8")
    tables = folder.read()
    assert folder.found() == [("persons", 4, None, "T120")]
    assert tables.rejects[0]["value"] == "P3,H3"


def test_json_lines(folder: Any) -> None:
    (folder.path / "persons.csv").unlink()
    lines = [
        '{"person_id": "P1", "facts": {"a": "b"}}',
        "",
        '{"person_id": "P2"}',
        "[]",
        "{",
        '{"person_id": "P3", "person_id": "P4"}',
        '{"person_id": "P5", "nmae": "x"}',
        '{"person_id": 6}',
        '{"person_id": "' + "9" * 5 + '", "facts": {"a": ' + "9" * 5000 + "}}",
        "[" * 100_000,
        '{"household_id": "\\ud800"}',
    ]
    (folder.path / "persons.jsonl").write_text("\r\n".join(lines), encoding="utf-8")
    assert folder.found() == [
        ("persons", 4, None, "T121"),
        ("persons", 5, None, "T121"),
        ("persons", 6, None, "T121"),
        ("persons", 7, "nmae", "T108"),
        ("persons", 8, "person_id", "T137"),
        ("persons", 9, None, "T121"),
        ("persons", 10, None, "T121"),
        ("persons", 11, "person_id", "T122"),
        ("persons", 11, "household_id", "T136"),
    ]


def parquet(folder: Any, name: str, **columns: Any) -> None:
    (folder.path / f"{name}.csv").unlink()
    pq.write_table(pa.table(columns), folder.path / f"{name}.parquet")


def test_parquet_of_other_writers(folder: Any) -> None:
    """Dictionaries, large strings, midnight timestamps and nanoseconds are what other tools write."""
    parquet(
        folder,
        "persons",
        person_id=pa.array(["P1", "P2"]).dictionary_encode(),
        household_id=pa.array(["H1", "H1"], pa.large_string()),
        birth_date=pa.array([0, None], pa.timestamp("ns")),
    )
    assert folder.found() == []


def test_floats_in_parquet_reject_their_rows(folder: Any) -> None:
    accounts = {"account_id": ["A1", "A2", "A3"], "person_id": ["P2"] * 3, "kind": ["x"] * 3}
    as_of = pa.array([19000] * 3, pa.int32()).cast(pa.date32())
    parquet(folder, "accounts", **accounts, as_of=as_of, balance=[1.0, float("nan"), float("inf")])
    assert folder.found()[:3] == [
        ("accounts", 1, "balance", "T128"),
        ("accounts", 2, "balance", "T129"),
        ("accounts", 3, "balance", "T129"),
    ]


def test_parquet_with_wrong_columns(folder: Any, refused: Refused) -> None:
    parquet(folder, "persons", person=["P1"])
    assert refused(folder.read) == ["T108", "T110"]


def test_parquet_that_is_none(folder: Any, refused: Refused) -> None:
    (folder.path / "persons.csv").unlink()
    (folder.path / "persons.parquet").write_bytes(b"PAR1")
    assert refused(folder.read) == ["T102"]
    (folder.path / "persons.parquet").unlink()
    (folder.path / "persons.parquet").mkdir()
    assert refused(folder.read) == ["T102"]


def test_times_that_cannot_be_held(folder: Any) -> None:
    parquet(folder, "persons", person_id=["P1"], birth_date=pa.array([2**60], pa.timestamp("ms")))
    assert ("T124", 1, "birth_date") in [(p.code, p.place.row, p.place.column) for p in folder.read().problems]


def test_a_zone_that_nobody_knows(folder: Any, refused: Refused) -> None:
    parquet(folder, "persons", person_id=["P1"], birth_date=pa.array([0], pa.timestamp("ms", "Nowhere/At_All")))
    assert refused(folder.read) == ["T102"]


def test_a_file_that_may_not_be_opened(folder: Any, refused: Refused) -> None:
    path = folder.path / "persons.csv"
    path.unlink()
    os.symlink(folder.path / "nowhere", path)
    assert refused(folder.read) == ["T102"]
