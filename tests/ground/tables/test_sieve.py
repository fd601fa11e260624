"""What is sifted out, read row by row, and the rest together are what reading everything row by row gives."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ground.tables.damaged import arrow_of, damage, sound_rows
from tongchou.engines.synth import generate, load_profile, shipped_profile
from tongchou.ground.errors import Problem
from tongchou.ground.tables import TABLES, Sifted, Tables, conform, load_arrow, read_some, row_rules, sift
from tongchou.ground.tables.files import Raw
from tongchou.ground.tables.parquet import cells
from tongchou.ground.tables.read import tables_of


def judged(contents: dict[str, pa.Table]) -> Tables:
    """Every row read one by one."""
    return tables_of({name: Raw(cells(contents[name])) for name in TABLES if name in contents})


def told(problems: list[Problem]) -> list[tuple[str, Any, dict[str, str]]]:
    return [(p.code, p.place, {key: str(value) for key, value in p.details.items()}) for p in problems]


def together(sifted: Sifted, some: Tables) -> dict[str, list[dict[str, Any]]]:
    """The rows that were not chosen, as conformed, and those that the row reader kept."""
    rows = {}
    for name, table in sifted.tables.items():
        chosen = set(sifted.chosen[name].tolist())
        found = list(some.rows[name])
        for number, row in enumerate(table.to_pylist(maps_as_pydicts="strict")):
            if number not in chosen:
                found.append({**row, "_row": number + 1})
        rows[name] = sorted(found, key=lambda row: row["_row"])
    return rows


def drawn(seed: int, faults: int, strange: float) -> dict[str, pa.Table]:
    draw = random.Random(seed)
    rows = sound_rows(draw)
    for _ in range(faults):
        damage(draw, rows)
    if draw.random() < 0.3:
        for name in draw.sample(list(TABLES), 3):
            del rows[name]
    return arrow_of(draw, rows, strange)


SEEDS = st.integers(0, 2**32)


@settings(max_examples=40)
@given(seed=SEEDS, faults=st.integers(1, 5), strange=st.sampled_from([0, 0, 0.03, 0.2]), piece=st.sampled_from([4, 99]))
def test_damaged_tables(seed: int, faults: int, strange: float, piece: int) -> None:
    contents = drawn(seed, faults, strange)
    whole = judged(contents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conform, "_PIECE", piece)
        patch.setattr(row_rules, "_PIECE", piece)
        sifted = sift(contents)
    some = read_some(contents, sifted.chosen)
    assert told(some.problems) == told(whole.problems)
    assert together(sifted, some) == {name: whole.rows[name] for name in contents}
    assert some.read == {name: len(chosen) for name, chosen in sifted.chosen.items()}


@settings(max_examples=10)
@given(seed=SEEDS)
def test_nothing_of_sound_tables_is_chosen(seed: int) -> None:
    contents = drawn(seed, 0, 0)
    assert judged(contents).problems == []
    sifted = sift(contents)
    assert {name: len(chosen) for name, chosen in sifted.chosen.items()} == dict.fromkeys(contents, 0)


def test_nothing_of_a_synthetic_region_is_chosen(tmp_path: Path) -> None:
    profile = shipped_profile("ninghe")
    assert profile is not None
    generate(load_profile(profile), 30, 2025, tmp_path)
    contents = load_arrow(tmp_path)
    assert contents is not None
    sifted = sift(contents)
    assert sifted.tables["lines"].num_rows > 1000
    assert not any(len(chosen) for chosen in sifted.chosen.values())
    assert together(sifted, read_some(contents, {})) == {name: judged(contents).rows[name] for name in contents}
