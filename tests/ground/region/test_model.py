import pytest
from pydantic import ValidationError

from tongchou.ground.region.model import (
    Cap,
    Condition,
    Deductible,
    Ratio,
    Take,
    Takes,
    Unit,
    Visits,
    read_condition,
    unit_of,
)


def test_short_forms_and_full_ones_are_the_same() -> None:
    short = Takes.model_validate("50% × in_scope of 甲类、乙类")
    full = {"terms": [{"pot": "in_scope", "coefficient": "50%", "groups": ["甲类", "乙类"]}]}
    assert Takes.model_validate(full) == short
    assert Ratio.model_validate({"pay": "80%"}) == Ratio.model_validate("80%")
    assert Visits.model_validate({"layers": ["a"]}) == Visits.model_validate(["a"])
    with pytest.raises(ValidationError):
        Take.model_validate({"pot": "in_scope", "of": "甲类"})


def test_conditions_are_compared_by_their_text() -> None:
    one, same, other = (read_condition(text) for text in ("age > 1", "age > 1", "age > 2"))
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2
    assert repr(one) == "Condition('age > 1')"
    assert one != "age > 1"
    assert isinstance(one, Condition)


def test_every_number_has_its_unit() -> None:
    assert unit_of(Cap, "at_most") is Unit.MONEY
    assert unit_of(Deductible, "yearly_maximum") is Unit.MONEY
    assert unit_of(Cap, "per") is None
