"""The tables of a year: CSV and Parquet alike, and every fault told."""

from pathlib import Path
from typing import Any

import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from tests.engines.payment.stage import Tables, drawn, ninghe, write, year
from tongchou.engines.payment import clear, read_tables
from tongchou.ground.errors import ProblemError


def test_csv_and_parquet_are_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path / "csv", drawn(1, 50))
    other = tmp_path / "parquet"
    other.mkdir()
    for file in folder.iterdir():
        pq.write_table(
            pv.read_csv(file, convert_options=pv.ConvertOptions(strings_can_be_null=False)),
            other / f"{file.stem}.parquet",
        )
    one, two, rows = read_tables(folder), read_tables(other), year(drawn(1, 50))
    for name in one.others:
        assert one.others[name].to_pylist() == two.others[name].to_pylist() == rows.others[name].to_pylist(), name
    assert one.records.to_pylist() == two.records.to_pylist() == rows.records.to_pylist()


def change(tables: Tables, table: str, row: int, **values: Any) -> Tables:
    tables[table][row] = {**tables[table][row], **values}
    return tables


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("settlements", {"total_fee": 7}, "Y206"),
        ("settlements", {"total_fee": "many"}, "Y203"),
        ("settlements", {"total_fee": ""}, "Y207"),
        ("settlements", {"fund": -3}, "Y208"),
        ("settlements", {"fund": 10**13}, "Y208"),
        ("settlements", {"discharged_on": "soon"}, "Y203"),
        ("settlements", {"reversed": "perhaps"}, "Y203"),
        ("settlements", {"settlement_id": "S000001"}, "Y204"),
        ("settlements", {"institution": "nowhere"}, "Y205"),
        ("groups", {"settlement_id": "nothing"}, "Y205"),
        ("groups", {"base_points": "1.23456"}, "Y203"),
        ("groups", {"base_points": "-1"}, "Y208"),
        ("institutions", {"institution": "医院0"}, "Y204"),
        ("prepaid", {"institution": "nowhere"}, "Y205"),
        ("special_cases", {"settlement_id": "nothing"}, "Y205"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, table: str, values: dict[str, Any], code: str) -> None:
    folder = write(tmp_path, change(drawn(1, 50), table, 0, **values))
    with pytest.raises(ProblemError) as caught:
        read_tables(folder)
    assert code in [p.code for p in caught.value.problems]


SAID = {
    "budget": {"scheme": "employee", "amount": 5},
    "assessments": {"institution": "医院0", "score": 90},
    "signed": {
        "institution": "医院0", "scheme": "employee", "package": "家庭医生", "month": "2026-03", "persons": 1
    },
    "quotas": {"institution": "医院0", "scheme": "employee", "method": "quota", "amount": 5},
    "communities": {"community": "县域", "institution": "丰乡医院", "scheme": "employee", "persons": 1},
    "deductions": {"institution": "医院0", "scheme": "employee", "method": "dip", "reason": "稽核", "amount": 5},
    "prepaid": {"institution": "医院0", "scheme": "employee", "method": "dip", "month": "2026-03", "amount": 5},
    "deposits": {"institution": "医院0", "scheme": "employee", "method": "dip", "amount": 5},
}  # fmt: skip


def refused(folder: Path, table: str, *rows: dict[str, Any]) -> set[str]:
    """The codes with which a year is refused that has these rows of a table."""
    try:
        read_tables(write(folder, {**drawn(1, 20), table: [*rows]}))
    except ProblemError as error:
        return {problem.code for problem in error.problems}
    return set()


@pytest.mark.parametrize("table", SAID)
def test_what_is_said_twice(tmp_path: Path, table: str) -> None:
    """Of how things are there is one row; payments and deductions may stand in several."""
    row = SAID[table]
    assert refused(tmp_path / "twice", table, row, row) >= (
        set() if table in ("deductions", "prepaid", "deposits") else {"Y204"}
    )
    assert refused(tmp_path / "once", table, row) <= ({"Y205"} if table == "budget" else set())


@pytest.mark.parametrize("table", [name for name in SAID if name not in ("budget", "assessments")])
def test_what_has_no_budget_or_is_no_method(tmp_path: Path, table: str) -> None:
    assert refused(tmp_path / "scheme", table, SAID[table] | {"scheme": "emploee"}) == {"Y205"}
    if "method" in SAID[table]:
        assert refused(tmp_path / "method", table, SAID[table] | {"method": "dpi"}) == {"Y210"}
    if "month" in SAID[table]:
        assert refused(tmp_path / "month", table, SAID[table] | {"month": "2026-13"}) == {"Y212"}
    if table == "quotas":
        assert refused(tmp_path / "quota", table, SAID[table] | {"method": "dip"}) == {"Y210"}


def test_a_month_may_be_left_out_of_what_was_prepaid(tmp_path: Path) -> None:
    assert refused(tmp_path, "prepaid", SAID["prepaid"] | {"month": ""}) == set()


