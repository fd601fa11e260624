"""Conditions read as words, and what the claim had for them."""

from datetime import date
from fractions import Fraction

import pytest

from tests.engines.benefits.small import facts_of, pack
from tongchou.engines.benefits.explain.conditions import as_found, in_words
from tongchou.engines.benefits.explain.model import NOTHING, Text
from tongchou.ground.region.model import read_condition

PLAIN = pack("pool.takes: in_scope", vocabulary="{lists: {place: [区内, 市外]}, facts: {补办日: date}}")


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("place is 市外", "place 为 市外", "place is 市外"),
        ("place is not 市外", "place 不为 市外", "place is not 市外"),
        ("place in [区内, 市外]", "place 属于 区内、市外", "place is one of 区内, 市外"),
        ("place not in [区内]", "place 不属于 区内", "place is none of 区内"),
        ("diseases has 尿毒症", "diseases 含 尿毒症", "diseases includes 尿毒症"),
        ("age >= 70", "age 不小于 70", "age is at least 70"),
        ("age <= 70", "age 不大于 70", "age is at most 70"),
        ("age = 70", "age 等于 70", "age equals 70"),
        ("age > 50%", "age 大于 0.5", "age is more than 0.5"),
        ("not place is 市外", "非(place 为 市外)", "not (place is 市外)"),
        (
            "place is 市外 and (age < 6 or age > 70)",
            "place 为 市外 且 (age 小于 6 或 age 大于 70)",
            "place is 市外 and (age is less than 6 or age is more than 70)",
        ),
        (
            "days(admitted, 2024-01-31) > 2 × (age + 3) − -age ÷ (4 × 5)",
            "days(admitted, 2024-01-31) 大于 2 × (age + 3) − (−age) ÷ (4 × 5)",
            "days(admitted, 2024-01-31) is more than 2 × (age + 3) − (−age) ÷ (4 × 5)",
        ),
        ("always", "总是", "always"),
    ],
)
def test_conditions_in_words(condition, zh, en):
    assert in_words(read_condition(condition)) == Text(zh, en)


def test_a_rule_without_condition_has_no_words():
    assert in_words(None) == as_found(None, facts_of(PLAIN)) == NOTHING


def test_what_the_claim_had_once_each_and_only_what_is_known():
    facts = facts_of(PLAIN, place="市外", age=Fraction(70), admitted=date(2024, 1, 2))
    condition = read_condition("place is 区内 and age > 3 and age < 9 and days(admitted, 补办日) > 3")
    found = as_found(condition, facts)
    assert found.zh == "place 是 市外、age 是 70、admitted 是 2024-01-02"
    assert found.en == "place is 市外, age is 70, admitted is 2024-01-02"
