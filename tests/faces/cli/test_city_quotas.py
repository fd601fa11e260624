"""Quotas of the demo's hospitals: by what drawn years hold, and none where they do not hold what is asked for."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.faces.cli.city_quotas import quotas
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

DAY = date(2026, 12, 31)
LEVELS = {"A": "三级", "B": "一级"}
Visits = Mapping[tuple[str, str, str], int]
"""Fen by scheme, institution and kind of care."""
ALL: Visits = {
    ("resident", "A", "住院"): 300_00, ("resident", "B", "生育住院"): 100_00,
    ("resident", "A", "门诊"): 100_00, ("resident", "B", "门诊"): 100_00, ("employee", "A", "住院"): 100_00,
}  # fmt: skip


def drawn(folder: Path, visits: Visits) -> Path:
    folder.mkdir()
    rows = [
        {"scheme": scheme, "provider_id": code, "kind": kind, "total_fee": fen // 2}
        for (scheme, code, kind), fen in visits.items()
    ]
    pq.write_table(pa.Table.from_pylist(rows * 2), folder / "claims.parquet")
    return folder


def split(folder: Path, *years: Visits) -> dict[tuple[str, str, str], int]:
    history = [drawn(folder / str(at), year) for at, year in enumerate(years)]
    budgets = {"resident": 4_000_00, "employee": 9_000_00}
    return quotas(load_region(regions_dir() / "ninghe"), DAY, budgets, LEVELS, history)


def test_a_budget_is_split_by_three_drawn_years(tmp_path: Path) -> None:
    """Of 1,000 the outpatient part goes 100 : 110, of 3,000 the inpatient one 300 : 108; a drawn city has no referrals,
    by which employees' quotas go."""
    assert split(tmp_path, ALL, ALL, ALL) == {
        ("outpatient", "resident", "A"): 476_19,
        ("outpatient", "resident", "B"): 523_81,
        ("inpatient", "resident", "A"): 2_205_88,
        ("inpatient", "resident", "B"): 794_12,
    }


def test_whoever_came_late_has_the_mean_of_its_years(tmp_path: Path) -> None:
    late = {key: fen for key, fen in ALL.items() if key[1] == "A"}
    assert split(tmp_path, late, late, ALL)["inpatient", "resident", "B"] == 794_12


def test_a_part_that_nobody_served_leaves_all_without(tmp_path: Path) -> None:
    stays = {key: fen for key, fen in ALL.items() if key[2] != "门诊"}
    assert split(tmp_path, stays, stays, stays) == {}


def test_a_scheme_without_a_declared_split_has_none(tmp_path: Path) -> None:
    history = [drawn(tmp_path / "0", ALL)]
    suyu = load_region(regions_dir() / "suyu-2007")
    assert quotas(suyu, date(2007, 12, 31), {"resident": 100}, LEVELS, history) == {}
