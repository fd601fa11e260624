"""Open a lake: what is wrong with it is told before anything of it is used."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.lake.small import drawn, write
from tongchou.engines import lake as room
from tongchou.engines.lake import open_lake, pour
from tongchou.engines.lake.manifest import FORMAT
from tongchou.ground.errors import ProblemError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rejects = [{"table": "claims", "row": 1, "code": "T122", "message_zh": "空", "message_en": "empty"}]
    return pour(write(tmp_path / "data", {**drawn(1), "rejects": rejects}), tmp_path / "lake", "admission", 2).path


def change(folder: Path, **changes: object) -> None:
    path = folder / "lake.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def problems(folder: Path) -> list[tuple[str, str]]:
    """Code and file of everything wrong."""
    with pytest.raises(ProblemError) as error:
        open_lake(folder)
    assert all(problem.text(lang) for problem in error.value.problems for lang in ("zh", "en"))
    return [(p.code, str(Path(str(p.place.file)).relative_to(folder))) for p in error.value.problems]


def test_a_lake_says_what_it_is(folder: Path) -> None:
    lake = open_lake(folder)
    assert (lake.basis, lake.buckets, list(lake), lake.manifest.whole) == ("admission", 2, [0, 1], ["rejects"])
    assert set(lake.tables(1)) == {"persons", "households", "spells", "accounts", "claims", "lines"}
    assert set(lake.tables(1, ("claims", "rejects", "nothing"))) == {"claims"}
    assert lake.tables(0)["claims"].num_rows + lake.tables(1)["claims"].num_rows == lake.rows["claims"]
    for bucket in (-1, 2):
        with pytest.raises(IndexError):
            lake.tables(bucket)


def test_the_digest_is_of_what_was_poured_in(tmp_path: Path) -> None:
    lakes = [
        pour(write(tmp_path / f"data{n}", drawn(seed)), tmp_path / f"lake{n}", basis, 2)
        for n, (seed, basis) in enumerate([(1, "admission"), (1, "admission"), (2, "admission"), (1, "discharge")])
    ]
    one, same, *others = [lake.digest for lake in lakes]
    assert one == same == open_lake(lakes[0].path).digest
    assert one not in others


def test_no_lake(tmp_path: Path) -> None:
    (tmp_path / "lake.json").mkdir()
    assert problems(tmp_path) == problems(tmp_path / "nowhere") == [("K101", "lake.json")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"format": 1}',
        '{"format": 1e400}',
        '{"format": "2"}',
        '{"format": []}',
        "[" * 100_000,
        "\ud800",
    ],
)
def test_a_manifest_that_is_none(folder: Path, text: str) -> None:
    (folder / "lake.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert problems(folder) == [("K102", "lake.json")]


@pytest.mark.parametrize(
    "changes",
    [
        {"buckets": 3},
        {"buckets": 0},
        {"buckets": "2"},
        {"basis": "fee"},
        {"rows": {}},
        {"columns": {}},
        {"whole": []},
        {"whole": ["../data"]},
        {"sources": {}},
        {"more": 1},
    ],
)
def test_a_manifest_that_contradicts_itself(folder: Path, changes: dict[str, object]) -> None:
    change(folder, **changes)
    assert problems(folder) == [("K102", "lake.json")]


def test_rows_that_do_not_add_up(folder: Path) -> None:
    rows = json.loads((folder / "lake.json").read_text("utf-8"))["rows"]
    change(folder, rows={**rows, "claims": [rows["claims"][0] + 1, rows["claims"][1]]})
    assert problems(folder) == [("K102", "lake.json")]


def test_a_later_format(folder: Path) -> None:
    change(folder, format=FORMAT + 1, new="something")
    assert problems(folder) == [("K103", "lake.json")]


def test_every_file_that_is_not_what_it_should_be(folder: Path) -> None:
    (folder / "claims" / "00001.parquet").unlink()
    (folder / "lines" / "00000.parquet").write_bytes(b"nonsense")
    (folder / "spells" / "00000.parquet").write_bytes((folder / "persons" / "00001.parquet").read_bytes())
    (folder / "rejects.parquet").unlink()
    assert sorted(problems(folder)) == [
        ("K104", "claims/00001.parquet"),
        ("K104", "rejects.parquet"),
        ("K105", "spells/00000.parquet"),
        ("K106", "lines/00000.parquet"),
    ]


def gone(path: Path) -> None:
    path.unlink()


def other(path: Path) -> None:
    path.write_bytes((path.parent.parent / "persons" / "00000.parquet").read_bytes())


def broken(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(b"PAR1" + b"\xff" * 600 + content[604:])


@pytest.mark.parametrize(("change", "code"), [(gone, "K104"), (other, "K105"), (broken, "K106")])
def test_a_file_that_changes_after_the_lake_was_opened(folder: Path, change: Callable[[Path], None], code: str) -> None:
    lake = open_lake(folder)
    change(folder / "claims" / "00000.parquet")
    with pytest.raises(ProblemError) as error:
        lake.tables(0)
    assert [problem.code for problem in error.value.problems] == [code]


def test_the_room_has_no_other_doors() -> None:
    assert all(getattr(room, name) for name in room.__all__)
    with pytest.raises(AttributeError, match="pond"):
        room.pond  # noqa: B018 (asking for it is what is tested)
