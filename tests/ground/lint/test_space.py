from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.ground.region.folders import copy
from tongchou.ground.lint import space as spaces
from tongchou.ground.lint.show import figure, percent, tree_text, value_text
from tongchou.ground.lint.space import UNDECIDED, Hole, Space
from tongchou.ground.region.expression import parse
from tongchou.ground.region.load import load_region
from tongchou.ground.region.number import read_number
from tongchou.ground.region.pack import Pack

VOCABULARY = """
lists:
  place: [市内, 市外]
  地方: {of: place, values: [市内, 市外, 国外]}
  level: [一级, 二级, 三级]
  status: [在职, 退休]
  disease: [高血压, 糖尿病, 透析]
  甲: [a, b, c, d]
  乙: [a, b, c, d]
intervals:
  次: {of: nth, cuts: [2, 4], names: [首次, 再次, 多次]}
classes:
  人群: {values: {老人: age >= 60, 其他人: age < 60}}
  分组: {values: {甲组: 甲 is a and 乙 is a, 乙组: 甲 is b and 人群 is 老人}}
  等级: {values: {高: level is 三级, 低: level is not 三级}}
  总: {values: {是: always}}
indices:
  工资: {values: {"2019": {value: 5000}, "2020": {value: 6000}}}
facts: {月数: number, 补办日: date, 标签: list, 备注: word}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_region(copy(tmp_path_factory.mktemp("space") / "a", vocabulary=VOCABULARY, benefits__pool=POOL))


POOL = """source: decree
scheme: resident
effective: {from: 2020-01-01, by: discharge}
articles:
  - {cite: 一, says: 60%, sets: {pool.takes: in_scope, pool.ratio: 60%, large.takes: unpaid, large.ratio: 60%}}
