"""`tongchou clear verify` finds what was changed in a published folder, also where the list of hashes was made anew."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.payment.stage import RULES, drawn, write
from tongchou.engines.payment import clear, load_rules, read_tables
from tongchou.engines.payment.folder import LIST, publish, read
from tongchou.engines.payment.folder import write as write_city
from tongchou.engines.payment.verify import verify
from tongchou.ground.errors import ProblemError

CASES, LINES, RECORDS = "results/cases.parquet", "results/lines.csv", "data/records.parquet"
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole city, and one hospital of it."""
    at = tmp_path_factory.mktemp("tampered")
    year = read_tables(write(at / "data", drawn(11)))
    write_city(clear(load_rules(RULES), year), year, at / "city")
    publish(read(at / "city"), at / "published", "医院1")
    return {"city": at / "city", "hospital": at / "published" / "医院1"}


def rows(file: str, change: Callable[[list[str]], Any]) -> Change:
    """A change to the rows of a CSV file, its head among them."""

    def go(folder: Path) -> None:
        found = (folder / file).read_text("utf-8").splitlines()
        change(found)
        (folder / file).write_text("\n".join([*found, ""]), "utf-8")

    return go


def table(file: str, change: Callable[[pa.Table], pa.Table]) -> Change:
    return lambda folder: pq.write_table(change(pq.read_table(folder / file)), folder / file)


def listed(change: Callable[[Any], Any]) -> Change:
    def go(folder: Path) -> None:
        said = json.loads((folder / LIST).read_text("utf-8"))
        change(said)
        (folder / LIST).write_text(json.dumps(said), "utf-8")

    return go


def one_fen_more(column: str, at: int = 0) -> Callable[[pa.Table], pa.Table]:
    def change(found: pa.Table) -> pa.Table:
        values = found[column].to_pylist()
        values[at] += 1
        return found.set_column(found.column_names.index(column), column, pa.array(values, pa.int64()))

    return change


def rehashed(folder: Path) -> None:
    """The list made anew over what lies there, as somebody would who wants to hide a change."""

    def again(said: Any) -> None:
        for name in said["files"]:
            if (folder / name).is_file():
                said["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()

    listed(again)(folder)


def found(folder: Path) -> str:
    """`equal`, `different`, or the code of the refusal."""
    try:
        return "equal" if verify(read(folder)).equal else "different"
    except ProblemError as error:
        return error.problems[0].code


def twice(found: pa.Table) -> pa.Table:
    return pa.concat_tables([found, found.slice(0, 1)])


CHANGES: dict[str, Change] = {
    "a fen of a line": rows(LINES, lambda lines: lines.__setitem__(1, lines[1].rsplit(",", 1)[0] + ",7")),
    "a line removed": rows(LINES, lambda lines: lines.pop(1)),
    "a line twice": rows(LINES, lambda lines: lines.append(lines[1])),
    "a column too many": rows(LINES, lambda lines: lines.__setitem__(slice(None), [one + ",1" for one in lines])),
    "a column called otherwise": rows(LINES, lambda lines: lines.__setitem__(0, lines[0].replace("due", "duty"))),
    "a key called otherwise": rows(LINES, lambda lines: lines.__setitem__(0, lines[0].replace("scheme", "theme"))),
    "a case's worth": table(CASES, one_fen_more("worth")),
    "a case removed": table(CASES, lambda cases: cases.slice(1)),
    "a case twice": table(CASES, twice),
    "a settlement's fee": table(RECORDS, one_fen_more("total_fee")),
    "a settlement removed": table(RECORDS, lambda records: records.slice(1)),
    "a settlement twice": table(RECORDS, twice),
    "a public cell twice": rows("public/cells.csv", lambda cells: cells.append(cells[1])),
    "a public cell removed": rows("public/cells.csv", lambda cells: cells.pop()),
    "a price": rows("public/pools.csv", lambda pools: pools.__setitem__(1, pools[1].replace("0", "1", 1))),
    "the list's rules": listed(lambda said: said.update(rules="0" * 16)),
    "the list's year": listed(lambda said: said.update(year=1999)),
    "a file not listed": listed(lambda said: said["files"].pop("public/cells.csv")),
    "a file elsewhere": listed(lambda said: said["files"].update({"../../data/budget.csv": "0"})),
}


@pytest.mark.parametrize("whose", ["city", "hospital"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_found(folders: dict[str, Path], tmp_path: Path, name: str, whose: str) -> None:
    for hide in (False, True):
        folder = Path(shutil.copytree(folders[whose], tmp_path / str(hide)))
        CHANGES[name](folder)
        if hide:
            rehashed(folder)
        assert found(folder) in ("different", "Y209"), (name, whose, hide)


def test_a_folder_as_it_was_written_is_equal(folders: dict[str, Path]) -> None:
    assert {name: found(folder) for name, folder in folders.items()} == {"city": "equal", "hospital": "equal"}


def test_what_a_city_sees_for_itself_is_counted_again(folders: dict[str, Path], tmp_path: Path) -> None:
    """Who came back and how many cases a group has is published for hospitals; a city's own folder counts them."""
    folder = Path(shutil.copytree(folders["city"], tmp_path / "city"))
    table(RECORDS, lambda records: records.set_column(
        records.column_names.index("group_cases"), "group_cases", pa.array([1] * len(records), pa.int64())
    ))(folder)  # fmt: skip
    rehashed(folder)
    assert found(folder) == "equal"  # what stands there is not what is cleared by


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: (folder / LIST).write_text("[]"), "Y401"),
        (listed(lambda said: said.update(files=["rules.json"])), "Y401"),
        (table(RECORDS, lambda records: records.drop_columns(["fund"])), "Y202"),
        (table(RECORDS, lambda records: records.drop_columns(["readmitted"])), "Y202"),
        (lambda folder: (folder / RECORDS).write_bytes(b"nothing"), "Y209"),
        (lambda folder: (folder / "rules.json").write_text("{}"), "Y108"),
        (lambda folder: (folder / "rules.json").write_text('{"hash": "0", "provisions": [{"address": 1}]}'), "Y108"),
        (lambda folder: (folder / "rules.json").write_text("{"), "Y401"),
    ],
)
def test_what_cannot_be_counted_is_refused(folders: dict[str, Path], tmp_path: Path, change: Change, code: str) -> None:
    folder = Path(shutil.copytree(folders["hospital"], tmp_path / "hospital"))
    change(folder)
    rehashed(folder) if code.startswith("Y2") else None
    assert found(folder) == code
