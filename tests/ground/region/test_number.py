from fractions import Fraction
from typing import Any

import pytest

from tongchou.ground.region.expression import Unanswerable
from tongchou.ground.region.number import (
    Malformed,
    NoCell,
    Table,
    drop_cell,
    evaluate,
    literals_of,
    names_of,
    read_number,
    reset_cell,
    tables_of,
    used_cells,
)

PLACE: dict[str, Any] = {"by place": {"市内": "500", "市外、省外": {"by level": {"一级": "600", "其他": "900"}}}}
WORDS = {"place": ("市内", "市外", "省外"), "level": ("一级", "二级", "三级")}


def at(number: Any, **facts: Any) -> Fraction | None:
    return evaluate(number, facts.__getitem__)


def test_a_number_by_its_kind() -> None:
    assert at(read_number("4万")) == 40_000
    assert at(read_number(" 不限 ")) is None
    assert at(read_number("unlimited")) is None
    assert at(read_number("age × 2"), age=Fraction(3)) == 6
    assert at(read_number(PLACE), place="市内") == 500
    assert at(read_number(PLACE), place="省外", level="三级") == 900


def test_a_hole_is_said_to_be_one() -> None:
    with pytest.raises(NoCell) as caught:
        at(read_number({"by place": {"市内": "1"}}), place="国外")
    assert (caught.value.dimension, caught.value.word) == ("place", "国外")


def test_the_highest_of_several() -> None:
    table = {"by disease": {"高血压": "200", "糖尿病": "300", "透析": "不限"}}
    once = read_number({"highest": table, "over": "d", "plus": "100"})
    each = read_number({"highest": table, "over": "d", "plus_each": "100", "at_most": "450"})
    bare = read_number({"highest": table, "over": "d"})
    assert at(once, d=("高血压",)) == 200
    assert at(once, d=["高血压", "糖尿病", "糖尿病"]) == 400
    assert at(each, d=("高血压", "糖尿病", "高血压")) == 450
    assert at(each, d=("高血压", "高血压")) == 300
    assert at(bare, d=("高血压", "糖尿病")) == 300
    assert at(once, d=("高血压", "透析")) is None
    with pytest.raises(NoCell):
        at(once, d=())
    with pytest.raises(Unanswerable):
        at(once, d="高血压")
    assert list(literals_of(each)) == [200, 300, 100, 450]
    assert list(names_of(each)) == [("d", None)]
    assert [t.dimension for t in tables_of(each)] == ["disease"]
    assert list(literals_of(bare)) == [200, 300, 0]


def test_the_way_to_a_value() -> None:
    number = read_number(PLACE)
    facts = {"place": "市外", "level": "二级"}.__getitem__
    assert [(d, w) for d, w, _ in used_cells(number, facts)] == [("place", "市外"), ("level", "二级")]
    assert used_cells(read_number("5"), facts) == []
    assert list(literals_of(number)) == [500, 600, 900]
    assert list(names_of(read_number({"by place": {"市内": "age + 1"}}))) == [("place", None), ("age", None)]
    assert list(names_of(read_number("5"))) == []
    assert list(literals_of(read_number("age + 60"))) == [60]
    assert list(tables_of(read_number("5"))) == []


def test_a_cell_is_reset_and_cites_its_own_article() -> None:
    number = reset_cell(read_number(PLACE), {"level": "二级", "place": "市外"}, read_number("700"), "新 1")
    assert at(number, place="市外", level="二级") == 700
    assert at(number, place="市外", level="三级") == 900
    assert at(number, place="省外", level="二级") == 900
    facts = {"place": "市外", "level": "二级"}.__getitem__
    assert [cell.cite for _, _, cell in used_cells(number, facts)] == [None, "新 1"]
    assert at(reset_cell(read_number(PLACE), {"place": "市内"}, read_number("1"), "x"), place="市内") == 1


@pytest.mark.parametrize("path", [{"place": "国外"}, {"level": "一级"}, {"place": "市内", "level": "一级"}])
def test_a_path_that_leads_nowhere(path: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        reset_cell(read_number(PLACE), path, read_number("1"), "x")


def test_a_cell_is_dropped_and_leaves_a_hole() -> None:
    number = drop_cell(read_number(PLACE), {"place": "市外", "level": "二级"}, WORDS)
    assert isinstance(number, Table)
    assert at(number, place="市外", level="三级") == 900
    assert at(number, place="省外", level="二级") == 900
    with pytest.raises(NoCell):
        at(number, place="市外", level="二级")
    whole = drop_cell(read_number(PLACE), {"place": "市外"}, WORDS)
    with pytest.raises(NoCell):
        at(whole, place="市外")
    assert drop_cell(read_number({"by place": {"市内": "1"}}), {"place": "市内"}, WORDS) is None
    assert drop_cell(read_number("5"), {}, WORDS) is None
