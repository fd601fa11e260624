"""A verdict that was kept says what judging the tables again would."""

import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.ground.tables.damaged import arrow_of, damage, sound_rows
from tongchou.ground.errors import ProblemError
from tongchou.ground.tables import TABLES, Sifted, judge, sift
from tongchou.ground.tables import alike as kinds
from tongchou.ground.tables.conform import stand
from tongchou.ground.tables.verdicts import VERSION, _version, empty_columns, kinds_alone, recall, verdict


def contents(seed: int, faults: int, strange: float, dropped: int = 0) -> dict[str, pa.Table]:
    draw = random.Random(seed)
    rows = sound_rows(draw)
    for _ in range(faults):
        damage(draw, rows)
    for name in draw.sample(list(TABLES), dropped):
        del rows[name]
    return arrow_of(draw, rows, strange)


def assert_same(one: Sifted, other: Sifted) -> None:
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        assert table.equals(other.tables[name])
        assert table.schema.equals(other.tables[name].schema, check_metadata=True)
        assert one.chosen[name].tolist() == other.chosen[name].tolist()
    assert one.links.counts == other.links.counts
    assert one.links.numbers.keys() == other.links.numbers.keys()
    for place, numbers in one.links.numbers.items():
        assert numbers.dtype == other.links.numbers[place].dtype == np.int32
        assert numbers.tolist() == other.links.numbers[place].tolist()


@pytest.mark.parametrize("strange", [0, 0.1, 0.5])
@pytest.mark.parametrize("seed", range(8))
def test_what_was_found_is_found_again(seed: int, strange: float) -> None:
    tables = contents(seed, seed % 4, strange, seed % 3)
    found = sift(tables)
    assert_same(recall(tables, verdict(tables, found)), found)


def test_sound_tables_in_the_canonical_types_stand_as_they_are() -> None:
    tables = contents(3, 0, 0)
    found = judge(tables)
    for name, table in found.tables.items():
        again = sift(found.tables).tables[name]
        assert stand(table, again) == list(TABLES[name].names)


def test_a_cell_that_is_read_as_another_does_not_stand() -> None:
    cells = {
        "line_id": pa.array(["L1", "L2"]),
        "fee_kind": pa.array(["药品", ""]),
        "facts": pa.array([None, [("a", "b")]], pa.map_(pa.string(), pa.string())),
        "amount": pa.array([1, 2], pa.int32()),
        "price": pa.array([None, None], pa.int32()),
        "more": pa.array([1, 2]),
    }
    content = pa.table(cells)
    found = sift({"lines": content})
    assert stand(content, found.tables["lines"]) == ["line_id", "facts"]
    assert found.tables["lines"]["facts"].to_pylist() == [[], [("a", "b")]]
    assert_same(recall({"lines": content}, verdict({"lines": content}, found)), found)


def test_columns_without_a_cell_need_not_be_read() -> None:
    lines = pa.table({"line_id": ["L1", "L2"], "item": pa.nulls(2, pa.string()), "price": [None, "1"]})
    tables = {"lines": lines, "claims": pa.table({"claim_id": pa.array([], pa.string())})}
    found = sift(tables)
    kept = verdict(tables, found)
    assert empty_columns(kept) == {"lines": ["item"], "claims": []}
    assert_same(recall({**tables, "lines": lines.drop_columns("item")}, kept), found)


@pytest.mark.parametrize("seed", range(4))
def test_which_rows_are_alike_is_known_again(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "WORTH", 1)
    tables = contents(seed, seed % 3, 0)
    found = sift(tables)
    known = recall(tables, verdict(tables, found)).links.alike
    assert known.keys() == found.tables.keys()
    for name, each in known.items():
        wanted = kinds.alike(TABLES[name], found.tables[name])
        assert wanted is not None
        assert each.of.tolist() == wanted.of.tolist()
        assert each.of.dtype == np.int32
        assert each.rows.equals(wanted.rows)


def test_the_words_of_kinds_are_enough_where_every_row_stands_and_is_numbered() -> None:
    claims = pa.table({"claim_id": [f"C{i}" for i in range(8)], "level": ["三级"] * 8, "total_fee": [1] * 8})
    lines = pa.table({"line_id": ["L1", "L2"], "item": ["a", "b"]})
    needed = {"claims": ["claim_id", "total_fee"]}
    for tables, enough in (({"claims": claims}, False), ({"lines": lines}, False)):
        assert kinds_alone(verdict(tables, sift(tables)), needed) == enough  # rows are doubtful
    found = sift({"claims": claims, "lines": lines})
    sound = Sifted(found.tables, {name: rows[:0] for name, rows in found.chosen.items()}, found.links)
    kept = verdict({"claims": claims, "lines": lines}, sound)
    assert kinds_alone(kept, needed)
    assert not kinds_alone(kept, {**needed, "lines": []})  # too few of which are alike
    read = recall({"claims": claims.select(needed["claims"]), "lines": lines}, kept, needed)
    assert read.tables["claims"].column_names == needed["claims"]
    assert read.tables["lines"].equals(found.tables["lines"])
    assert read.links.alike["claims"].rows["level"].to_pylist() == ["三级"]


def test_lists_that_hold_something_where_there_is_none_do_not_stand() -> None:
    texts, none = pa.array(["甲", "乙"]), pa.array([True, False])
    diseases = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), texts, mask=none)
    content = pa.table({"claim_id": ["C1", "C2"], "diseases": diseases})
    found = sift({"claims": content})
    assert found.tables["claims"]["diseases"].to_pylist() == [[], ["乙"]]
    assert stand(content, found.tables["claims"]) == ["claim_id"]


def test_what_standing_columns_hold_is_read_anew_where_the_type_is_another() -> None:
    """As from a later Arrow that reads a file otherwise."""
    tables = contents(5, 0, 0)
    kept = verdict(tables, sift(tables))
    at = tables["claims"].column_names.index("total_fee")
    wide = tables["claims"].set_column(at, "total_fee", tables["claims"]["total_fee"].cast(pa.decimal128(20, 0)))
    assert_same(recall({**tables, "claims": wide}, kept), sift(tables))


def test_tables_that_python_cannot_hold() -> None:
    sound = {"lines": pa.table({"line_id": ["L1"]})}
    kept = verdict(sound, sift(sound))
    tables = {"lines": pa.table({"line_id": ["L1"], "fee_at": pa.array([0], pa.timestamp("us", "No/Where"))})}
    for told in (lambda: judge(tables), lambda: recall(tables, kept)):
        with pytest.raises(ProblemError) as caught:
            told()
        assert [problem.code for problem in caught.value.problems] == ["T102"]


def test_the_version_is_that_of_the_declaration() -> None:
    def declared(**changes: object) -> str:
        first, *others = TABLES["claims"].columns
        claims = replace(TABLES["claims"], columns=(replace(first, **changes), *others))  # type: ignore[arg-type]  # whatever a column may say
        return _version({**TABLES, "claims": claims})

    assert VERSION == _version(TABLES) == declared() == declared(doc_en="another explanation", national="x")
    changed = [declared(required=False), declared(key=False), declared(values=("甲",)), declared(aliases={"a": "b"})]
    changed += [declared(low=1), declared(high=2), declared(refers="persons"), declared(name="x"), declared(type="int")]
    changed += [_version({}), _version({**TABLES, "spells": replace(TABLES["spells"], disjoint=())})]
    assert len({VERSION, *changed}) == len(changed) + 1
