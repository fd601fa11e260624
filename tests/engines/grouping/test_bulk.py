"""Tables of records: what is faulty is told by row and column, and everything else is grouped."""

from dataclasses import replace

import pyarrow as pa
import pytest

from tests.engines.grouping.stage import ninghe
from tongchou.engines.grouping.bulk import group_table, record_of
from tongchou.engines.grouping.grouper import Grouper
from tongchou.ground.errors import ProblemError

SOUND = {"index": "1", "sex": "1", "age": "50", "los": " 5 ", "dx": "J15.900|I21.000", "px": ""}


def table(*changes: dict[str, str | None]) -> pa.Table:
    return pa.Table.from_pylist([{**SOUND, **change} for change in changes])


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"sex": "3"}, "D202", "sex"),
        ({"sex": ""}, "D202", "sex"),
        ({"age": "x"}, "D202", "age"),
        ({"age": "-1"}, "D202", "age"),
        ({"age": None}, "D202", "age"),
        ({"los": "5.0"}, "D202", "los"),
        ({"los": "9" * 12}, "D202", "los"),
        ({"dx": " | "}, "D203", "dx"),
        ({"dx": None}, "D203", "dx"),
    ],
)
def test_a_faulty_row_is_told_and_the_others_are_grouped(change: dict[str, str | None], code: str, column: str) -> None:
    found = group_table(ninghe(), table({}, change, {}), first_row=11)
    assert [(one.code, one.place.row, one.place.column) for one in found.problems] == [(code, 12, column)]
    assert found.table["drg"].to_pylist() == ["ES11", "", "ES11"]
    assert found.table["status"].to_pylist() == ["分组成功", "数据有误", "分组成功"]
    with pytest.raises(ProblemError, match=code):
        record_of(ninghe(), table({**change, "index": "2"}), "2")


def test_columns_that_must_be_there() -> None:
    with pytest.raises(ProblemError, match="D201") as refused:
        group_table(ninghe(), table({}).select(["index", "age"]))
    assert [one.details["name"] for one in refused.value.problems] == ["sex", "dx"]


def test_columns_that_stand_twice_or_hold_no_texts() -> None:
    twice = table({}).append_column("los", pa.array(["5"]))
    with pytest.raises(ProblemError, match="D207"):
        group_table(ninghe(), twice)
    for name, values in (("dx", [{"a": "J15.900"}]), ("index", [["1"]]), ("px", [b"\xff"])):
        at = table({}).column_names.index(name)
        with pytest.raises(ProblemError, match="D205") as refused:
            group_table(ninghe(), table({}).set_column(at, name, pa.array(values)))
        assert refused.value.problems[0].details["name"] == name
    odd = table({}).append_column("remark", pa.array([{"a": 1}]))
    assert group_table(ninghe(), odd).table["drg"].to_pylist() == ["ES11"]


def test_lists_as_other_programs_write_them() -> None:
    """Of 64 bits as Polars, of a fixed length, of words by number; with empty places in them."""
    lists = [["J15.900", "I21.000"], None, ["J15.900", None]]
    drgs = ["ES11", "", "ES15"]
    for kind in (pa.large_list(pa.large_string()), pa.list_(pa.string(), 2), pa.list_(pa.string())):
        listed = table({}, {}, {}).set_column(4, "dx", pa.array(lists, kind))
        assert group_table(ninghe(), listed).table["drg"].to_pylist() == drgs
        assert record_of(ninghe(), listed.slice(2), "1") is not None
    words = pa.array([["J15.900"]], pa.list_(pa.dictionary(pa.int32(), pa.string())))
    assert group_table(ninghe(), table({}).set_column(4, "dx", words)).table["drg"].to_pylist() == ["ES15"]


def test_lists_of_codes_and_no_rows() -> None:
    listed = table({}, {}).set_column(4, "dx", pa.array([["J15.900"], ["K35.800", ""]])).slice(1)
    assert group_table(ninghe(), listed).table["drg"].to_pylist() == ["GS15"]
    assert group_table(ninghe(), table({}).slice(1)).table.num_rows == 0


def test_codes_are_mapped_when_asked() -> None:
    grouper = Grouper(replace(ninghe().scheme, icd10_map={"J15.901": "J15.900"}))
    local = table({"dx": "J15.901|I21.000"})
    assert group_table(grouper, local).table["drg"].to_pylist() == ["0000"]
    assert group_table(grouper, local, map_codes=True).table["drg"].to_pylist() == ["ES11"]
    one = record_of(grouper, local, "1", map_codes=True)
    assert one is not None
    assert one.dx == ("J15.900", "I21.000")
    assert record_of(grouper, local, "9") is None
