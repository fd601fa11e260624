"""A claim comes back from JSON as it was, whatever it holds."""

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.benefits.claim import Claim, Line
from tongchou.record.settlement.stored import claim_as_json, claim_from_json
from tongchou.record.settlement.stored_lines import as_rows

NUMBERS = st.fractions(max_denominator=10_000)
FACTS = st.dictionaries(
    st.sampled_from(("a", "b", "c")),
    st.one_of(st.text(max_size=3), st.dates(date(1900, 1, 1)), NUMBERS, st.lists(st.text(max_size=2)).map(tuple)),
)
MAYBE = st.none()
LINES = st.builds(
    Line,
    id=st.text(min_size=1, max_size=3),
    amount=st.integers(-(10**12), 10**12),
    item=MAYBE | st.just("甲类"),
    quantity=NUMBERS,
    unit_price=MAYBE | NUMBERS,
    price_limit=MAYBE | st.integers(0, 10**9),
    first_pay_rate=MAYBE | st.just(Fraction(1, 10)),
    original=MAYBE | st.just("7"),
    given_parts=MAYBE | st.tuples(*[st.integers(0, 99)] * 4),
    facts=FACTS,
)
CLAIMS = st.builds(
    Claim,
    id=st.just("v1.2"),
    person_id=st.just("p1"),
    scheme=st.just("employee"),
    kind=st.just("住院"),
    facts=FACTS,
    lines=st.lists(LINES, max_size=3).map(tuple),
    given=st.dictionaries(st.just("civil"), st.integers(1, 99)),
    household_id=MAYBE | st.just("h1"),
    stay_id=MAYBE | st.just("v1"),
    episode_id=MAYBE | st.just("e"),
    account_person=MAYBE | st.just("p2"),
    entitlements=MAYBE | st.just({"pool": ("full", "")}),
)


@given(CLAIMS)
def test_a_claim_comes_back(claim: Claim) -> None:
    again = claim_from_json(json.loads(json.dumps(claim_as_json(claim), ensure_ascii=False)))
    assert again == claim
    assert [type(line.amount) for line in again.lines] == [int] * len(claim.lines)


@given(CLAIMS)
def test_a_claim_that_was_stored_line_by_line_comes_back(claim: Claim) -> None:
    """As they were until lines were put together."""
    stored = claim_as_json(claim)
    assert claim_from_json(stored | {"lines": as_rows(stored["lines"])}) == claim


def test_what_all_lines_say_is_said_once() -> None:
    day, words = date(2025, 1, 2), ("甲", "乙")
    lines = (
        Line("1", 500, "甲类", facts={"fee_date": day, "of": words, "code": "A"}),
        Line("2", 500, "乙类", facts={"fee_date": day, "of": words}),
    )
    kept = claim_as_json(Claim("c", "p1", "employee", "住院", {}, lines))["lines"]
    assert kept == {
        "id": ["1", "2"],
        "amount": 500,
        "item": ["甲类", "乙类"],
        "quantity": "1",
        "facts": {"fee_date": {"day": "2025-01-02"}, "of": [["甲", "乙"], ["甲", "乙"]], "code": ["A", None]},
    }


@pytest.mark.parametrize("kept", [{"amount": 5}, {"id": ["1", "2"], "amount": [5]}, {"id": None}, 5, None])
def test_what_are_no_lines(kept: Any) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        as_rows(kept)


def test_a_line_without_facts_has_its_own() -> None:
    lines = (Line("1", 5), Line("2", 5))
    one, other = claim_from_json(claim_as_json(Claim("c", "p1", "employee", "住院", {}, lines))).lines
    assert one.facts is not other.facts
