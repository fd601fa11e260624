"""`tongchou drg weights`: from discharges and their groups to a table that the scheme reads."""

import csv
import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.engines.dip.stage import case, table_of
from tests.engines.grouping.stage import NINGHE
from tests.faces.cli.desk import Desk


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Three years of lungs, some with a complication, and hearts; one discharge has no fee."""
    chance = random.Random(3)
    rows, records = [], ["index,sex,age,dx,los"]
    for number in range(90):
        dx, others = chance.choice([("J18.900", []), ("J15.900", ["E11.900"]), ("I50.000", [])])
        fee = 0 if number == 89 else 500_000 + chance.randrange(400_000)
        rows.append(case(number, dx, fee=fee, other_diagnoses=others, year=2024 + number % 3))
        records.append(f"d{number},1,50,{'|'.join([dx, *others])},5")
    pq.write_table(table_of(rows), tmp_path / "discharges.parquet")
    (tmp_path / "records.csv").write_text("\n".join([*records, ""]), "utf-8")
    return tmp_path


def asked(folder: Path, *more: object) -> list[object]:
    return [
        "drg", "weights", NINGHE, "--discharges", folder / "discharges.parquet", "--groups", folder / "groups.csv",
        "--out", folder / "out", *more,
    ]  # fmt: skip


def test_weights_are_measured_and_read(desk: Desk, cases: Path) -> None:
    assert desk("group", NINGHE, "--records", cases / "records.csv", "--out", cases / "groups.csv").code == 0
    answer = desk(*asked(cases, "--json"))
    assert answer.code == 1  # the one without a fee is told
    told = answer.json()
    assert (told["rows"], told["faulty"], told["cases"]["grouped"]) == (90, 1, 89)
    rows = list(csv.DictReader((cases / "out" / "drg_weight.csv").read_text("utf-8").splitlines()))
    weights = {row["drg"]: float(row["weight"]) for row in rows}
    assert {"ES13", "ES15", "FR15"} <= set(weights)
    assert abs(float(told["summed"]["weights"]) - told["summed"]["cases"]) < 0.01
    again = desk("--lang", "en", *asked(cases))
    assert (again.code, "replaces earlier weights" in again.err) == (2, True)
    assert "groups weighed" in desk("--lang", "en", *asked(cases, "--force")).out


def test_what_leaves_nothing_to_weigh(desk: Desk, cases: Path) -> None:
    """No case in the year by which the weights are scaled; a column twice; nothing but faulty rows."""
    desk("group", NINGHE, "--records", cases / "records.csv", "--out", cases / "groups.csv")
    whole = pq.read_table(cases / "discharges.parquet")
    early = whole.filter(pa.compute.less(whole["discharged_on"], pa.scalar(date(2026, 1, 1))))
    pq.write_table(early, cases / "discharges.parquet")
    answer = desk(*asked(cases))
    assert (answer.code, "D325" in answer.err, "（2026）" in answer.err) == (3, True, True)
    wrong = whole.set_column(whole.column_names.index("total_fee"), "total_fee", [[-1] * len(whole)])
    pq.write_table(wrong, cases / "discharges.parquet")
    assert "row 1 column total_fee: D322" in desk(*asked(cases)).err
    (cases / "groups.csv").write_text("index,status,drg,drg\n1,x,ES11,ES11\n", "utf-8")
    assert "D207" in desk(*asked(cases)).err
    assert not (cases / "out").exists()


def test_what_is_no_table_of_groups(desk: Desk, cases: Path) -> None:
    (cases / "groups.csv").write_text("index,status\n1,x\n", "utf-8")
    answer = desk(*asked(cases))
    assert (answer.code, "D201" in answer.err) == (3, True)
    pq.write_table(pa.table({"index": pa.array([], pa.string())}), cases / "groups.csv")
    assert desk(*asked(cases)).code == 3
    none = {name: pa.array([], pa.string()) for name in ("index", "status", "drg")}
    pq.write_table(pa.table(none), cases / "groups.parquet")
    empty = [word if word != cases / "groups.csv" else cases / "groups.parquet" for word in asked(cases)]
    answer = desk(*empty)
    assert (answer.code, "D325" in answer.err) == (3, True)
    (cases / "out").mkdir()
    (cases / "out" / "mine.txt").write_text("x", "utf-8")
    assert desk(*asked(cases, "--force")).code == 2
