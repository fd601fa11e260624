"""Facts by name: typed, derived, classified; a missing one is an error and never a default."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import facts_of, pack
from tongchou.engines.benefits.facts import Facts
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.model import read_condition

VOCABULARY = """
lists:
  place: [市内, 市外]
  病种: {of: disease, values: [糖尿病, 高血压]}
  diseases: [糖尿病, 高血压]
intervals:
  nth: {of: nth, cuts: [2, 3], names: [首次, 第二次, 第三次起]}
  年龄段: {of: age, cuts: [18, 60], names: [少儿, 成年, 老年]}
classes:
  类别:
    values: {在职: status is 在职, 退休: status is 退休 or age >= 60}
  缴费时类别:
    on: paid_on
    values: {少儿: age < 18, 成年: age >= 18}
indices:
  平均工资:
    carry: forward
    values:
      "2022": {value: 90000}
      "2023": {value: 95000, published: 2023-07-01}
      "2024": {value: 99000, published: 2024-07-01}
  低保线: {values: {"2024": {value: 800}}}
facts: {工龄: number, 批准日: date, 标签: list, 备注: word}
calendar: {holidays: [2024-03-15], working_weekends: [2024-03-16]}
"""
REGION = pack("grant.补贴: {amount: 1, to: person}", layers="{}", visits="{住院: []}", vocabulary=VOCABULARY)


def ask(name: str, **given: Any) -> Any:
    return facts_of(REGION, **given)(name)


def code_of(name: str, **given: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(ProblemError) as error:
        ask(name, **given)
    (problem,) = error.value.problems
    return problem.code, problem.details


def test_a_word_of_a_list() -> None:
    assert ask("place", place="市外") == "市外"
    code, details = code_of("place", place="国外")
    assert code == "C004"
    assert (details["value"], details["name"], details["known"]) == ("国外", "place", "市内、市外")


def test_a_list_may_classify_another_fact() -> None:
    assert ask("病种", disease="糖尿病") == "糖尿病"


def test_a_list_fact_keeps_its_words() -> None:
    assert ask("diseases", diseases=("糖尿病", "高血压")) == ("糖尿病", "高血压")
    assert ask("diseases", diseases="糖尿病、高血压") == ("糖尿病", "高血压")


def test_one_disease_is_a_list_of_one() -> None:
    assert ask("diseases", disease="糖尿病") == ("糖尿病",)


def test_a_missing_fact_is_an_error() -> None:
    assert code_of("place") == ("C003", {"name": "place"})
    assert code_of("备注") == ("C003", {"name": "备注"})


@pytest.mark.parametrize(("age", "word"), [(17, "少儿"), (18, "成年"), (59, "成年"), (60, "老年")])
def test_intervals_are_half_open(age: int, word: str) -> None:
    assert ask("年龄段", age=age) == word


def test_an_interval_of_its_own_name_reads_the_number() -> None:
    assert [ask("nth", nth=n) for n in (1, 2, 3, 9)] == ["首次", "第二次", "第三次起", "第三次起"]


def test_exactly_one_class_holds() -> None:
    assert ask("类别", status="退休", age=50) == "退休"
    assert code_of("类别", status="在职", age=60) == ("C014", {"name": "类别", "words": "在职、退休"})
    assert code_of("类别", status="学生", age=20) == ("C015", {"name": "类别"})


def test_a_class_is_looked_at_on_its_own_day() -> None:
    given = {"paid_on": date(2020, 1, 1), "birth_date": date(2003, 1, 1), "age": Fraction(40)}
    assert ask("缴费时类别", **given) == "少儿"
    assert ask("age", **given) == 40


@pytest.mark.parametrize(
    ("year", "known_on", "value"),
    [
        (2022, date(2022, 5, 1), 90_000),
        (2023, date(2023, 6, 30), 90_000),  # not published yet: the year before carries forward
        (2023, date(2023, 7, 1), 95_000),
        (2025, date(2025, 1, 1), 99_000),
    ],
)
def test_an_index_as_known_when_settled(year: int, known_on: date, value: int) -> None:
    facts = Facts(REGION, {"settled": known_on}, str(year), date(year, 1, 31))
    assert facts("平均工资") == value


def test_an_index_as_known_on_the_basis_date_when_nothing_says_when_it_was_settled() -> None:
    assert Facts(REGION, {}, "2024", date(2024, 6, 30))("平均工资") == 95_000
    assert Facts(REGION, {}, "2024", date(2024, 7, 1))("平均工资") == 99_000


def test_an_index_as_the_pack_knew_it() -> None:
    early = pack("grant.补贴: {amount: 1, to: person}", layers="{}", visits="{住院: []}", vocabulary=VOCABULARY,
                 known_on=date(2023, 1, 1))  # fmt: skip
    assert Facts(early, {"settled": date(2024, 12, 1)}, "2024", date(2024, 12, 1))("平均工资") == 90_000


def test_a_year_without_its_index() -> None:
    assert ask("低保线") == 800
    assert code_of("低保线", day=date(2025, 1, 1)) == ("C016", {"name": "低保线", "year": "2025"})


def test_the_age_on_the_basis_date() -> None:
    assert ask("age", birth_date=date(1984, 3, 15)) == 40
    assert ask("age", birth_date=date(1984, 3, 16)) == 39
    assert ask("age", birth_date=date(1984, 3, 16), age=Fraction(70)) == 70
    assert code_of("age") == ("C003", {"name": "birth_date"})


def test_the_days_of_a_stay_are_at_least_one() -> None:
    assert ask("stay_days", admitted=date(2024, 3, 1), discharged=date(2024, 3, 1)) == 1
    assert ask("stay_days", admitted=date(2024, 3, 1), discharged=date(2024, 3, 4)) == 3
    assert ask("stay_days", admitted=date(2024, 3, 1), discharged=date(2024, 3, 4), stay_days=9) == 9


def test_working_days_follow_the_calendar() -> None:
    facts = facts_of(REGION, admitted=date(2024, 3, 14), 批准日=date(2024, 3, 18))
    # Friday the 15th is a holiday, Saturday the 16th is worked, then Monday.
    assert facts.holds(read_condition("workdays(admitted, 批准日) = 2"))


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("工龄", "3", Fraction(3)),
        ("工龄", "50%", Fraction(1, 2)),
        ("工龄", 7, Fraction(7)),
        ("工龄", Fraction(1, 3), Fraction(1, 3)),
        ("批准日", "2024-02-29", date(2024, 2, 29)),
        ("批准日", date(2024, 2, 29), date(2024, 2, 29)),
        ("标签", "甲、乙,丙", ("甲", "乙", "丙")),
        ("标签", ["甲"], ("甲",)),
        ("标签", ("甲", "乙"), ("甲", "乙")),
        ("备注", "x", "x"),
    ],
)
def test_facts_have_their_types(name: str, given: Any, value: Any) -> None:
    assert ask(name, **{name: given}) == value


@pytest.mark.parametrize(
    ("name", "given"), [("工龄", "很长"), ("工龄", "nan"), ("批准日", "2024-02-30"), ("批准日", 3)]
)
def test_a_fact_of_the_wrong_type(name: str, given: Any) -> None:
    code, details = code_of(name, **{name: given})
    assert (code, details["name"], details["value"]) == ("C004", name, given)


@pytest.mark.parametrize("given", ["1/0", float("inf")])
def test_a_number_that_is_none(given: object) -> None:
    assert code_of("工龄", 工龄=given)[0] == "C004"


def test_each_fact_is_looked_up_once() -> None:
    given = {"place": "市内"}
    facts = Facts(REGION, given, "2024", date(2024, 3, 15))
    assert facts("place") == "市内"
    given["place"] = "市外"
    assert facts("place") == "市内"


def test_the_same_claim_with_other_facts_on_top() -> None:
    facts = facts_of(REGION, place="市内", status="在职", age=30)
    other = facts.with_facts({"place": "市外"})
    assert (facts.word("place"), other.word("place"), other.word("类别")) == ("市内", "市外", "在职")
    assert (other.year, other.basis_date, other.has("status"), other.has("sex")) == (
        "2024",
        facts.basis_date,
        True,
        False,
    )


def test_the_same_claim_in_another_year() -> None:
    facts = facts_of(REGION, birth_date=date(1984, 12, 31)).in_year("2023", date(2023, 12, 31), {"nth": 2})
    assert (facts.year, facts("age"), facts("nth")) == ("2023", 39, "第二次")


def test_without_a_condition_everything_holds() -> None:
    assert facts_of(REGION).holds(None)
    assert not facts_of(REGION, place="市内").holds(read_condition("place is 市外"))
