"""Reading a folder: what comes out, and that nothing but a problem ever comes of bad bytes."""

import shutil
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
from tongchou.ground.tables import TABLES, Tables, read_tables, write_sample, write_table
from tongchou.ground.tables.files import FORMATS


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample in each format."""
    out = {"csv": tmp_path_factory.mktemp("csv")}
    write_sample(out["csv"])
    tables = read_tables(out["csv"])
    for form in ("parquet", "jsonl"):
        out[form] = tmp_path_factory.mktemp(form)
        for name in tables.read:
            write_table(out[form], name, tables.rows[name], form)
    return out


def test_values(folder: Any) -> None:
    tables = folder.read()
    assert set(tables.rows) == set(TABLES)
    stay, visit = tables.rows["claims"]
    assert stay["_row"] == 1
    assert set(stay) == {*TABLES["claims"].names, "_row"}
    assert (stay["admitted_on"], stay["settled_at"]) == (
        date(2024, 6, 3),
        datetime.fromisoformat("2024-06-10 10:30:00"),
    )
    assert (stay["total_fee"], stay["given"], stay["diseases"], stay["disease"]) == (500_000, {}, [], None)
    assert visit["diseases"] == ["高血压"]
    refund = tables.rows["lines"][2]
    assert (refund["quantity"], refund["amount"]) == (Decimal("-0.2"), -12_500)
    one, other = tables.rows["claims"]
    assert one["facts"] is not other["facts"]


def test_formats_agree(samples: dict[str, Path]) -> None:
    read = [read_tables(samples[form]) for form in FORMATS]
    assert read[0].rows == read[1].rows == read[2].rows
    assert read[0].problems == []


def test_rejects_can_be_written(folder: Any, tmp_path: Path) -> None:
    folder.set("claims", 2, total_fee="60.00", discharged_on="2024-13-01")
    tables = folder.read()
    assert [(row["table"], row["row"], row["column"], row["code"], row["value"]) for row in tables.rejects] == [
        ("claims", 2, "discharged_on", "T124", "2024-13-01"),
        ("claims", 2, "total_fee", "T126", "60.00"),
        ("lines", 4, "claim_id", "T143", "C2"),
    ]
    for row in tables.rejects:
        assert row["message_zh"]
        assert row["message_en"]
    write_table(tmp_path / "out", "rejects", tables.rejects)
    again = read_tables(tmp_path / "out", required=())
    assert again.rows["rejects"][0]["code"] == "T124"


def test_blanks_around_a_value_can_be_seen(folder: Any, tmp_path: Path) -> None:
    folder.set("persons", 2, person_id=" P2")
    row = folder.read().rejects[0]
    assert (row["code"], row["value"]) == ("T136", "“ P2”")
    write_table(tmp_path / "out", "rejects", [row])


def attempt(folder: Path) -> Tables | ProblemError:
    try:
        return read_tables(folder)
    except ProblemError as error:
        return error


def unharmed(change: Callable[[Path], object], sample: Path) -> None:
    """After any change, reading raises a ProblemError or gives rows and rejects that account for each other."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "data"
        shutil.copytree(sample, folder)
        change(folder)
        tables = attempt(folder)
        if isinstance(tables, ProblemError):
            assert tables.problems
            assert str(tables)
            return
        for table, count in tables.counts().items():
            rejected = {row["row"] for row in tables.rejects if row["table"] == table}
            assert count["rejected"] == len(rejected)
        write_table(folder / "out", "rejects", tables.rejects)


@given(data=st.data(), form=st.sampled_from(FORMATS))
def test_any_bytes(samples: dict[str, Path], data: st.DataObject, form: str) -> None:
    name = data.draw(st.sampled_from(["persons", "spells", "claims", "lines"]))
    content = data.draw(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
    unharmed(lambda folder: (folder / f"{name}.{form}").write_bytes(content), samples[form])


@given(data=st.data(), form=st.sampled_from(FORMATS))
def test_damaged_files(samples: dict[str, Path], data: st.DataObject, form: str) -> None:
    """Truncated anywhere, or a few bytes changed."""
    name = data.draw(st.sampled_from(["persons", "spells", "claims", "lines"]))
    content = bytearray((samples[form] / f"{name}.{form}").read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    unharmed(lambda folder: (folder / f"{name}.{form}").write_bytes(content), samples[form])


CELL = st.text(max_size=8) | st.sampled_from(
    ["", "NaN", "1e5", "-1", "0", "2024-06-05", "9999-12-31", "P1", "C1", "L2", "甲", "[]", "{}", "1.5", str(10**15)]
)


@given(data=st.data())
def test_any_cells(samples: dict[str, Path], data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(["persons", "households", "spells", "entitlements", "accounts", "claims", "lines"])
    )
    changes = data.draw(
        st.lists(st.tuples(st.sampled_from(TABLES[name].names), st.integers(1, 4), CELL), min_size=1, max_size=4)
    )

    def change(path: Path) -> None:
        import csv

        file = path / f"{name}.csv"
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        for column, row, cell in changes:
            if row < len(rows):
                rows[row][rows[0].index(column)] = cell
        with file.open("w", encoding="utf-8", newline="", errors="replace") as text:
            csv.writer(text).writerows(rows)

    unharmed(change, samples["csv"])