def test_what_is_deducted_elsewhere(tmp_path: Path) -> None:
    """From no settlement, or from one of another institution."""
    settlements = drawn(1, 20)["settlements"]
    for number, own in (("nothing", "医院0"), (settlements[0]["settlement_id"], "")):
        at = own or next(s["institution"] for s in settlements if s["institution"] != settlements[0]["institution"])
        row = SAID["deductions"] | {"institution": at, "settlement_id": number}
        assert refused(tmp_path / (own or "other"), "deductions", row) == {"Y205"}
    row = SAID["deductions"] | {key: settlements[0][key] for key in ("institution", "scheme", "settlement_id")}
    assert refused(tmp_path / "own", "deductions", row) == set()


def test_words_that_must_be_there_and_columns_that_stand_twice(tmp_path: Path) -> None:
    assert refused(tmp_path / "empty", "deductions", SAID["deductions"] | {"reason": ""}) == {"Y207"}
    folder = write(tmp_path / "twice", drawn(1, 5))
    (folder / "assessments.csv").write_text("institution,score,score\n医院0,90,80\n", "utf-8")
    with pytest.raises(ProblemError, match="Y211"):
        read_tables(folder)


def test_persons_signed_in_another_year(tmp_path: Path) -> None:
    given = read_tables(write(tmp_path, {**drawn(1, 20), "signed": [SAID["signed"] | {"month": "2025-12"}]}))
    with pytest.raises(ProblemError, match="Y213"):
        clear(ninghe(), given)


def test_a_table_that_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="Y201"):
        read_tables(tmp_path)


def test_a_column_that_is_needed(tmp_path: Path) -> None:
    tables = drawn(1, 5)
    tables["budget"] = [{"scheme": "employee"}]
    with pytest.raises(ProblemError, match="Y202"):
        read_tables(write(tmp_path, tables))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    folder = write(tmp_path, drawn(1, 5))
    (folder / "budget.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProblemError, match="Y209"):
        read_tables(folder)


def test_what_the_groupers_wrote_is_taken_as_it_is(tmp_path: Path) -> None:
    tables = drawn(1, 6)
    names = [row["settlement_id"] for row in tables["settlements"]]
    del tables["groups"], tables["special_cases"]
    assigned = [
        {"discharge_id": names[0], "status": "grouped", "group": "J15.9:", "rw": "812.5", "reference_mean": 700000,
         "factor": "1.15", "conduct": "0.97", "kind": "core"},
        {"discharge_id": names[1], "status": "ungrouped", "group": "", "rw": "", "reference_mean": "", "factor": "",
         "conduct": "", "kind": ""},
    ]  # fmt: skip
    grouped = [
        {"index": names[2], "status": "分组成功", "drg": "ES15"},
        {"index": names[3], "status": "分组成功", "drg": "X"},
    ]
    weights = [{"drg": "ES15", "weight": "1.2345", "mean": 650000}]
    folder = write(tmp_path, {**tables, "dip": assigned, "drg": grouped, "drg_weights": weights})
    rows = read_tables(folder).records.to_pylist()
    told = [
        (r["group"], r["status"], str(r["base_points"]), r["reference_mean"], str(r["auxiliary"])) for r in rows[:5]
    ]
    assert told == [
        ("J15.9:", "grouped", "812.5000", 700000, "1.1500"),
        ("", "ungrouped", "0.0000", 0, "1.0000"),
        ("ES15", "分组成功", "1.2345", 650000, "1.0000"),
        ("X", "分组成功", "0.0000", 0, "1.0000"),
        ("", "missing", "0.0000", 0, "1.0000"),
    ]
    assert [str(r["conduct"]) for r in rows[:2]] == ["0.9700", "1.0000"]
    (folder / "drg_weights.csv").unlink()
    with pytest.raises(ProblemError, match="Y201"):
        read_tables(folder)
    (folder / "drg_weights.csv").write_text("drg,weight,mean\nES15,1,5\nES15,2,5\n", "utf-8")
    with pytest.raises(ProblemError, match="Y204"):  # two levels, and nothing says which
        read_tables(folder)
    (folder / "drg_weights.csv").write_text("drg,weight\nES15,1\n", "utf-8")
    with pytest.raises(ProblemError, match="Y202"):
        read_tables(folder)


def test_groups_of_two_kinds_stand_beside_each_other(tmp_path: Path) -> None:
    tables = drawn(1, 6)
    kept = tables["groups"][:2]
    names = [
        row["settlement_id"]
        for row in tables["settlements"]
        if row["settlement_id"] not in {g["settlement_id"] for g in kept}
    ]
    told = {"status": "grouped", "group": "A", "rw": "1", "reference_mean": 1, "factor": "", "conduct": ""}
    assigned = [{"discharge_id": names[0], **told}]
    folder = write(tmp_path, {**tables, "groups": kept, "dip": assigned, "special_cases": []})
    rows = {row["settlement_id"]: row for row in read_tables(folder).records.to_pylist()}
    assert rows[names[0]]["auxiliary_age"] == 0
    assert rows[kept[0]["settlement_id"]]["group"] == kept[0]["group"]
