"""Settling frames gives what `tongchou settle` writes for the same tables, for each library, and explains it."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import tongchou
from tests.faces.cli.desk import FILES, sound, write_region, write_tables
from tests.faces.cli.test_settle import RELIEF, mixed
from tests.faces.python.given import HOUSEHOLD, KINDS, RESULTS, arrow_tables, as_kind, claims, need, rows_of
from tongchou.faces.cli.settle import settle_folder
from tongchou.faces.python import Difference, NotAsStored, Region
from tongchou.faces.python.again import hold_to_stored, settle_again
from tongchou.ground.errors import ProblemError

EXPLAINED = "2025-06-妻子住院"


def written(region: Region, data: Path, out: Path, **how: Any) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """What the command writes, and its summary."""
    out.mkdir()
    settle_folder(region.pack, data, out, "parquet", **how)
    tables = {path.stem: pq.read_table(path) for path in out.glob("*.parquet")}
    return tables, json.loads((out / "summary.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_frames_settle_as_files_do(ninghe: Region, tmp_path: Path, kind: str) -> None:
    data = write_tables(tmp_path / "data", read(HOUSEHOLD))
    tables, summary = written(ninghe, data, tmp_path / "out")
    results = ninghe.settle(as_kind(arrow_tables(data), kind))
    for name in RESULTS:
        assert rows_of(name, getattr(results, name)) == tables[name].to_pylist()
    assert results.summary == summary
    assert len(rows_of("settlements", results.settlements)) == 9
    assert results.year_end is None


def read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    from tongchou.ground.tables import read_tables

    return {name: rows for name, rows in read_tables(folder).rows.items() if rows}


@pytest.mark.parametrize("kind", KINDS)
def test_refused_and_rejected_claims_come_back_as_from_files(trial: Region, tmp_path: Path, kind: str) -> None:
    rows = mixed()
    data = write_tables(tmp_path / "data", rows, "parquet")
    tables, summary = written(trial, data, tmp_path / "out")
    given = {path.stem: pq.read_table(path) for path in data.iterdir()}
    results = trial.settle(as_kind(given, kind))
    for name in RESULTS:
        assert rows_of(name, getattr(results, name)) == tables[name].to_pylist()
    assert results.summary == summary
    assert results.summary["claims"] == {"settled": 5, "refused": 1, "rejected": 1}


def test_text_as_a_csv_reader_leaves_it_settles_too(ninghe: Region) -> None:
    expected = ninghe.settle(HOUSEHOLD)
    pandas, polars = need("pandas"), need("polars")
    texts = [
        {path.stem: pandas.read_csv(path, dtype=str) for path in HOUSEHOLD.glob("*.csv")},
        {path.stem: polars.read_csv(path, infer_schema=False) for path in HOUSEHOLD.glob("*.csv")},
    ]
    for given in texts:
        got = ninghe.settle(given)
        assert rows_of("settlements", got.settlements) == expected.settlements.to_pylist()


def test_results_are_of_the_library_of_what_was_given(trial: Region, tmp_path: Path) -> None:
    pandas, polars = need("pandas"), need("polars")
    tables = claims()
    kinds = {"arrow": pa.Table, "pandas": pandas.DataFrame, "polars": polars.DataFrame}
    for kind, frame in kinds.items():
        assert type(trial.settle(as_kind(tables, kind)).settlements) is frame
        assert type(trial.settle(tables, as_=kind).rejects) is frame
    mixture = {**tables, "lines": polars.from_arrow(tables["lines"])}
    assert type(trial.settle(mixture).settlements) is pa.Table
    assert type(trial.settle(HOUSEHOLD, as_="pandas").rejects) is pandas.DataFrame


def test_pandas_keeps_fen_whole_where_a_refused_claim_has_none(trial: Region) -> None:
    need("pandas")
    tables = claims(third_party=["工伤", "无"])
    frame = trial.settle(tables, as_="pandas").settlements
    assert str(frame["psn_cash_pay"].dtype) == "int64[pyarrow]"
    assert (frame["status"].tolist(), frame["psn_cash_pay"].sum()) == (["refused", "settled"], 30_000)


def test_rows_that_were_chosen_in_pandas_settle(trial: Region) -> None:
    """Choosing rows leaves their old numbers behind as an index, which is no column."""
    need("pandas")
    frames = as_kind(claims(3), "pandas")
    chosen = frames["claims"][frames["claims"]["claim_id"] != "C2"]
    lines = frames["lines"][frames["lines"]["claim_id"] != "C2"]
    results = trial.settle({**frames, "claims": chosen, "lines": lines})
    assert results.settlements["claim_id"].tolist() == ["C1", "C3"]
    named = frames["persons"].set_index("person_id", drop=True)
    assert len(trial.settle({**frames, "persons": named}).settlements) == 3


def test_facts_are_maps_whichever_way_a_library_holds_them(tmp_path: Path) -> None:
    rule = "  - {cite: 第3条, says: 签约的加 10 个百分点, sets: {pool.adjust.签约: {when: 签约 is 是, points: 10}}}\n"
    folder = write_region(
        tmp_path / "facts",
        vocabulary=FILES["vocabulary.yaml"] + "  签约: [是, 否]\n",
        benefits=FILES["benefits/all.yaml"] + rule,
    )
    region: Region = tongchou.load_region(folder)
    pairs = [[("签约", "是")], [("签约", "否")]]
    columns = {
        "map": pa.array(pairs, pa.map_(pa.string(), pa.string())),
        "pairs": pa.array([[{"key": key, "value": value} for key, value in row] for row in pairs]),
        "struct": pa.array([dict(row) for row in pairs]),
        "text": pa.array([json.dumps(dict(row), ensure_ascii=False) for row in pairs]),
    }
    results = {name: region.settle(claims(facts=facts)) for name, facts in columns.items()}
    paid = {name: one.settlements["hifp_pay"].to_pylist() for name, one in results.items()}
    assert paid == {name: [90_000, 80_000] for name in columns}


def test_what_runs_at_year_end_runs_when_asked(tmp_path: Path) -> None:
    region: Region = tongchou.load_region(write_region(tmp_path / "relief", **RELIEF))
    data = write_tables(tmp_path / "data", sound(), "parquet")
    tables, summary = written(region, data, tmp_path / "out", year_end=True)
    results = region.settle(data, year_end=True)
    assert rows_of("year_end", results.year_end) == tables["year_end"].to_pylist()
    assert results.summary == summary
    assert len(results.year_end) == 4


def test_an_assumed_fact_is_for_claims_that_lack_it(trial: Region) -> None:
    tables = claims(place=None)
    assert trial.settle(tables).summary["claims"]["rejected"] == 2
    results = trial.settle(tables, assume={"place": "市外"})
    assert results.summary["assumed"] == {"place": "市外"}
    assert results.settlements["hifp_pay"].to_pylist() == [50_000, 50_000]
    with pytest.raises(ProblemError, match="C033"):
        trial.settle(tables, assume={"地点": "市外"})


def test_a_claim_is_explained_as_it_was_settled(ninghe: Region) -> None:
    results = ninghe.settle(HOUSEHOLD)
    told = results.explain(EXPLAINED)
    row = next(row for row in results.settlements.to_pylist() if row["claim_id"] == EXPLAINED)
    assert told.model.totals["cash"] == row["psn_cash_pay"] == 2_421_058
    assert str(told) == repr(told) == told.text("zh")
    assert told._repr_html_().startswith('<iframe srcdoc="&lt;!')
    assert "24,210.58" in told.text("en")
    assert json.loads(told.json())["totals"]["cash"] == 2_421_058
    assert told.html().startswith("<!")


def test_a_refused_claim_is_explained_too(trial: Region) -> None:
    results = trial.settle(claims(third_party=["工伤", "无"]))
    assert results.explain("C1").model.outcome == "refused"


def test_a_rejected_claim_is_not_explained_but_its_faults_are_said(trial: Region) -> None:
    results = trial.settle(claims(admitted_on=["2024-02-30", "2024-03-01"], place=["市内", None]))
    with pytest.raises(ProblemError, match="claims row 1 column admitted_on: T124"):
        results.explain("C1")
    with pytest.raises(ProblemError, match="claims row 2 column place: C003"):
        results.explain("C2")
    with pytest.raises(KeyError, match="C9"):
        results.explain("C9")


def test_what_differs_from_what_is_stored_is_not_explained(trial: Region) -> None:
    results = trial.settle(claims())
    outcome = settle_again(trial.engine, results._intake("C2"), "C2")
    row = results.settlements.to_pylist()[1]
    lines = results.line_results.to_pylist()[1:]
    hold_to_stored(outcome, trial.hash, row, lines)
    with pytest.raises(NotAsStored, match="psn_cash_pay: 30001 ≠ 30000") as raised:
        hold_to_stored(outcome, trial.hash, {**row, "psn_cash_pay": 30_001}, lines)
    assert raised.value.differences == [Difference("settlements", None, "psn_cash_pay", 30_001, 30_000)]
    assert "重新结算" in raised.value.message("zh")
    with pytest.raises(NotAsStored, match="line_results C2 cash: 29999 ≠ 30000"):
        hold_to_stored(outcome, trial.hash, row, [{**lines[0], "cash": 29_999}])
    with pytest.raises(NotAsStored, match="line_results rows: 0 ≠ 1"):
        hold_to_stored(outcome, trial.hash, row, [])
    with pytest.raises(NotAsStored, match="pack_hash"):
        hold_to_stored(outcome, "0" * 64, row, lines)
    with pytest.raises(ProblemError, match="T126"):
        hold_to_stored(outcome, trial.hash, {**row, "psn_cash_pay": "3.5"}, lines)