"""


def values(space: Space, name: str) -> set[Any]:
    return {claim[name] for claim in space.walk()}


def ask(pack: Pack, text: str) -> tuple[Space, Any]:
    space = Space(pack, "resident", ("住院",))
    return space, space.condition(parse(text))


def number(pack: Pack, raw: Any) -> tuple[Space, Any]:
    space = Space(pack, "resident", ("住院",))
    return space, space.number(read_number(raw))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("age >= 70", "age", {69, 70, 71}),
        ("age > 17.50元", "age", {16, 17, 18}),
        ("60 <= age", "age", {59, 60, 61}),
        ("stay_days > 1", "stay_days", {1, 2}),
        ("nth is 1", "nth", {1, 2}),
        ("次 is 首次", "nth", {1, 2, 3, 4, 5}),
        ("total_fee > 1000 or total_fee > 2000", "total_fee", {999, 1000, 1500, 2000, 2001}),
        ("total_fee > 0", "total_fee", {0, 1}),
        ("total_fee > 0.50元", "total_fee", {Fraction(1, 4), Fraction(1, 2), Fraction(3, 2)}),
        ("月数 is many", "月数", {0}),
        ("place is 市外", "place", {"市内", "市外"}),
        ("备注 is 甲 or 备注 is 乙", "备注", {"甲", "乙", "(其余)"}),
        ("entitlement is none", "entitlement", {"full", "none"}),
        ("甲 is a", "甲", {"a", "b"}),
        ("level is 一级", "level", {"一级", "二级", "三级"}),
        ("kind is 门诊", "kind", {"住院"}),
        ("scheme is employee", "scheme", {"resident"}),
        ("paid_on > 2020-01-01", "paid_on", {date(2019, 12, 31), date(2020, 1, 1), date(2020, 1, 2)}),
        ("paid_on > enrolled_on", "(paid_on - enrolled_on)", {-1, 0, 1}),
        ("months(paid_on, admitted) < 6", "months(paid_on, admitted)", {5, 6, 7}),
        ("age + 1 > 5", "(age + 1)", {4, 5, 6}),
        ("标签 has 甲", "标签", {(), ("甲",), ("(其余)",), ("甲", "(其余)")}),
        ("工资 > 5500 and age > 工资", "(age - 工资)", {-1, 0, 1}),
        ("人群 is 老人", "age", {59, 60}),
    ],
)  # fmt: skip
def test_the_samples_of_a_fact(pack: Pack, text: str, name: str, expected: set[Any]) -> None:
    assert values(ask(pack, text)[0], name) == expected


def test_a_number_in_a_formula_is_tried_at_extremes(pack: Pack) -> None:
    assert values(number(pack, "age × 2")[0], "age") == {0, 120}
    assert values(number(pack, "20% × total_fee")[0], "total_fee") == {0, 1_000_000}
    assert values(number(pack, "月数 + count(标签)")[0], "月数") == {0, 1}
    space, question = number(pack, "if(age > 60, days(paid_on, 2020-01-01), -1)")
    assert values(space, "days(paid_on, 2020-01-01)") == {0, 1, 30, 400}
    assert space.sampled() == ["days(paid_on, 2020-01-01)"]
    assert {question.ask(claim) for claim in space.walk()} == {-1, 0, 1, 30, 400}


def test_answers(pack: Pack) -> None:
    space, question = number(pack, {"by place": {"市内": "工资 × 2", "市外": "1 ÷ (age - 60)"}})
    assert question.ask({"place": "市内", "age": Fraction(60)}) == 12_000
    assert question.ask({"place": "市外", "age": Fraction(60)}) is UNDECIDED
    space, question = number(pack, {"by 次": {"首次": "1"}})
    assert {question.ask(claim) for claim in space.walk()} == {1, Hole("次", "再次"), Hole("次", "多次")}
    space, question = number(pack, {"highest": {"by disease": {"高血压": "1", "其他": "5"}}, "over": "diseases"})
    assert {question.ask(claim) for claim in space.walk()} == {1, 5}
    open_words = {"highest": {"by 种类": {"甲": "1", "其他": "5"}}, "over": "标签"}
    space, question = number(pack, open_words)
    assert {question.ask(claim) for claim in space.walk()} == {5, Hole("标签", "(none)")}
    limited = {"highest": {"by disease": {"高血压": "1", "其他": "5"}}, "over": "标签", "plus": "2", "at_most": "6"}
    space, question = number(pack, limited)
    assert {question.ask(claim) for claim in space.walk()} == {1, 5, 6}


def test_facts_behind_a_class_are_seen_as_its_word(pack: Pack) -> None:
    space, question = ask(pack, "分组 is 甲组")
    assert [question.ask(claim) for claim in space.walk()].count(True) == 1
    assert space.size() == 3  # 甲组, 乙组 and neither, of 18 raw combinations
    assert UNDECIDED in {question.ask(claim) for claim in space.walk()}
    both, _ = ask(pack, "分组 is 甲组 and 甲 is c and 人群 is 老人")
    assert {(c["甲"], c["age"]) for c in both.walk()} >= {("a", 59), ("a", 60), ("c", 59)}
    assert values(ask(pack, "等级 is 高")[0], "level") == {"一级", "二级", "三级"}
    assert ask(pack, "总 is 是")[0].size() == 1


def test_facts_may_be_held_fixed(pack: Pack) -> None:
    space, question = ask(pack, "分组 is 甲组 and place is 市外")
    found = list(space.walk({"甲": "a", "place": "市外"}))
    assert {(c["甲"], c["place"]) for c in found} == {("a", "市外")}
    assert {question.ask(c) for c in found} == {True, UNDECIDED}


def test_of_too_many_combinations_evenly_spread_ones_are_seen(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    space, _ = ask(pack, "甲 is a and 乙 is b and level is 一级 and status is 在职")
    assert space.size() == 24
    monkeypatch.setattr(spaces, "LIMIT", 7)
    assert len(list(space.walk())) <= 7
    assert values(space, "level") == {"一级", "二级", "三级"}
    behind, _ = ask(pack, "分组 is 甲组")
    assert behind.size() == 18  # what was cut inside a class is counted, not hidden


def test_how_things_are_shown() -> None:
    shown = {None: "不限", 5: "5", Fraction(-5, 2): "-2.5", Fraction(-1, 4): "-0.25", Fraction(1, 3): "1/3"}
    assert {v: figure(v if v is None else Fraction(v)) for v in shown} == shown
    assert percent(Fraction(1, 8)) == "12.5%"
    values = (Fraction(1), date(2020, 1, 1), ("a", "b"), "x")
    assert [value_text(v) for v in values] == ["1", "2020-01-01", "[a、b]", "x"]
    text = "(not a is b or c in [d, e] and f >= -max(1, 2) × 3)"
    assert tree_text(parse(text)) == "(not a is b or (c in [d, e] and f >= (-max(1, 2) × 3)))"
    assert tree_text(parse("always")) == "always"
