"""Facts as tables write them: typed, checked against the region's words, and traced to their column."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.few_words import region
from tests.engines.benefits.small import pack
from tongchou.engines.benefits.table_facts import FactReader, typed
from tongchou.ground.errors import Place, Problem, ProblemError

VOCABULARY = region().vocabulary
HERE = Place(table="claims", row=1, column="facts")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("工龄", "12.5", Fraction(25, 2)),
        ("工龄", "-3", Fraction(-3)),
        ("工龄", "4万", Fraction(40_000)),
        ("工龄", "80%", Fraction(4, 5)),
        ("入会", "2024-02-29", date(2024, 2, 29)),
        ("病史", "高血压、糖尿病,", ("高血压", "糖尿病")),
        ("备注", "随便", "随便"),
        ("签约", "是", "是"),
    ],
)
def test_text_becomes_the_type_of_the_fact(name: str, text: str, value: Any) -> None:
    assert typed(VOCABULARY, name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("工龄", "NaN", "C004"),
        ("工龄", "1e999999999", "C004"),
        ("工龄", "1/0", "C004"),
        ("工龄", "9" * 5000, "C004"),
        ("入会", "2024-02-30", "C004"),
        ("入会", "2024年2月", "C004"),
        ("签约", "对", "C004"),
        ("共龄", "1", "C033"),
    ],
)
def test_what_does_not_fit_is_a_problem(name: str, text: str, code: str) -> None:
    with pytest.raises(ProblemError) as error:
        typed(VOCABULARY, name, text)
    (problem,) = error.value.problems
    assert problem.code == code
    assert problem.text("zh")
    assert problem.text("en")


def test_the_words_of_a_list_fact_are_each_checked() -> None:
    reader = FactReader(
        pack("pool.takes: in_scope", vocabulary="{lists: {医保病: {of: diseases, values: [糖尿病]}}}").vocabulary
    )
    found = reader.check("claims", {"_row": 7}, {"diseases": "diseases"}, {"diseases": ("糖尿病", "感冒")})
    assert [(p.code, str(p.place), p.details["value"]) for p in found] == [
        ("C004", "claims row 7 column diseases", "感冒")
    ]


def test_a_map_may_not_give_what_has_a_column() -> None:
    problems: list[Problem] = []
    reader = FactReader(VOCABULARY)
    assert reader.map(HERE, {"place": "区外", "total_fee": "1", "age": "7", "签约": "否"}, problems) == {
        "age": Fraction(7),
        "签约": "否",
    }
    assert [(p.code, p.details["name"], p.place) for p in problems] == [
        ("C042", "place", HERE),
        ("C042", "total_fee", HERE),
    ]


def test_a_shared_map_leaves_alone_what_others_read() -> None:
    problems: list[Problem] = []
    read = FactReader(VOCABULARY).map(HERE, {"sex": "男", "别的": "1", "工龄": "x"}, problems, shared=True)
    assert (read, [p.code for p in problems]) == ({}, ["C004"])
    FactReader(VOCABULARY).map(HERE, {"别的": "1"}, problems)
    assert [p.code for p in problems] == ["C004", "C033"]


@pytest.mark.parametrize(
    ("problem", "column"),
    [
        (Problem("C001"), "kind"),
        (Problem("C002"), "discharged_on"),
        (Problem("C007"), "scheme"),
        (Problem("C010"), "total_fee"),
        (Problem("C003", details={"name": "birth_date"}), "person_id"),
        (Problem("C003", details={"name": "provider"}), "provider_id"),
        (Problem("C003", details={"name": "工龄"}), "facts"),
        (Problem("C004", details={"name": "签约"}), "facts"),
        (Problem("C005", details={"dimension": "place"}), "place"),
        (Problem("C006"), None),
    ],
)
def test_a_problem_is_traced_to_its_column(problem: Problem, column: str | None) -> None:
    assert FactReader(VOCABULARY).column(problem, "discharged") == column
