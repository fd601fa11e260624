"""A year poured into a lake: every row once, households whole, claims in the order in which they settle."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.lake.small import Row, all_rows, claim, drawn, line, loose, person, table, write
from tongchou.engines.benefits.from_tables import _buckets
from tongchou.engines.lake import Lake, open_lake, open_source, pour, spreading
from tongchou.engines.lake import pouring as module
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import read_tables

BASES = ("admission", "discharge", "settlement")
seeds = st.integers(0, 10**9)


def poured(folder: Path, tables: dict[str, Any], basis: str = "discharge", buckets: int | None = 3) -> Lake:
    return pour(write(folder / "data", tables), folder / "lake", basis, buckets)


def roots(tables: dict[str, list[Row]]) -> dict[str, str]:
    """Person → what their household is called, as settling without a lake has it; names that are missing are nobody."""
    named = {
        name: [
            row if row["household_id"] else {**row, "household_id": None} for row in tables[name] if row["person_id"]
        ]
        for name in ("persons", "households")
    }
    return _buckets(named["persons"], named["households"])


@settings(max_examples=25)
@given(seeds, st.sampled_from(BASES))
def test_every_row_is_there_once_and_as_it_was(seed: int, basis: str) -> None:
    tables = drawn(seed)
    with TemporaryDirectory() as folder:
        lake = poured(Path(folder), tables, basis)
        assert lake.rows == {name: len(rows) for name, rows in tables.items()}
        for name, rows in tables.items():
            found = sorted((row for _, row in all_rows(lake, name)), key=lambda row: row["_row"])
            assert [row.pop("_row") for row in found] == list(range(1, len(rows) + 1))
            assert found == table(name, rows).to_pylist()


@settings(max_examples=25)
@given(seeds)
def test_households_are_never_split(seed: int) -> None:
    tables = drawn(seed)
    root = roots(tables)
    with TemporaryDirectory() as folder:
        lake = poured(Path(folder), tables, buckets=5)
        where: dict[str, set[int]] = {}
        of_claim: dict[str, set[int]] = {}
        for name in tables:
            for bucket, row in all_rows(lake, name):
                if row.get("person_id"):
                    where.setdefault(root.get(row["person_id"], row["person_id"]), set()).add(bucket)
                if row.get("claim_id"):
                    of_claim.setdefault(row["claim_id"], set()).add(bucket)
    assert {len(buckets) for buckets in where.values()} == {1}
    assert {len(buckets) for buckets in of_claim.values()} == {1}


def keys(rows: list[Row], root: dict[str, str], basis: str) -> Iterator[tuple[Any, ...]]:
    """What claims are ordered by, worked out one by one."""
    for row in rows:
        discharged = row["discharged_on"] or row["admitted_on"]
        settled = row["settled_at"].date() if row["settled_at"] else discharged
        day = {"admission": row["admitted_on"], "discharge": discharged, "settlement": settled}[basis]
        at = row["settled_at"] or datetime.combine(settled, time())
        home = root.get(row["person_id"] or "", row["person_id"] or "")
        yield home, day, at, row["claim_id"] is not None, row["claim_id"] or "", row["_row"]


@settings(max_examples=25)
@given(seeds, st.sampled_from(BASES))
def test_claims_stand_in_the_order_in_which_they_settle_and_lines_by_claim(seed: int, basis: str) -> None:
    tables = drawn(seed, careless=0)
    root = roots(tables)
    with TemporaryDirectory() as folder:
        lake = poured(Path(folder), tables, basis, buckets=2)
        for bucket in lake:
            parts = {name: part.to_pylist() for name, part in lake.tables(bucket).items()}
            found = list(keys(parts["claims"], root, basis))
            assert found == sorted(found)
            places = {row["claim_id"]: n for n, row in enumerate(parts["claims"])}
            lines = [(places[row["claim_id"]], row["_row"]) for row in parts["lines"]]
            assert lines == sorted(lines)
            for name in ("persons", "households", "spells", "accounts"):
                people = [(root.get(r["person_id"], r["person_id"]), r["person_id"], r["_row"]) for r in parts[name]]
                assert people == sorted(people)


@settings(max_examples=25)
@given(seeds)
def test_a_bucket_by_itself_is_judged_as_in_the_year_as_a_whole(seed: int) -> None:
    tables = drawn(seed, careless=0.15)
    with TemporaryDirectory() as folder:
        lake = poured(Path(folder), tables, buckets=4)
        whole = read_tables(Path(folder, "data"))
        found, sound = [], []
        for bucket in lake:
            # In the order of the file, for of rows with one name it is the first that the others are held against.
            parts = {name: part.sort_by("_row") for name, part in lake.tables(bucket).items()}
            rows = {name: part["_row"].to_pylist() for name, part in parts.items()}
            part = write(Path(folder, str(bucket)), {name: part.drop_columns("_row") for name, part in parts.items()})
            read = read_tables(part)
            found += [(p.place.table, rows[str(p.place.table)][(p.place.row or 0) - 1], p.code) for p in read.problems]
            sound += [(name, rows[name][row["_row"] - 1]) for name, some in read.rows.items() for row in some]
    expected = [(problem.place.table, problem.place.row, problem.code) for problem in whole.problems]
    assert sorted(found) == sorted(expected)
    assert sorted(sound) == sorted((name, row["_row"]) for name, some in whole.rows.items() for row in some)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@settings(max_examples=10)
@given(seeds)
def test_the_same_files_give_the_same_lake(seed: int) -> None:
    with TemporaryDirectory() as folder:
        data = write(Path(folder, "data"), drawn(seed))
        for name in ("one", "other"):
            pour(data, Path(folder, name), "discharge", 3)
        assert contents(Path(folder, "one")) == contents(Path(folder, "other"))


@settings(max_examples=20)
@given(seeds)
def test_the_order_of_the_source_changes_nothing_but_the_numbers_of_its_rows(seed: int) -> None:
    tables = drawn(seed, careless=0)
    mixed = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in tables.items()}
    with TemporaryDirectory() as folder:
        one, other = poured(Path(folder, "one"), tables), poured(Path(folder, "other"), mixed)
        for name in ("persons", "claims"):
            found = [[(bucket, {**row, "_row": 0}) for bucket, row in all_rows(lake, name)] for lake in (one, other)]
            assert found[0] == found[1]


def test_small_batches_and_many_buckets_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write(tmp_path / "data", drawn(5, people=40, claims=200))
    pour(data, tmp_path / "one", "discharge", 3)
    monkeypatch.setattr(spreading, "BATCH", 7)
    monkeypatch.setattr(spreading, "_EACH", 1)
    pour(data, tmp_path / "other", "discharge", 3)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")
    assert len(list(pour(data, tmp_path / "many", "discharge", 40))) == 40


def test_rows_that_name_nobody_are_spread(tmp_path: Path) -> None:
    claims = [claim(None if n % 2 else "", None) for n in range(200)]
    lake = poured(tmp_path, {"persons": [], "claims": claims, "lines": [line(None, None)] * 200}, buckets=4)
    for name in ("claims", "lines"):
        assert min(lake.manifest.rows[name]) > 25


def test_names_of_another_type_are_nobodys_and_keep_their_type(tmp_path: Path) -> None:
    numbers = pa.array([3, 1, 2])
    claims = table("claims", [claim(f"C{n}", None, 5 - n) for n in (1, 2, 3)]).set_column(1, "person_id", numbers)
    lines = table("lines", [line(f"L{n}", None) for n in (1, 2, 3)]).set_column(1, "claim_id", numbers)
    lake = poured(tmp_path, {"persons": [person("P1")], "claims": claims, "lines": lines}, buckets=1)
    parts = lake.tables(0)
    assert parts["claims"]["person_id"].to_pylist() == [2, 1, 3]  # by day, for they are of nobody
    assert parts["lines"]["claim_id"].to_pylist() == [3, 1, 2]
    assert {parts["claims"]["person_id"].type, parts["lines"]["claim_id"].type} == {pa.int64()}
    assert lake.manifest.columns["claims"]["person_id"] == "int64"
    assert lake.manifest.columns["claims"]["_row"] == "int64"


def test_a_dictionary_is_a_way_of_storing(tmp_path: Path) -> None:
    word = pa.dictionary(pa.int32(), pa.string())
    claims = table("claims", [claim("C1", "P1", diseases=["甲"], facts=[("a", "b")])])
    for name, kind in (("kind", word), ("diseases", pa.list_(word)), ("facts", pa.map_(pa.string(), word))):
        claims = claims.set_column(claims.column_names.index(name), name, claims[name].cast(kind))
    odd = {"given": pa.array([{"a": "x"}], pa.struct({"a": word})), "referral": pa.array([["y"]], pa.large_list(word))}
    for name, column in odd.items():
        claims = claims.set_column(claims.column_names.index(name), name, column)
    lake = poured(tmp_path, {"persons": [person("P1")], "claims": claims, "lines": [line("L1", "C1")]}, buckets=1)
    found = lake.tables(0)["claims"]
    assert pa.types.is_dictionary(found.schema.field("kind").type)  # as every column of words, however it was stored
    assert not any("dictionary" in str(found.schema.field(name).type) for name in ("diseases", "facts", *odd))
    (row,) = found.to_pylist()
    assert (row["kind"], row["diseases"], row["facts"]) == ("门诊", ["甲"], [("a", "b")])
    assert (row["given"], row["referral"]) == ({"a": "x"}, ["y"])


def test_tables_of_nobodys_household_are_copied(tmp_path: Path) -> None:
    rejects = [{"table": "claims", "row": 1, "code": "T122", "message_zh": "空", "message_en": "empty"}]
    sound = {"persons": [person("P1")], "claims": [claim("C1", "P1")], "lines": [line("L1", "C1")]}
    lake = poured(tmp_path, {**sound, "rejects": rejects})
    assert (lake.manifest.whole, lake.rows["rejects"]) == (["rejects"], 1)
    assert pq.read_table(lake.path / "rejects.parquet").equals(table("rejects", rejects))
    assert "rejects" not in lake.tables(0)
    assert open_lake(lake.path) == lake


def test_what_names_a_claim_and_a_person_goes_with_the_claim_when_it_is_there(tmp_path: Path) -> None:
    people = [person(f"P{n}") for n in range(40)]
    day = date(2024, 1, 1)
    discharges = [
        {"discharge_id": "D1", "claim_id": "C1", "person_id": "P1", "provider_id": "F", "discharged_on": day},
        {"discharge_id": "D2", "claim_id": "C?", "person_id": "P2", "provider_id": "F", "discharged_on": day},
        {"discharge_id": "D3", "claim_id": None, "person_id": "P3", "provider_id": "F", "discharged_on": day},
        {"discharge_id": "D4", "claim_id": "C?", "person_id": None, "provider_id": "F", "discharged_on": day},
    ]
    lines = [line("L1", "C1"), line("L2", "C?")]
    tables = {"persons": people, "claims": [claim("C1", "P9")], "lines": lines, "discharges": discharges}
    lake = poured(tmp_path, tables, buckets=50)
    at = {row["person_id"]: bucket for bucket, row in all_rows(lake, "persons")}
    found = {row["discharge_id"]: bucket for bucket, row in all_rows(lake, "discharges")}
    of_lines = {row["line_id"]: bucket for bucket, row in all_rows(lake, "lines")}
    assert (found["D1"], found["D2"], found["D3"]) == (at["P9"], at["P2"], at["P3"])
    assert (of_lines["L1"], of_lines["L2"]) == (at["P9"], found["D4"])


def test_lines_of_one_name_bring_their_households_together(tmp_path: Path) -> None:
    numbers = range(60)
    tables = {
        "persons": [person(f"P{n}") for n in numbers],
        "claims": [claim(f"C{n}", f"P{n}") for n in numbers],
        "lines": [line(f"L{n % 30}", f"C{n}") for n in numbers],
    }
    lake = poured(tmp_path, tables, buckets=40)
    at = {row["claim_id"]: bucket for bucket, row in all_rows(lake, "claims")}
    assert all(at[f"C{n}"] == at[f"C{n + 30}"] for n in range(30))
    assert len(set(at.values())) > 10


def test_nobody_is_no_relative(tmp_path: Path) -> None:
    """A word that stands for nobody ties nobody to nobody."""
    numbers = range(60)
    claims = [claim(f"C{n}", f"P{n}", account_use="relative", account_person_id="0") for n in numbers]
    tables = {"persons": [person(f"P{n}") for n in numbers], "claims": claims, "lines": []}
    assert max(poured(tmp_path, tables, buckets=10).manifest.rows["claims"]) < 30


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    """Only the required columns: no households, no relatives, no times."""
    few = {
        "persons": ["person_id"],
        "claims": ["claim_id", "person_id", "scheme", "kind", "admitted_on", "total_fee"],
        "lines": ["line_id", "claim_id", "amount"],
    }
    rows = {"persons": [person("P1")], "claims": [claim("C2", "P1", 2), claim("C1", "P1", 1)], "lines": []}
    lake = poured(tmp_path, {name: table(name, rows[name]).select(columns) for name, columns in few.items()}, buckets=1)
    assert lake.tables(0)["claims"]["claim_id"].to_pylist() == ["C1", "C2"]
    assert lake.tables(0)["lines"].column_names == [*few["lines"], "_row"]


def test_no_rows_at_all(tmp_path: Path) -> None:
    lake = poured(tmp_path, {"persons": [], "claims": [], "lines": []}, buckets=None)
    assert (lake.buckets, lake.rows) == (1, {"persons": 0, "claims": 0, "lines": 0})
    assert lake.tables(0)["claims"].num_rows == 0


def test_the_number_of_buckets_is_by_the_largest_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "enough", partial(spreading.enough, claims=10, others=20))
    tables = drawn(1, people=30, claims=35, careless=0)
    assert pour(write(tmp_path / "a", tables), tmp_path / "lake", "discharge").buckets == 4
    tables["lines"] += [line(f"L{n}", "C1") for n in range(100, 200)]
    assert pour(write(tmp_path / "b", tables), tmp_path / "other", "discharge").buckets == 7


def test_progress_counts_every_row_three_times(tmp_path: Path) -> None:
    told: list[int] = []
    data = write(tmp_path / "data", drawn(2))
    pour(data, tmp_path / "lake", "discharge", 2, told.append)
    assert told == sorted(told)
    assert told[-1] == 3 * sum(source.rows for source in open_source(data).values())


@pytest.mark.parametrize("buckets", [0, -1, 65537])
def test_a_number_of_buckets_that_cannot_be(tmp_path: Path, buckets: int) -> None:
    with pytest.raises(ValueError, match="buckets"):
        poured(tmp_path, drawn(1), buckets=buckets)


def test_an_unknown_basis(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'fee'"):
        poured(tmp_path, drawn(1), "fee")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_nothing_is_left_of_a_lake_that_was_not_finished(tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done > 40:
            raise KeyboardInterrupt

    data = write(tmp_path / "data", drawn(3))
    with pytest.raises(KeyboardInterrupt):
        pour(data, tmp_path / "lake", "discharge", 2, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "mine").write_text("mine")
    data = write(tmp_path / "data", drawn(3))
    for taken in (tmp_path / "lake", tmp_path / "lake" / "mine"):
        with pytest.raises(FileExistsError):
            pour(data, taken, "discharge")
    assert contents(tmp_path / "lake") == {"mine": b"mine"}


def test_a_lake_has_the_rights_of_any_new_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert poured(tmp_path, drawn(3)).path.stat().st_mode == (tmp_path / "other").stat().st_mode


def codes(error: pytest.ExceptionInfo[ProblemError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_a_source_that_is_none(tmp_path: Path) -> None:
    for data in (tmp_path / "nowhere", write(tmp_path / "data", {"persons": []})):
        with pytest.raises(ProblemError) as error:
            pour(data, tmp_path / "lake", "discharge")
        assert codes(error) == (["T101"] if data.name == "nowhere" else ["T106", "T106"])


def test_every_fault_of_the_files_is_told_at_once(tmp_path: Path) -> None:
    data = write(tmp_path / "data", drawn(1))
    (data / "spells.parquet").write_bytes(b"no table")
    (data / "accounts.parquet").rename(data / "accounts.csv")
    pq.write_table(pq.read_table(data / "lines.parquet").append_column("_row", pa.nulls(30)), data / "lines.parquet")
    with pytest.raises(ProblemError) as error:
        pour(data, tmp_path / "lake", "discharge")
    assert codes(error) == ["T102", "K110", "T108"]
    assert [problem.place.file for problem in error.value.problems] == [
        "spells.parquet",
        "accounts.csv",
        "lines.parquet",
    ]


def test_a_file_that_breaks_off_and_text_that_is_none(tmp_path: Path) -> None:
    data = write(tmp_path / "data", drawn(1, claims=2000))
    whole = (data / "claims.parquet").read_bytes()
    (data / "claims.parquet").write_bytes(whole[:200] + b"\0" * 400 + whole[600:])
    names = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")])
    write(tmp_path / "other", drawn(1) | {"persons": pa.table({"person_id": names})})
    for source in (data, tmp_path / "other"):
        with pytest.raises(ProblemError) as error:
            pour(source, tmp_path / "lake", "discharge")
        assert codes(error) == ["T102"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "other"]


def test_the_loose_schema_is_the_canonical_one() -> None:
    """The tests pour what the canonical schema says, but for cells that may be empty."""
    assert loose("claims").names == [*table("claims", []).schema.names]
