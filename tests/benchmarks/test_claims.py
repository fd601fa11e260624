from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from benchmarks.as_dicts import claims_of
from benchmarks.claims import RESIDENT_STAYS, Shape, draw, write
from benchmarks.in_bulk import few, measure, plain
from benchmarks.replaying import ninghe
from tongchou.faces.python import Region

UNSPLIT = Shape(12, lines_per_claim=3, split=False)


def test_the_same_shape_gives_the_same_tables() -> None:
    assert draw(Shape(30)) == draw(Shape(30))
    assert draw(Shape(30)) != draw(Shape(30, seed=2))


def test_households_stand_together_and_settle_in_order() -> None:
    tables = draw(Shape(60))
    claims = tables["claims"]
    home = dict(zip(*(tables["persons"][name].to_pylist() for name in ("person_id", "household_id")), strict=True))
    keys = [(home[row["person_id"]], row["settled_at"], row["claim_id"]) for row in claims.to_pylist()]
    assert keys == sorted(keys)
    assert 200 < len(claims) < 520


@pytest.mark.parametrize("shape", [Shape(60, lines_per_claim=10), UNSPLIT])
def test_lines_come_to_the_fee_and_parts_to_the_line(shape: Shape) -> None:
    tables = draw(shape)
    lines = tables["lines"]
    fees = lines.group_by("claim_id").aggregate([("amount", "sum")]).sort_by("claim_id")
    assert fees["amount_sum"].to_pylist() == tables["claims"]["total_fee"].to_pylist()
    assert len(lines) == shape.lines_per_claim * len(tables["claims"])
    parts = [lines[name] for name in ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")]
    if shape.split:
        assert sum(np.asarray(part) for part in parts).tolist() == lines["amount"].to_pylist()
    else:
        assert [part.null_count for part in parts] == [len(lines)] * 4


def test_a_shuffled_set_has_the_same_rows_in_no_order() -> None:
    sorted_, shuffled = draw(Shape(60)), draw(Shape(60, shuffled=True))
    for name in ("claims", "lines"):
        key = sorted_[name].column_names[0]
        assert shuffled[name] != sorted_[name]
        assert shuffled[name].sort_by(key) == sorted_[name].sort_by(key)


def test_files_hold_all_chunks_with_no_id_twice(tmp_path: Path) -> None:
    rows = write(Shape(75), tmp_path, chunk=30)
    for name, count in rows.items():
        table = pq.read_table(tmp_path / f"{name}.parquet")
        assert len(table) == count == pc.count_distinct(table.column(0)).as_py()
    assert rows["persons"] == 75


def test_a_shuffled_set_is_written_in_one_piece(tmp_path: Path) -> None:
    write(Shape(75, shuffled=True), tmp_path, chunk=30)
    assert pq.read_table(tmp_path / "claims.parquet") == draw(Shape(75, shuffled=True))["claims"]


def test_a_household_is_not_torn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="whole households"):
        write(Shape(75), tmp_path, chunk=31)


@pytest.mark.parametrize("shape", [Shape(12), UNSPLIT, Shape(12, visits=RESIDENT_STAYS, most_claims=4)])
def test_every_claim_settles_and_none_is_left_to_the_plain_step(shape: Shape) -> None:
    tables = draw(shape)
    right = plain(ninghe(), tables)
    ids = tables["claims"]["claim_id"].to_pylist()
    assert sorted(right) == ids
    layers = tuple(sorted({layer for settlement in right.values() for layer in settlement.paid}))
    done = measure(ninghe(), tables, rounds=1, compiled=False)
    assert 0 < done.loop_seconds < done.seconds
    paid = done.by_claim(layers, tables["claims"]["claim_id"])
    assert paid.keys() == set(layers)
    for layer, fen in paid.items():
        assert fen.tolist() == [right[name].paid.get(layer, 0) for name in ids]


def test_claims_that_the_bulk_run_leaves_to_the_step_are_no_measurement() -> None:
    tables = draw(Shape(9))
    lines = tables["lines"]
    of_nobody = pa.array(["nothing of the kind"] * len(lines))
    tables["lines"] = lines.set_column(lines.column_names.index("item"), lines.schema.field("item"), of_nobody)
    with pytest.raises(ValueError, match="left to the plain step"):
        measure(ninghe(), tables, rounds=1, compiled=False).by_claim(("pool",), tables["claims"]["claim_id"])


def test_a_few_people_bring_all_that_is_theirs() -> None:
    tables = draw(Shape(30))
    part = few(tables, 3)
    assert len(part["persons"]) == 3
    assert set(part["claims"]["person_id"].to_pylist()) == set(part["persons"]["person_id"].to_pylist())
    assert set(part["lines"]["claim_id"].to_pylist()) == set(part["claims"]["claim_id"].to_pylist())


def test_as_dicts_they_settle_as_in_tables() -> None:
    # One to a household: a state is handed from claim to claim of one person.
    tables = draw(UNSPLIT)
    persons = tables["persons"]
    at = persons.column_names.index("household_id")
    tables["persons"] = persons.set_column(at, persons.schema.field(at), persons["person_id"])
    right = plain(ninghe(), tables)
    region = Region(ninghe())
    for claims in claims_of(tables):
        state = None
        for claim in claims:
            settled = region.settle_claim(claim, state)
            state = settled.state
            assert settled.paid == right[claim["claim_id"]].paid
