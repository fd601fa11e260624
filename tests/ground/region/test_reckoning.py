"""Figures by name: read exactly, none missing, none left over; and cases about them."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.ground.region.folders import add, copy
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.load import load_region
from tongchou.ground.region.model import SUPERVISION_KINDS
from tongchou.ground.region.outcomes import FAILED, PASSED
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.reckoning import (
    Reckoned,
    asked,
    declared_on,
    facts_on,
    needed_on,
    read_fen,
    read_plain,
    read_table,
    refuse_others,
    run_reckoned,
)

GRADES = """source: decree
scheme: resident
effective: {from: 2020-01-01, through: 2022-12-31, by: settlement}
articles:
  - {cite: 第九条, says: 满 90 分, sets: {grade.AAA: {at_least: 90}}}
"""
CASES = """source: decree
cases:
  - {id: 甲, title: 对, scheme: resident, reckon: {of: grade.AAA, on: 2021-01-01, figures: {x: 1}}, expect: {x: 1}}
  - {id: 乙, title: 错, scheme: resident, reckon: {of: grade.AAA, on: 2021-01-01, figures: {x: 2}}, expect: {x: 1}}
  - {id: 丙, title: 拒, scheme: resident, reckon: {of: grade.AAA, on: 2021-01-01}, refused: I101}
  - {id: 丁, title: 没有拒, scheme: resident, reckon: {of: grade.AAA, on: 2021-01-01, figures: {x: 1}}, refused: I101}
  - {id: 戊, title: 拒错, scheme: resident, reckon: {of: grade.AAA, on: 2021-01-01}, refused: I102}
"""


def pack(folder: Path) -> Pack:
    return load_region(copy(folder / "r", supervision__all=GRADES))


def code(call: Any, *arguments: Any) -> str:
    with pytest.raises(ProblemError) as caught:
        call(*arguments)
    return caught.value.problems[0].code


def test_a_fact_is_found_on_its_days(tmp_path: Path) -> None:
    found = pack(tmp_path)
    assert needed_on(found, "resident", "grade.AAA", date(2022, 12, 31)).cite == "第九条"
    assert declared_on(found, "resident", "grade.AAA", date(2023, 1, 1)) is None
    assert declared_on(found, "resident", "grade.A", date(2021, 1, 1)) is None
    assert code(needed_on, found, "resident", "grade.A", date(2021, 1, 1)) == "I107"
    assert facts_on(found, date(2021, 5, 1), {"level": "三级"})("level") == "三级"


@pytest.mark.parametrize(
    ("raw", "fen"),
    [("4万", 4_000_000), ("12.50元", 1_250), ("-12.50元", -1_250), ("0", 0), ("1.2亿", 12_000_000_000), ("−3", -300)],
)
def test_an_amount_is_read_to_the_fen(raw: str, fen: int) -> None:
    assert read_fen("x", raw) == fen


@pytest.mark.parametrize("raw", ["12.505元", "1,000", "12.50", "", {"2013-01": "1"}, "许多", "30%", "10000000亿"])
def test_what_is_no_amount_is_refused(raw: Any) -> None:
    assert code(read_fen, "x", raw) == "I102"


def test_points_may_have_decimals_and_are_nothing_or_more() -> None:
    assert [read_plain("x", raw) for raw in ("1500.25", "3", "40%")] == [Fraction(6001, 4), 3, Fraction(2, 5)]
    for raw in ("-1", "1.2.3", "1e3", "nan", "." * 40):
        assert code(read_plain, "x", raw) == "I102"


def test_a_table_is_read_by_its_keys() -> None:
    assert read_table("x", {"2013-01": "2万", "2013-02": "0"}) == {"2013-01": 2_000_000, "2013-02": 0}
    assert code(read_table, "x", "2万") == "I102"
    assert code(read_table, "x", {"2013-01": "二"}) == "I102"


def test_none_is_missing_and_none_left_over() -> None:
    assert asked({"x": "1"}, "x") == "1"
    assert code(asked, {"x": "1"}, "y") == "I101"
    refuse_others({"x": 1}, ("x", "y", "x"))
    with pytest.raises(ProblemError) as caught:
        refuse_others({"x": 1, "z": 2}, ("x", "y", "x"))
    assert caught.value.problems[0].details == {"names": "z", "known": "x、y"}


def test_cases_are_run_by_whoever_reckons_their_kind(tmp_path: Path) -> None:
    def reckon(pack: Pack, scheme: str, wanted: ReckonCase) -> Reckoned:
        if "x" not in wanted.figures:
            raise fail("I101", name="x")
        return {"x": read_plain("x", wanted.figures["x"])}

    folder = copy(tmp_path / "r", supervision__all=GRADES)
    found = run_reckoned(load_region(add(folder, cases__reckoned=CASES)), SUPERVISION_KINDS, reckon)
    assert [(o.entry.case.id, o.status) for o in found] == [
        ("甲", PASSED),
        ("乙", FAILED),
        ("丙", PASSED),
        ("丁", FAILED),
        ("戊", FAILED),
    ]
    assert [(m.key, m.got) for o in found for m in o.mismatches] == [("x", "2.00"), ("refused", "reckoned")]
    assert run_reckoned(load_region(folder), ("budget",), reckon) == []


def test_groups_are_left_to_their_readers(tmp_path: Path) -> None:
    folder = copy(tmp_path / "r")
    for name in ("drg/scheme.toml", "drg/mdc.csv", "dip/notes.csv"):
        file = folder / "payment" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("anything", "utf-8")
    load_region(folder)
    (folder / "payment" / "drg").rename(folder / "payment" / "grd")
    with pytest.raises(ProblemError, match="R012"):
        load_region(folder)
