"""What a lake was found to be when it was poured is believed as long as it is that lake, and no longer."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.lake.small import claim, drawn, line, person, table, write
from tests.ground.tables.test_verdicts import assert_same
from tongchou.engines.lake import Lake, open_lake, pour, verdicts
from tongchou.engines.lake import lake as module
from tongchou.engines.lake.manifest import Manifest
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import Sifted, judge
from tongchou.ground.tables import alike as kinds

REJECTS = [{"table": "claims", "row": 1, "code": "T122", "message_zh": "空", "message_en": "empty"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pour(write(tmp_path / "data", {**drawn(1), "rejects": REJECTS}), tmp_path / "lake", "discharge", 2).path


@contextmanager
def nothing_judged() -> Iterator[None]:
    def refuse(contents: dict[str, pa.Table]) -> Sifted:
        raise AssertionError("judged anew")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "judge", refuse)
        yield


def assert_judged_rightly(lake: Lake, bucket: int) -> None:
    """What the lake says of a bucket is what judging its tables says."""
    contents, found = lake.judged(bucket)
    read = lake.tables(bucket) | (lake.whole() if bucket == 0 else {})
    assert contents.keys() == read.keys()
    assert all(contents[name].to_pydict() == read[name].to_pydict() for name in read)
    assert_same(found, judge(read))


def judged_anew(lake: Lake, bucket: int) -> bool:
    try:
        with nothing_judged():
            lake.judged(bucket)
    except AssertionError:
        return True
    return False


def refused(act: Callable[[], object]) -> set[str]:
    """The codes of what it is refused for."""
    try:
        act()
    except ProblemError as error:
        return {problem.code for problem in error.problems}
    return set()


def change(folder: Path, **changes: object) -> None:
    path = folder / "lake.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def anew(folder: Path) -> list[int]:
    """The buckets that are judged anew; all of them rightly."""
    lake = open_lake(folder)
    for bucket in lake:
        assert_judged_rightly(lake, bucket)
    return [bucket for bucket in lake if judged_anew(lake, bucket)]


def test_a_lake_is_judged_when_it_is_poured(folder: Path) -> None:
    lake = open_lake(folder)
    assert anew(folder) == []
    assert any(len(rows) for bucket in lake for rows in lake.judged(bucket)[1].chosen.values())
    assert "rejects" in lake.judged(0)[1].tables
    with pytest.raises(IndexError):
        lake.judged(2)


@settings(max_examples=15)
@given(st.integers(0, 10**9), st.sampled_from([0, 0.05, 0.3]))
def test_whatever_is_poured(seed: int, careless: float) -> None:
    with TemporaryDirectory() as at:
        data = write(Path(at, "data"), drawn(seed, careless=careless))
        assert anew(pour(data, Path(at, "lake"), "discharge", 3).path) == []


def test_a_lake_of_the_first_format(folder: Path) -> None:
    manifest = json.loads((folder / "lake.json").read_text("utf-8"))
    del manifest["seals"]
    (folder / "lake.json").write_text(json.dumps({**manifest, "format": 1}), "utf-8")
    shutil.rmtree(folder / "verdicts")
    assert anew(folder) == [0, 1]


def test_tables_that_are_judged_in_another_way(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "VERSION", "another")
    assert anew(folder) == [0, 1]


def flipped(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def test_one_bit_in_any_file(folder: Path) -> None:
    lake, rng = open_lake(folder), random.Random(1)

    def judge_anew() -> None:
        assert judged_anew(lake, 0)
        assert_judged_rightly(lake, 0)

    files = [*sorted(folder.glob("*/00000.*")), folder / "rejects.parquet"]
    assert len(files) == len(lake.manifest.rows) + 2
    for path in files:
        content = path.read_bytes()
        for _ in range(12):
            flipped(path, rng)
            assert refused(judge_anew) <= {"K105", "K106", "T102"}
            assert not judged_anew(lake, 1)
            path.write_bytes(content)
    assert anew(folder) == []


def bad_amount(path: Path) -> None:
    found = pq.read_table(path)
    at = found.column_names.index("total_fee")
    pq.write_table(found.set_column(at, "total_fee", pa.array([-1] * len(found))), path)


def gone(path: Path) -> None:
    path.unlink()


def other(path: Path) -> None:
    path.write_bytes((path.parent / "00001.arrow").read_bytes())


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("claims/00000.parquet", bad_amount),
        ("verdicts/00000.arrow", gone),
        ("verdicts/00000.arrow", other),
        ("verdicts/00000.arrow", folder_instead),
    ],
)
def test_a_file_that_is_another(folder: Path, name: str, change: Callable[[Path], None]) -> None:
    change(folder / name)
    assert anew(folder) == [0]
    if "claims" in name:
        contents, found = open_lake(folder).judged(0)
        assert len(found.chosen["claims"]) == len(contents["claims"])


def test_files_that_change_places(tmp_path: Path) -> None:
    """Two buckets with as many rows of each table."""
    tables = {
        "persons": [person(f"P{n}") for n in range(9)],
        "claims": [claim(f"C{n}", f"P{n}") for n in range(9)],
        "lines": [line(f"L{n}", f"C{n}") for n in range(9)],
    }
    lake = pour(write(tmp_path / "data", tables), tmp_path / "lake", "discharge", 9)
    size = lake.manifest.rows["claims"]
    one, two = next((a, b) for a in lake for b in lake if a < b and size[a] == size[b] > 0)
    for name in ("lines", "verdicts"):
        first, second = sorted((lake.path / name).glob(f"0000[{one}{two}].*"))
        first.rename(tmp_path / "aside")
        second.rename(first)
        (tmp_path / "aside").rename(second)
        assert anew(lake.path) == [one, two]


def test_a_bucket_that_cannot_be_judged(tmp_path: Path) -> None:
    tables: dict[str, Any] = drawn(1)
    claims = table("claims", tables["claims"])
    at = claims.column_names.index("settled_at")
    nowhere = pa.array([0] * len(claims), pa.timestamp("us", "Nowhere/At_All"))
    tables["claims"] = claims.set_column(at, "settled_at", nowhere)
    lake = pour(write(tmp_path / "data", tables), tmp_path / "lake", "discharge", 2)
    assert lake.manifest.seals == [None, None]
    assert refused(lambda: open_lake(lake.path).judged(0)) == {"T102"}


SEAL = "0" * 64


@pytest.mark.parametrize(
    "changes",
    [
        {"seals": []},
        {"seals": [SEAL]},
        {"seals": [SEAL, "x"]},
        {"seals": [SEAL, 3]},
        {"seals": None},
        {"format": 1},
        {"format": 1, "seals": [SEAL, SEAL]},
    ],
)
def test_seals_that_contradict_the_rest(folder: Path, changes: dict[str, object]) -> None:
    change(folder, **changes)
    assert refused(lambda: open_lake(folder)) == {"K102"}


def test_seals_that_are_not_those_of_the_files(folder: Path) -> None:
    seals = json.loads((folder / "lake.json").read_text("utf-8"))["seals"]
    for said, found in (([SEAL, seals[1]], [0]), (seals[::-1], [0, 1]), ([seals[0], None], [1]), (seals, [])):
        change(folder, seals=said)
        assert anew(folder) == found


def mutated(rng: random.Random, value: Any) -> Any:
    """A manifest that something has been done to somewhere."""
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        way = rng.randrange(5)
        if way == 0:
            return {name: each for name, each in value.items() if name != key}
        if way == 1:
            return dict(rng.sample(list(value.items()), len(value)))
        return {**value, key: mutated(rng, value[key])}
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        way = rng.randrange(4)
        if way == 0:
            return value[:at] + value[at + 1 :]
        if way == 1:
            return rng.sample(value, len(value))
        return [*value[:at], mutated(rng, value[at]), *value[at + 1 :]]
    return rng.choice([None, 0, 1, 2, -1, "", "claims", SEAL, [], {}, True, "discharge", "admission"])


def test_a_manifest_that_was_tampered_with(folder: Path) -> None:
    """It is refused, or what it says of the tables is what judging them says."""
    sound, rng = json.loads((folder / "lake.json").read_text("utf-8")), random.Random(2)
    used = 0
    for _ in range(150):
        (folder / "lake.json").write_text(json.dumps(mutated(rng, sound)), "utf-8")
        codes = refused(lambda: anew(folder))
        assert codes <= {"K102", "K103", "K104", "K105"}
        used += not codes
    assert used > 10


def test_the_manifest_and_its_file_say_the_same(folder: Path) -> None:
    said = Manifest.model_validate_json((folder / "lake.json").read_text("utf-8"))
    assert said == open_lake(folder).manifest
    assert all(seal is not None and len(seal) == 64 for seal in said.seals)


def test_only_the_columns_needed_are_read_where_the_words_of_kinds_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "WORTH", 0)
    sound = {"persons": [person("P1")], "claims": [claim("C1", "P1")], "lines": [line("L1", "C1")]}
    needed = {"claims": ["claim_id", "total_fee"], "lines": ["amount"]}
    lake = pour(write(tmp_path / "data", sound), tmp_path / "lake", "discharge", 1)
    contents, found = lake.judged(0, needed)
    assert {name: contents[name].column_names for name in needed} == {
        name: [*columns, "_row"] for name, columns in needed.items()
    }
    assert {name: found.tables[name].column_names for name in needed} == needed
    whole = lake.judged(0)[1]
    assert found.tables["persons"].equals(whole.tables["persons"])
    assert found.links.alike["claims"].rows["claim_id"].to_pylist() == ["C1"]
    file = lake.path / "lines" / "00000.parquet"
    pq.write_table(pq.read_table(file), file)  # written anew, it is no longer the file that was judged
    assert open_lake(lake.path).judged(0, needed)[1].tables["lines"].equals(whole.tables["lines"])
