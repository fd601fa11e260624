"""States kept between runs."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tongchou.engines.benefits.state import Key, SettledLine, State
from tongchou.engines.benefits.state_tables import states_from_tables, states_to_tables
from tongchou.engines.lake import Snapshot, open_states, seal_states, write_states
from tongchou.ground.errors import ProblemError

STATES = [
    {"P1": State({Key("resident.pool.paid/year", "P1", "2024"): 5}, {"L1": SettledLine((1, 2, 3, 4))})},
    {},
    {"P2": State({Key("episodes", "P2", "2024", "T1"): 1}), "P3": State({Key("account:个人账户", "P3", "ever"): -7})},
]
LAST = (date(2024, 12, 31), datetime.fromisoformat("2024-12-31T08:30:00.000005"), "C9")
SEAL: dict[str, Any] = {
    "pack_hash": "abc",
    "semantics": "1",
    "last": LAST,
    "settled": (date(2024, 1, 2), date(2024, 12, 31)),
}


def written(folder: Path) -> Snapshot:
    for bucket in (2, 0, 1):
        write_states(folder, bucket, states_to_tables(STATES[bucket]))
    return seal_states(folder, 3, **SEAL)


def codes(error: pytest.ExceptionInfo[ProblemError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    sealed, opened = written(tmp_path), open_states(tmp_path)
    assert sealed == opened
    assert [states_from_tables(opened.tables(bucket)) for bucket in opened] == STATES
    assert opened.covered.rows == {"state": [1, 0, 2], "settled_lines": [1, 0, 0]}
    assert opened.covered.last == LAST
    with pytest.raises(IndexError):
        opened.tables(3)


def test_a_snapshot_before_the_first_claim(tmp_path: Path) -> None:
    write_states(tmp_path, 0, states_to_tables({}))
    seal_states(tmp_path, 1, **{**SEAL, "last": None, "settled": None})
    assert open_states(tmp_path).covered.last is None


def test_a_finished_snapshot_is_never_changed(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(FileExistsError):
        write_states(tmp_path, 0, states_to_tables({}))


def test_both_tables_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_states(tmp_path, 0, {"state": pa.table({})})


def test_a_snapshot_that_was_not_finished(tmp_path: Path) -> None:
    write_states(tmp_path, 0, states_to_tables({}))
    with pytest.raises(ProblemError) as error:
        open_states(tmp_path)
    assert codes(error) == ["K107"]
    with pytest.raises(ProblemError) as error:
        seal_states(tmp_path, 2, **SEAL)
    assert codes(error) == ["K104"]


def test_a_snapshot_that_is_damaged(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "state" / "00001.parquet").unlink()
    (tmp_path / "settled_lines" / "00001.parquet").write_bytes(b"")
    with pytest.raises(ProblemError) as error:
        open_states(tmp_path)
    assert codes(error) == ["K104", "K106"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": 2}, "K103"),
        ({"buckets": 2}, "K102"),
        ({"rows": {}}, "K102"),
        ({"last": ["2024-12-31", "soon", "C9"]}, "K102"),
        ({"settled": ["2024-12-31"]}, "K102"),
        ({"more": 0}, "K102"),
    ],
)
def test_a_manifest_that_is_wrong(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    written(tmp_path)
    path = tmp_path / "state.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")
    with pytest.raises(ProblemError) as error:
        open_states(tmp_path)
    assert codes(error) == [code]
