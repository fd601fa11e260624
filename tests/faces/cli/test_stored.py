"""A stored settlement is explained only when settling it again gives every field of it."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typer

from tests.faces.cli.desk import FILES, sound, write_region, write_tables
from tests.faces.cli.test_settle import mixed
from tongchou.engines.benefits.explain import Explanation, to_text
from tongchou.faces.cli.settle import settle_folder
from tongchou.faces.cli.stored import explain_stored
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import write_table

FORMATS = ("parquet", "csv", "jsonl")
Refused = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_region(write_region(tmp_path_factory.mktemp("region") / "trial"))


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Refused:
    """The exit code and the words with which a run ends that explains nothing."""

    def end(*arguments: Any) -> tuple[int, str]:
        with pytest.raises(typer.Exit) as exit_:
            explain_stored(*arguments)
        out, err = capsys.readouterr()
        assert out == ""
        return exit_.value.exit_code, err

    return end


def settled(pack: Pack, tmp_path: Path, how: str = "parquet", tables: Any = None, **more: Any) -> tuple[Path, Path]:
    """A folder of data and the folder of its results."""
    data = write_tables(tmp_path / "data", tables or sound(), "parquet")
    out = tmp_path / "out"
    out.mkdir()
    settle_folder(pack, data, out, how, **more)
    return data, out


def change(out: Path, name: str, column: str, by: int) -> None:
    """Change a sum of the first row of a table of results in place."""
    path = out / f"{name}.parquet"
    table = pq.read_table(path)
    amounts = table[column].to_pylist()
    at = table.schema.get_field_index(column)
    changed = pa.array([amounts[0] + by, *amounts[1:]], pa.int64())
    pq.write_table(table.set_column(at, table.schema.field(at), changed), path)


@pytest.mark.parametrize("how", FORMATS)
def test_what_is_stored_is_explained(pack: Pack, tmp_path: Path, how: str) -> None:
    data, out = settled(pack, tmp_path, how, mixed())
    told: dict[str, Explanation] = {}
    for name in ("C7", "C1", "C2", "C4", "C5", "C6"):
        told[name] = explain_stored(pack, out, name, data)
        assert told[name].claim_id == name
    assert {name for name, one in told.items() if one.outcome == "refused"} == {"C2"}
    # The second stay of the year finds the deductible paid; the account is that of a relative.
    assert told["C1"].totals["cash"] == 22_000
    assert told["C4"].totals["cash"] == 40_000
    assert "工伤不报" in to_text(told["C2"])


def test_the_summary_may_say_where_the_data_are(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    _, out = settled(pack, tmp_path)
    code, said = refused(pack, out, "C1")
    assert (code, "--data" in said) == (2, True)
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    (out / "summary.json").write_text(json.dumps({**summary, "data": "../data"}), "utf-8")
    assert explain_stored(pack, out, "C1").totals["cash"] == 30_000


def test_what_was_assumed_is_assumed_again(pack: Pack, tmp_path: Path) -> None:
    tables = sound()
    del tables["claims"][0]["place"]
    data, out = settled(pack, tmp_path, tables=tables, assume={"place": "市外"})
    assert explain_stored(pack, out, "C1", data).totals["cash"] == 60_000


@pytest.mark.parametrize(
    ("name", "column", "said"),
    [
        ("settlements", "psn_cash_pay", "settlements psn_cash_pay: 30001 ≠ 30000"),
        ("settlements", "hifp_pay", "settlements hifp_pay: 80001 ≠ 80000"),
        ("settlements", "medfee_sumamt", "settlements medfee_sumamt: 110001 ≠ 110000"),
        ("line_results", "cash", "line_results C1-1 cash: 30001 ≠ 30000"),
    ],
)
def test_one_fen_changed_in_the_results_is_found(
    pack: Pack, tmp_path: Path, refused: Refused, name: str, column: str, said: str
) -> None:
    data, out = settled(pack, tmp_path)
    change(out, name, column, 1)
    code, told = refused(pack, out, "C1", data)
    assert code == 1
    assert told.splitlines()[1:] == [f"  {said}"]
    assert explain_stored(pack, out, "C2", data).outcome == "settled"


def test_a_changed_reason_and_a_changed_layer_are_found(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path, "csv", mixed())
    path = out / "settlements.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("工伤不报", "不报").replace('""pool"": 88000', '""pool"": 88001'), "utf-8")
    assert "settlements reason" in refused(pack, out, "C2", data)[1]
    code, said = refused(pack, out, "C1", data)
    assert (code, "settlements paid" in said, "88001" in said) == (1, True, True)


def test_a_line_lost_from_the_results_is_found(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path)
    path = out / "line_results.parquet"
    table = pq.read_table(path)
    pq.write_table(table.filter(pc.field("claim_id") != "C1"), path)
    assert "line_results rows: 0 ≠ 1" in refused(pack, out, "C1", data)[1]


def test_data_that_changed_since_are_found(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    tables = mixed()
    data, out = settled(pack, tmp_path, tables=tables)
    earlier = {**tables["claims"][-1], "claim_id": "C8", "admitted_on": "2024-01-10"}
    write_table(data, "claims", [*tables["claims"], earlier])
    write_table(data, "lines", [*tables["lines"], {**tables["lines"][-1], "line_id": "C8-1", "claim_id": "C8"}])
    # An earlier claim of the same person takes the deductible that C7 bore; C1 comes out as before.
    code, said = refused(pack, out, "C7", data)
    assert (code, "psn_cash_pay: 30000 ≠ 22000" in said) == (1, True)
    assert explain_stored(pack, out, "C1", data).outcome == "settled"
    write_table(data, "claims", tables["claims"][1:])
    write_table(data, "lines", [line for line in tables["lines"] if line["claim_id"] != "C1"])
    assert refused(pack, out, "C1", data)[0] == 1


def test_a_claim_that_can_no_longer_be_settled_is_an_error(pack: Pack, tmp_path: Path) -> None:
    tables = sound()
    data, out = settled(pack, tmp_path, tables=tables)
    del tables["claims"][0]["place"]
    write_table(data, "claims", tables["claims"])
    with pytest.raises(ProblemError, match="claims row 1 column place: C003"):
        explain_stored(pack, out, "C1", data)


def test_another_pack_explains_nothing(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path)
    other = write_region(tmp_path / "other", benefits=FILES["benefits/all.yaml"].replace("80%", "81%"))
    code, said = refused(load_region(other), out, "C1", data)
    assert code == 2
    assert pack.hash in said


def test_another_version_of_the_semantics_explains_nothing(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path)
    path = out / "summary.json"
    path.write_text(path.read_text("utf-8").replace('"semantics": 1', '"semantics": 0'), "utf-8")
    assert refused(pack, out, "C1", data)[0] == 2


def test_a_row_of_another_pack_among_the_results_is_found(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path, "csv")
    path = out / "settlements.csv"
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    rows[1][rows[0].index("pack_hash")] = "0" * 64
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    assert "pack_hash" in refused(pack, out, "C1", data)[1]


def test_folders_that_hold_no_such_results(pack: Pack, tmp_path: Path, refused: Refused) -> None:
    data, out = settled(pack, tmp_path)
    assert refused(pack, data, "C1", data)[0] == 3
    code, said = refused(pack, out, "C9", data)
    assert (code, "C9" in said) == (3, True)
    (out / "settlements.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ProblemError, match="T102"):
        explain_stored(pack, out, "C1", data)
    (out / "settlements.parquet").unlink()
    with pytest.raises(ProblemError, match="T106"):
        explain_stored(pack, out, "C1", data)
    (out / "summary.json").write_text("[]", "utf-8")
    assert refused(pack, out, "C1", data)[0] == 3
