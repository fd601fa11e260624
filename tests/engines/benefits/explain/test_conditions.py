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
        ("place is 市外", "就医地为市外", "place of treatment is 市外"),
        ("place is not 市外", "就医地不为市外", "place of treatment is not 市外"),
        ("place in [区内, 市外]", "就医地属于区内、市外", "place of treatment is one of 区内, 市外"),
        ("place not in [区内]", "就医地不属于区内", "place of treatment is none of 区内"),
        ("diseases has 尿毒症", "核准病种含尿毒症", "approved diseases includes 尿毒症"),
        ("age >= 70", "年龄不小于 70", "age is at least 70"),
        ("age <= 70", "年龄不大于 70", "age is at most 70"),
        ("age = 70", "年龄等于 70", "age equals 70"),
        ("age > 50%", "年龄大于 0.5", "age is more than 0.5"),
        ("not place is 市外", "非(就医地为市外)", "not (place of treatment is 市外)"),
        (
            "place is 市外 and (age < 6 or age > 70)",
            "就医地为市外 且 (年龄小于 6 或 年龄大于 70)",
            "place of treatment is 市外 and (age is less than 6 or age is more than 70)",
        ),
        (
            "days(admitted, 2024-01-31) > 2 × (age + 3) − -age ÷ (4 × 5)",
            "相隔天数(入院日,2024-01-31)大于 2 × (年龄 + 3) − (−年龄) ÷ (4 × 5)",
            "days between (date of admission, 2024-01-31) is more than 2 × (age + 3) − (−age) ÷ (4 × 5)",
        ),
        ("entitlement in [none, reduced]", "待遇状态属于无、减额", "entitlement is one of none, reduced"),
        (
            "补办日 > 2024-01-31 and 2 > 1",
            "补办日大于 2024-01-31 且 2 大于 1",
            "补办日 is more than 2024-01-31 and 2 is more than 1",
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
    assert found.zh == "就医地是市外、年龄是 70、入院日是 2024-01-02"
    assert found.en == "place of treatment is 市外, age is 70, date of admission is 2024-01-02"
