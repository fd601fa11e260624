"""A cleared year in a folder: counted again it is equal; what was changed is found, by table, row and column."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from tests.engines.payment.stage import drawn, ninghe, year
from tongchou.engines.payment import clear
from tongchou.engines.payment.folder import Kept, publish, read, write
from tongchou.engines.payment.results import tables
from tongchou.engines.payment.tables import Year, exacts, ints
from tongchou.engines.payment.verify import differences, verify, what_if
from tongchou.ground.errors import ProblemError


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    given = year(drawn(11))
    write(clear(ninghe(), given), given, folder)
    return folder


@pytest.fixture(scope="module")
def hospitals(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish(read(city), folder)
    return folder


@pytest.mark.parametrize("name", ["../elsewhere", "..", "a/b", "a\\b"])
def test_an_institution_that_can_be_no_folder(tmp_path: Path, name: str) -> None:
    tables_ = drawn(1, 20)
    tables_["institutions"].append({**tables_["institutions"][0], "institution": name})
    given = year(tables_)
    write(clear(ninghe(), given), given, tmp_path / "city")
    with pytest.raises(ProblemError, match="Y404"):
        publish(read(tmp_path / "city"), tmp_path / "out" / "published")
    assert not (tmp_path / "out").exists()


def test_the_city_is_equal(city: Path) -> None:
    proof = verify(read(city))
    assert (proof.equal, proof.differences, proof.stale) == (True, [], ())


@pytest.mark.parametrize("name", ["丰乡医院", "丰乡卫生院", *(f"医院{n}" for n in range(6))])
def test_every_hospital_is_equal_and_has_nothing_of_others(hospitals: Path, name: str) -> None:
    kept = read(hospitals / name)
    proof = verify(kept)
    assert proof.equal, proof
    assert proof.rows > 0
    assert set(kept.year.records["institution"].to_pylist()) == {name}
    assert set(kept.published["cases"]["institution"].to_pylist()) == {name}
    for table in ("prepaid", "deposits", "deductions", "assessments", "signed", "institutions"):
        assert set(kept.year.others[table]["institution"].to_pylist()) <= {name}


def test_all_have_the_same_public_tables_and_rules(city: Path, hospitals: Path) -> None:
    for folder in hospitals.iterdir():
        assert (folder / "rules.json").read_bytes() == (city / "rules.json").read_bytes()
        for name in ("cells", "pools", "balances", "standards"):
            assert (folder / "public" / f"{name}.csv").read_bytes() == (city / "public" / f"{name}.csv").read_bytes()


def copied(folder: Path, to: Path) -> Path:
    for file in folder.rglob("*"):
        if file.is_file():
            (to / file.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (to / file.relative_to(folder)).write_bytes(file.read_bytes())
    return to


def test_a_changed_line_is_found(hospitals: Path, tmp_path: Path) -> None:
    folder = copied(hospitals / "医院2", tmp_path / "h")
    file = folder / "results" / "lines.csv"
    found = pv.read_csv(file)
    payable = [found["payable"][0].as_py() + 1, *found["payable"].to_pylist()[1:]]
    pv.write_csv(found.set_column(found.column_names.index("payable"), "payable", pa.array(payable)), file)
    proof = verify(read(folder))
    assert [(d.table, d.column) for d in proof.differences] == [("lines", "payable")]
    assert int(proof.differences[0].before) == int(proof.differences[0].after) + 1
    assert proof.stale == ("results/lines.csv",)
    assert not proof.equal


def test_a_changed_case_is_found_by_its_number(hospitals: Path, tmp_path: Path) -> None:
    folder = copied(hospitals / "医院2", tmp_path / "h")
    file = folder / "results" / "cases.parquet"
    found = pq.read_table(file)
    row = found["path"].to_pylist().index("normal")
    worth = found["worth"].to_pylist()
    worth[row] += 100
    pq.write_table(found.set_column(found.column_names.index("worth"), "worth", pa.array(worth)), file)
    (one,) = verify(read(folder)).differences
    assert (one.table, one.row, one.column) == ("cases", found["settlement_id"][row].as_py(), "worth")


def test_changed_records_give_other_results(hospitals: Path, tmp_path: Path) -> None:
    folder = copied(hospitals / "医院2", tmp_path / "h")
    file = folder / "data" / "records.parquet"
    found = pq.read_table(file)
    points = exacts(2 * ints(found["base_points"]))
    pq.write_table(found.set_column(found.column_names.index("base_points"), "base_points", points), file)
    proof = verify(read(folder))
    assert {d.table for d in proof.differences} >= {"cases", "lines", "cells", "pools"}


def test_changed_rules_are_not_read(hospitals: Path, tmp_path: Path) -> None:
    folder = copied(hospitals / "医院2", tmp_path / "h")
    said = json.loads((folder / "rules.json").read_text("utf-8"))
    for provision in said["provisions"]:
        if provision["address"] == "path.qy":
            provision["value"]["loss"] = "0%"
    (folder / "rules.json").write_text(json.dumps(said), "utf-8")
    with pytest.raises(ProblemError, match="Y107"):
        read(folder)


def test_a_folder_of_something_else_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="Y401"):
        read(tmp_path)


def test_what_if_changes_own_figures_and_the_price(hospitals: Path) -> None:
    kept = read(hospitals / "医院1")
    (case,) = [c for c in kept.published["cases"].to_pylist() if c["path"] == "normal"][:1]
    name = case["settlement_id"]
    cleared, found = what_if(kept, [f"{name}.base_points=9999.5", f"{name}.group=X"])
    assert {(d.table, d.column) for d in found} >= {("lines", "standard"), ("pools", "price"), ("cases", "points")}
    assert {d.row.split()[-1] for d in found if d.table == "lines"} == {"医院1"}
    # Everybody else's points are those that were published.
    before = {
        row["institution"]: row["points"]
        for row in kept.published["cells"].to_pylist()
        if row["scheme"] == case["scheme"]
    }
    after = {
        cell[2]: one.points for cell, one in cleared.aggregates["inpatient", "dip"].items() if cell[1] == case["scheme"]
    }
    assert {n for n in before if before[n] != after[n]} == {"医院1"}


def test_nothing_changed_is_nothing_different(hospitals: Path) -> None:
    kept = read(hospitals / "医院1")
    name = kept.year.records["settlement_id"][0].as_py()
    days = kept.year.records["days"][0].as_py()
    assert what_if(kept, [f"{name}.days={days}"])[1] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [("S.days", "Y403"), ("days=3", "Y403"), ("S.colour=3", "Y403"), ("S.settlement_id=T", "Y403"),
     ("NOBODY.days=3", "Y402"), ("{}.days=many", "Y203")],
)  # fmt: skip
def test_a_change_must_be_readable(hospitals: Path, change: str, code: str) -> None:
    kept = read(hospitals / "医院1")
    with pytest.raises(ProblemError, match=code):
        what_if(kept, [change.format(kept.year.records["settlement_id"][0].as_py())])


def test_clearing_again_is_idempotent_and_a_late_list_is_shown(city: Path, tmp_path: Path) -> None:
    kept = read(city)
    first = tables(kept.again())
    assert [d for name in first for d in differences(name, first[name], tables(kept.again())[name])] == []
    given = drawn(11)
    late = next(
        s for s in given["settlements"] if s["list_on"] is None and s["setting"] == "inpatient" and not s["reversed"]
    )
    late["list_on"] = late["discharged_on"]
    made = write(clear(ninghe(), year(given)), year(given), tmp_path / "again")
    found = differences("cases", kept.published["cases"], made["cases"])
    assert (late["settlement_id"], "reason", "no_list", "") in [(d.row, d.column, d.before, d.after) for d in found]


def test_a_row_that_is_missing_is_told(city: Path) -> None:
    lines = read(city).published["lines"]
    (one,) = differences("lines", lines, lines.slice(1))
    assert (one.column, one.after) == ("", "—")
    (other,) = differences("lines", lines.slice(1), lines)
    assert (other.column, other.before) == ("", "—")


def test_a_kept_year_is_a_year(city: Path) -> None:
    kept = read(city)
    assert isinstance(kept, Kept)
    assert isinstance(kept.year, Year)
    assert kept.public is None
