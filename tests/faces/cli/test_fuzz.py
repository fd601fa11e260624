"""Whatever the tables hold, settling ends with 0 and totals that hold, or with 3 and a message; never a traceback."""

import contextlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faces.cli.desk import results, sound, write_region, write_tables
from tongchou.faces.cli.app import run
from tongchou.faces.cli.demo import HOUSEHOLD, REGION
from tongchou.ground import shipped
from tongchou.ground.tables import TABLES, write_table

pytestmark = pytest.mark.bulk

NASTY = [
    None, "", " ", "0", "-0", "00", "-1", "1", "1e9", "1e999999999", "NaN", "inf", "1/0", "9" * 400, "12.5", "-12.5",
    "999999999999999", "110000", "-110000", "2024-02-30", "2024-03-05", "9999-12-31", "1900-01-01",
    "2024-03-05 25:00:00", "2024-03-05 08:00:00", "P1", "P2", "C1", "C2", "C1-1", "C2-1", "市内", "市外", "省外",
    "甲类", "乙类", "甲", "乙", "丙", "无", "工伤", "none",
    "own", "relative", "resident", "employee", "住院", "门诊", "个人账户", "是", "否", "full",
    "\u0000", "\u202e", "𠮷", "[]", "{}", '["x"]', '{"pool": 5}', '{"age": "-3"}', '{"nth": "1.5"}', '{"nth": "x"}',
    '{"stay_days": "0"}', '{"place": "市外"}', '{"没有": "1"}', "[" * 50, '{"a": 1, "a": 2}',
]  # fmt: skip
TYPED: list[Any] = [0, -1, 1, 2**63, -(2**63), 1.5, float("nan"), True, [], ["x"], [1], {}, {"pool": -5}, {"": ""}]
SETTLING = ("persons", "households", "spells", "entitlements", "accounts", "claims", "lines")

cells = st.tuples(
    st.sampled_from(SETTLING).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from([column.name for column in TABLES[name].columns]))
    ),
    st.integers(0, 3),
    st.sampled_from(NASTY) | st.text(max_size=5) | st.integers(-(10**16), 10**16).map(str),
)


def base() -> dict[str, list[dict[str, Any]]]:
    """Sound tables of every kind, so that every table can be spoiled."""
    tables = sound()
    tables["households"] = [
        {"household_id": "H", "person_id": p, "from_date": "2024-01-01"} for p in ("P1", "P2")
    ]  # fmt: skip
    tables["entitlements"] = [
        {"person_id": f"P{n}", "scheme": "resident", "fund": "pool", "from_date": "2024-01-01", "level": "full"}
        for n in range(1, 5)
    ]
    tables["accounts"] = [
        {"account_id": "A", "person_id": "P1", "kind": "个人账户", "balance": 500, "as_of": "2023-12-31"}
    ]
    tables["claims"][1] |= {"account_use": "relative", "account_person_id": "P1"}
    tables["lines"][2] |= {"quantity": "10", "price": "110", "price_limit": 10_000, "first_pay_rate": "0.1"}
    return tables


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_region(tmp_path_factory.mktemp("region") / "trial")


def ends_well(region: Path, data: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
        run(["settle", str(region), "--data", str(data), "--out", str(data.parent / "out"), "--json"])
    document = json.loads(out.getvalue())
    assert end.value.code in (0, 3)
    assert document["exit_code"] == end.value.code
    if end.value.code == 3:
        assert document["problems"]
        assert err.getvalue()
        assert not (data.parent / "out").exists()
        return
    assert document["reconciled"]
    written = results(data.parent / "out")
    assert len(written["settlements"]) == document["claims"]["settled"] + document["claims"]["refused"]
    assert all(row["message_zh"] for row in written["rejects"])


@given(st.lists(cells, min_size=1, max_size=4))
def test_spoiled_cells(region: Path, changes: list[tuple[tuple[str, str], int, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        write_tables(data, base())
        for (name, column), at, value in changes:
            _spoil_csv(data / f"{name}.csv", column, at, value)
        ends_well(region, data)


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(cells, min_size=1, max_size=4))
def test_spoiled_cells_of_a_rich_policy(changes: list[tuple[tuple[str, str], int, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(HOUSEHOLD, data)
        for (name, column), at, value in changes:
            if (data / f"{name}.csv").exists():
                _spoil_csv(data / f"{name}.csv", column, at, value)
        ends_well(shipped.regions_dir() / REGION, data)


def _spoil_csv(file: Path, column: str, at: int, value: str | None) -> None:
    import csv

    rows = list(csv.reader(io.StringIO(file.read_text("utf-8"), newline="")))
    row = rows[1 + at % (len(rows) - 1)]
    row[rows[0].index(column)] = value or ""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_text(text.getvalue(), "utf-8", errors="replace")


@given(st.lists(st.tuples(cells, st.sampled_from(TYPED)), min_size=1, max_size=4))
def test_spoiled_json_values(region: Path, changes: list[tuple[Any, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for name, rows in base().items():
            write_table(data, name, rows, "jsonl")
        for ((name, column), at, _), value in changes:
            file = data / f"{name}.jsonl"
            lines = file.read_text("utf-8").splitlines()
            row = json.loads(lines[at % len(lines)])
            lines[at % len(lines)] = json.dumps({**row, column: value}, ensure_ascii=False)
            file.write_text("\n".join(lines), "utf-8")
        ends_well(region, data)


@given(st.sampled_from(SETTLING), st.integers(0, 2000), st.binary(max_size=6), st.integers(0, 40))
def test_spoiled_bytes(region: Path, name: str, at: int, put: bytes, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = write_tables(Path(folder) / "data", base())
        file = data / f"{name}.csv"
        content = file.read_bytes()
        at %= len(content)
        file.write_bytes(content[:at] + put + content[at + cut :])
        ends_well(region, data)


@given(st.sampled_from(SETTLING), st.integers(0, 100_000), st.binary(min_size=1, max_size=6))
def test_spoiled_parquet(region: Path, name: str, at: int, put: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = write_tables(Path(folder) / "data", base(), "parquet")
        file = data / f"{name}.parquet"
        content = file.read_bytes()
        at %= len(content)
        file.write_bytes(content[:at] + put + content[at + len(put) :])
        ends_well(region, data)
